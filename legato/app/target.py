"""The device that a client means: one of its own, as it described itself, or a built-in one by its name."""

from legato.care.errors import named
from legato.profiles import load
from legato.profiles.device import Device

Target = Device | str
"""A device as it described itself, or the name of a built-in one."""


def device_of(target: Target) -> Device:
    """The device that is meant; never a path: a client has no business with the files of this computer.

    Raises:
        UnknownName: there is no built-in one of this name.
    """
    return target if isinstance(target, Device) else named("device", target, load.builtin_devices())
