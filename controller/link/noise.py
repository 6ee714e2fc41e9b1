"""A bad line in figures: how many frames could not be read, at either end, and what may be done about it."""

from typing import Final

from legato.controller.errors import BadLine
from legato.controller.link.endpoint import Endpoint

ADVICE: Final = "check the cable, the plugs and the common ground, and whether a motor or pump lead runs beside it"


def unreadable(bad: int, sound: int) -> str:
    """`3.1 % of frames unreadable (12 of 390)`; 0 % where there is no frame at all."""
    share = 100.0 * bad / max(bad + sound, 1)
    return f"{share:.1f} % of frames unreadable ({bad} of {bad + sound})"


def bad_line(endpoint: Endpoint) -> BadLine | None:
    """The line as the reason for a missing answer; None where frames are whole, or none of them is ours.

    Noise alone does not show that one of our devices is behind it.
    """
    if not endpoint.sound_frames or not (endpoint.bad_frames or endpoint.bad_there):
        return None
    there = f", {endpoint.bad_there} of ours were unreadable there" if endpoint.bad_there else ""
    figures = (
        f"{unreadable(endpoint.bad_frames, endpoint.sound_frames)}{there}, {endpoint.traffic.resent} of ours sent again"
    )
    return BadLine(f"bad line: {figures}; {ADVICE}")
