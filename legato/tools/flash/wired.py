"""Whether a board's `main.py` is wired for a device: its table of pins against the device's channels and pumps.

The file is read, never run, since it drives pins. Firmware with pins that do not match the actuators moves the
wrong ones, which the device's own description cannot show.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from legato.errors import UsageError
from legato.profiles.device import Channel, Device, Quantity

_DRIVEN: Final = frozenset({Quantity.INTENSITY, Quantity.TEMPERATURE})
_SENSED: Final = frozenset({Quantity.PRESSURE, Quantity.TEMPERATURE})

_READ: Final = ("pumps", "drives", "inputs")
"""The parts of the table that depend on the device; the rest concerns only the board."""


def insist_on_wiring(main: Path, text: bytes, device: Device) -> None:
    """Checks that the `Wiring` in `text`, read from `main`, matches `device`.

    Raises:
        UsageError: it is not Python, has no readable table of pins, or one that does not match.
    """
    table = _table(main, text)
    wrong = [*_pumps(table, device), *_pins("drives", table, device, _DRIVEN), *_pins("inputs", table, device, _SENSED)]
    if wrong:
        what = f"{main} is not wired for {device.name}: {'; '.join(wrong)}"
        raise UsageError(f"legato flash: {what}; write one for it (docs/how-to/hardware.md)")


def _table(main: Path, text: bytes) -> dict[str, object]:
    """The arguments of the call of `Wiring` that are read here."""
    try:
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id == "Wiring":
                return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg in _READ}
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"legato flash: {main} cannot be read: {error}") from None
    what = f"{main} has no Wiring(...) with its pins written out, so it is not clear which device it is wired for"
    raise UsageError(f"legato flash: {what} (docs/how-to/hardware.md)")


def _pumps(table: dict[str, object], device: Device) -> Iterator[str]:
    pins = table.get("pumps")
    has = len(pins) if isinstance(pins, tuple | list) else 0
    if has != len(device.pumps):
        yield f"pumps has {has} pins, but the device has {len(device.pumps)} pumps"


def _pins(name: str, table: dict[str, object], device: Device, quantities: frozenset[Quantity]) -> Iterator[str]:
    """The channels that `drives` or `inputs` lack, and those that the device does not have."""
    pins = table.get(name)
    has = set(pins) if isinstance(pins, dict) else set()
    needs = {channel.index: channel for channel in device.channels if channel.quantity in quantities}
    if lacking := [channel for index, channel in needs.items() if index not in has]:
        yield f"{name} lacks {_named(lacking)}"
    if strange := sorted(has - set(needs), key=str):
        yield f"{name} has channel {', '.join(map(str, strange))}, which needs none"


def _named(channels: Iterable[Channel]) -> str:
    """`channel 6 (left_foot_heat)`"""
    return ", ".join(f"channel {channel.index} ({channel.name})" for channel in channels)
