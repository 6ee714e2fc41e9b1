"""Two devices as one: which of them serves which leg, and what each gets of a schedule."""

import pytest

from legato.profiles import load
from legato.profiles.anatomy import Side
from legato.profiles.compiler import compile as compiled
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.pairing import Unpairable, pair


def legs(first: str, second: str) -> tuple[set[Side], set[Side]]:
    """The sides of what is taken from each of two built-in devices."""
    pairing = pair(load.device(first), load.device(second))
    sides: tuple[set[Side], set[Side]] = (set(), set())
    for channel, (part, _) in zip(pairing.device.channels, pairing.sources, strict=True):
        sides[part].add(channel.actuator.side)
    return sides


@pytest.mark.parametrize(
    ("first", "second", "serve"),
    [
        ("boot-6-left", "boot-6-right", ({Side.LEFT}, {Side.RIGHT})),
        ("boot-6-right", "boot-6-left", ({Side.RIGHT}, {Side.LEFT})),
        ("boots-6", "boot-6-left", ({Side.RIGHT}, {Side.LEFT})),
        ("boot-6-left", "boots-6", ({Side.LEFT}, {Side.RIGHT})),
        ("boots-6", "boots-6", ({Side.LEFT}, {Side.RIGHT})),
        ("boots-6-hip", "boots-6-hip", ({Side.LEFT, Side.BOTH}, {Side.RIGHT})),
        ("boot-6-left", "boots-6-hip", ({Side.LEFT}, {Side.RIGHT, Side.BOTH})),
    ],
)
def test_a_leg_is_served_by_one_device(first: str, second: str, serve: tuple[set[Side], set[Side]]) -> None:
    assert legs(first, second) == serve


@pytest.mark.parametrize("side", ["left", "right"])
def test_two_devices_for_the_same_leg_are_no_pair(side: str) -> None:
    boot = load.device(f"boot-6-{side}")
    with pytest.raises(Unpairable, match=f"both for the {side} leg; a pair needs one for each leg"):
        pair(boot, boot)


def test_each_device_plays_what_the_routine_asks_of_its_leg() -> None:
    left, right = load.device("boot-6-left"), load.device("boot-6-right")
    pairing, routine = pair(left, right), load.profile("goddard")
    whole = compiled(routine, pairing.device, envelope(pairing.device, routine.use))
    parts = pairing.part(whole)
    assert [part.device for part in parts] == [left, right]
    assert sum(len(part.setpoints) for part in parts) == len(whole.setpoints)
    for part in parts:
        assert (part.duration_ms, part.marks, part.cues) == (whole.duration_ms, whole.marks, whole.cues)
    for at_ms in range(0, whole.duration_ms, 5000):
        targets = parts[0].targets_at(at_ms), parts[1].targets_at(at_ms)
        assert pairing.gathered(targets) == whole.targets_at(at_ms)


def test_what_both_call_alike_is_told_apart_by_its_side() -> None:
    def plain(name: str) -> Device:
        boot = load.device(name)
        side = boot.actuators[0].side
        return Device.model_validate_json(boot.model_dump_json().replace(f'"{side}_', '"'))

    pairing = pair(plain("boot-6-left"), plain("boot-6-right"))
    assert pairing.channel_name(1, "foot") == "right_foot"
    assert [pump.name for pump in pairing.device.pumps] == ["main", "main-2"]


@pytest.mark.parametrize(("left", "right", "both"), [(True, True, True), (True, False, False), (False, False, False)])
def test_a_pair_presses_somebody_unless_both_are_simulated(left: bool, right: bool, both: bool) -> None:
    boots = (load.device("boot-6-left"), left), (load.device("boot-6-right"), right)
    first, second = (boot.model_copy(update={"simulated": is_simulated}) for boot, is_simulated in boots)
    assert pair(first, second).device.simulated is both
