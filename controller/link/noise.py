"""A bad line in figures: how many frames could not be read, at either end, and what may be done about it."""

from typing import Final

from legato.controller.errors import BadLine
from legato.controller.link.endpoint import Endpoint

ADVICE: Final = "look at cable, plugs and the common ground, and for a motor's or a pump's lead beside it"


def unreadable(bad: int, sound: int) -> str:
    """`3.1 % of frames unreadable (12 of 390)`; of no frame at all, none is."""
    share = 100.0 * bad / max(bad + sound, 1)
    return f"{share:.1f} % of frames unreadable ({bad} of {bad + sound})"


def bad_line(endpoint: Endpoint) -> BadLine | None:
    """The line as the reason why an answer stays away; None where frames are whole, or none of them is of ours.

    Of noise alone nobody can say that a device of ours is behind it.
    """
    if not endpoint.sound_frames or not (endpoint.bad_frames or endpoint.bad_there):
        return None
    there = f", {endpoint.bad_there} of ours were unreadable there" if endpoint.bad_there else ""
    figures = (
        f"{unreadable(endpoint.bad_frames, endpoint.sound_frames)}{there}, {endpoint.traffic.resent} of ours sent again"
    )
    return BadLine(f"bad line: {figures}; {ADVICE}")
