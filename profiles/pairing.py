"""Two devices as one: the device that they make together, and its schedule parted again for each of them.

A routine is compiled once, for both together, so that both have the same session time, marks and cues. A leg is served
by one device: a device for one leg serves that leg, one for both legs serves the leg that the other does not; of two
for both legs the first serves the left leg and the second the right one. What serves both legs at once, or the back,
is taken from the first device that has any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import ValidationError

from legato.profiles.anatomy import Side
from legato.profiles.device import Actuator, Chamber, Device, Pump
from legato.profiles.refusal import ProfileError
from legato.profiles.schedule import Schedule, SetPoint

T = TypeVar("T")
Sides = frozenset[Side]

LEGS: Sides = frozenset({Side.LEFT, Side.RIGHT})
NAME_CHARS = 32


class Unpairable(ProfileError):
    """Two devices that cannot be used as one: why, and what would be right."""


@dataclass(frozen=True)
class Pairing:
    """`device` is what `parts` make together; its channel i is channel `sources[i][1]` of part `sources[i][0]`."""

    parts: tuple[Device, Device]
    device: Device
    sources: tuple[tuple[int, int], ...]

    @property
    def sides(self) -> tuple[Side | None, Side | None]:
        """The leg that each part serves; None for one that serves both, or none."""
        return self._side(0), self._side(1)

    def _side(self, part: int) -> Side | None:
        mine = zip(self.device.channels, self.sources, strict=True)
        legs = {channel.actuator.side for channel, (owner, _) in mine if owner == part} & LEGS
        return legs.pop() if len(legs) == 1 else None

    def part(self, schedule: Schedule) -> tuple[Schedule, Schedule]:
        """What each of the two plays of a schedule for `device`."""
        rows: tuple[list[SetPoint], list[SetPoint]] = ([], [])
        for row in schedule.setpoints:
            part, channel = self.sources[row.channel]
            rows[part].append(replace(row, channel=channel))
        first, second = (replace(schedule, device=d, setpoints=tuple(r)) for d, r in zip(self.parts, rows, strict=True))
        return first, second

    def gathered(self, values: tuple[Sequence[T], Sequence[T]]) -> tuple[T, ...]:
        """The values of all channels of `device`, from those of the channels of either part."""
        return tuple(values[part][channel] for part, channel in self.sources)

    def channel_name(self, part: int, name: str | None) -> str | None:
        """What `device` calls the channel that part number `part` calls `name`."""
        for channel, (owner, index) in zip(self.device.channels, self.sources, strict=True):
            if owner == part and self.parts[part].channels[index].name == name:
                return channel.name
        return name


def pair(first: Device, second: Device) -> Pairing:
    """What the two make together; raises Unpairable where both are for the same leg, or are too much for one device."""
    legs = _legs_served(first, second)
    taken = [a for a in first.actuators if a.side in legs[0] or a.side is Side.BOTH], _of_second(first, second, legs[1])
    pumps = {p.name for p in first.pumps}
    try:
        device = Device(
            format=1,
            name=f"{first.name}_{second.name}"[:NAME_CHARS],
            title=f"{first.title}, {second.title}"[:80],
            queue_slots=min(first.queue_slots, second.queue_slots),
            session_s=min(first.session_s, second.session_s),
            simulated=first.simulated and second.simulated,
            pumps=(*first.pumps, *(_renamed(p, pumps) for p in second.pumps)),
            actuators=tuple(_called_apart(*taken, pumps)),
        )
    except ValidationError as error:
        what = error.errors(include_url=False)[0]["msg"]
        raise Unpairable(f"{first.name} and {second.name} are too much for one device: {what}") from None
    return Pairing((first, second), device, tuple(_sources((first, second), taken)))


def _legs_served(first: Device, second: Device) -> tuple[Sides, Sides]:
    ours, theirs = _legs(first), _legs(second)
    if ours == theirs == LEGS:
        return frozenset({Side.LEFT}), frozenset({Side.RIGHT})
    if ours == theirs and ours:
        (side,) = ours
        raise Unpairable(f"{first.name} and {second.name} are both for the {side} leg; a pair needs one for each leg")
    return (ours - theirs, theirs) if ours == LEGS else (ours, theirs - ours)


def _legs(device: Device) -> Sides:
    return frozenset(a.side for a in device.actuators) & LEGS


def _of_second(first: Device, second: Device, legs: Sides) -> list[Actuator]:
    has_middle = any(a.side is Side.BOTH for a in first.actuators)
    return [a for a in second.actuators if a.side in legs or (a.side is Side.BOTH and not has_middle)]


def _called_apart(ours: list[Actuator], theirs: list[Actuator], pumps: set[str]) -> list[Actuator]:
    """All actuators, none of them called as another is: where both devices say `foot`, the side goes before it."""
    twice = {a.id for a in ours} & {a.id for a in theirs}
    all_of_them = [*ours, *(_on_pump(a, pumps) for a in theirs)]
    return [a.model_copy(update={"id": f"{a.side}_{a.id}"}) if a.id in twice else a for a in all_of_them]


def _on_pump(actuator: Actuator, taken: set[str]) -> Actuator:
    if isinstance(actuator, Chamber):
        return actuator.model_copy(update={"pump": _other_name(actuator.pump, taken)})
    return actuator


def _renamed(pump: Pump, taken: set[str]) -> Pump:
    return pump.model_copy(update={"name": _other_name(pump.name, taken)})


def _other_name(name: str, taken: set[str]) -> str:
    return f"{name}-2" if name in taken else name


def _sources(parts: tuple[Device, Device], taken: tuple[list[Actuator], list[Actuator]]) -> list[tuple[int, int]]:
    """Where the channels of all that is taken are found."""
    found: list[tuple[int, int]] = []
    for number, (device, actuators) in enumerate(zip(parts, taken, strict=True)):
        ids = {a.id for a in actuators}
        found += [(number, c.index) for c in device.channels if c.actuator.id in ids]
    return found
