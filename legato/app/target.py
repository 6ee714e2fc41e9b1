"""The device that a client refers to: a connected one, by its own description, or a built-in one, by name."""

from legato.care.errors import named
from legato.profiles import load
from legato.profiles.device import Device

Target = Device | str
"""A device as it described itself, or the name of a built-in one."""


def device_of(target: Target) -> Device:
    """The device that is meant. Never a path: clients must not reach files on this computer.

    Raises:
        UnknownName: there is no built-in device of this name.
    """
    return target if isinstance(target, Device) else named("device", target, load.builtin_devices())
