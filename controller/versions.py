"""The device's firmware against the one that this Legato brings."""

from controller.answers import Welcome
from firmware import wire


def difference(welcome: Welcome) -> str:
    """What differs, in words; empty where nothing does.

    Whoever speaks the protocol plays, so a difference is worth a line and no more.
    """
    ours = ".".join(map(str, wire.FIRMWARE))
    if welcome.version == ours:
        return ""
    age = "older" if (welcome.major, welcome.minor, welcome.patch) < wire.FIRMWARE else "newer"
    return f"the device's firmware is {welcome.version}, {age} than the {ours} of this Legato"
