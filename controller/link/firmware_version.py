"""The device's firmware compared with the one that comes with this Legato."""

from legato.controller.link.device_messages import Welcome
from legato.firmware import wire


def difference(welcome: Welcome) -> str:
    """What differs, in words; empty where nothing does.

    Whatever speaks the protocol can play, so a difference is worth a notice and no more.
    """
    ours = ".".join(map(str, wire.FIRMWARE))
    if welcome.version == ours:
        return ""
    age = "older" if _is_older(welcome) else "newer"
    return f"the device's firmware is {welcome.version}, {age} than the {ours} of this Legato"


def renewal(welcome: Welcome) -> str:
    """What to do about it: the older of the two is updated."""
    if _is_older(welcome):
        return (
            "`legato flash`, at the board's prompt, brings the reference firmware up to date (docs/how-to/hardware.md)"
        )
    return "it plays all the same; where it is the reference firmware, a newer Legato goes with it"


def _is_older(welcome: Welcome) -> bool:
    return (welcome.major, welcome.minor, welcome.patch) < wire.FIRMWARE
