"""The device's firmware against the one that this Legato brings."""

from legato.controller.link.device_messages import Welcome
from legato.firmware import wire


def difference(welcome: Welcome) -> str:
    """What differs, in words; empty where nothing does.

    Whoever speaks the protocol plays, so a difference is worth a line and no more.
    """
    ours = ".".join(map(str, wire.FIRMWARE))
    if welcome.version == ours:
        return ""
    age = "older" if _is_older(welcome) else "newer"
    return f"the device's firmware is {welcome.version}, {age} than the {ours} of this Legato"


def renewal(welcome: Welcome) -> str:
    """How host and firmware come together again; the older one is renewed."""
    if _is_older(welcome):
        return (
            "`legato flash`, at the board's prompt, brings the reference firmware up to date (docs/how-to/hardware.md)"
        )
    return "it plays all the same; where it is the reference firmware, a newer Legato goes with it"


def _is_older(welcome: Welcome) -> bool:
    return (welcome.major, welcome.minor, welcome.patch) < wire.FIRMWARE
