"""What two devices report, as if one had."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from legato.controller.link import wire_names
from legato.controller.session.events import (
    Evidence,
    Fault,
    Lost,
    Notice,
    Outcome,
    OutcomeKind,
    Shortfall,
    Telemetry,
    WeakZone,
)
from legato.firmware import wire
from legato.profiles.anatomy import Side
from legato.profiles.device import Device
from legato.profiles.pairing import Pairing

_GRAVEST_FIRST: Final[tuple[OutcomeKind, ...]] = (
    "device_fault",
    "emergency_stopped",
    "link_lost",
    "refused",
    "stopped",
    "completed",
)
"""What happened to one device ends the other in a milder way, so the gravest outcome is the cause of both."""


_AT_REST: Final = {"refill": 1, "paused": 2, "armed": 3, "stopping": 4, "faulted": 5, "idle": 6}
"""How near a state is to rest, `running` and what nobody knows the least."""


def names(pairing: Pairing) -> tuple[str, str]:
    """What to call the two: their names; where these are the same, with the leg, or the order of the ports."""
    first, second = (device.name for device in pairing.parts)
    if first != second:
        return first, second
    if pairing.sides == (Side.LEFT, Side.RIGHT):
        return f"{first} (left)", f"{second} (right)"
    return f"{first} (first port)", f"{second} (second port)"


def outcome(both: list[Outcome], pairing: Pairing) -> Outcome:
    """How both together ended, and whose doing it was."""
    worst = min(both, key=lambda one: _GRAVEST_FIRST.index(one.kind))
    weak, laid_on = _shortfall(both, pairing), both[0].laid_on or both[1].laid_on
    if worst.kind == "completed" or both[0].cause == both[1].cause:
        return replace(worst, shortfall=weak, laid_on=laid_on)
    whose = names(pairing)[both.index(worst)]
    return Outcome(worst.kind, f"{whose}: {worst.cause}", worst.evidence, weak, laid_on)


def _shortfall(both: list[Outcome], pairing: Pairing) -> Shortfall | None:
    """What stayed away on either; a device on which nothing did has not counted its crests."""
    found = [(number, one.shortfall) for number, one in enumerate(both) if one.shortfall is not None]
    if not found:
        return None
    zones = [replace(zone, channel=_named(pairing, number, zone)) for number, one in found for zone in one.zones]
    return Shortfall(sum(one.below for _, one in found), sum(one.crests for _, one in found), tuple(zones))


def _named(pairing: Pairing, number: int, zone: WeakZone) -> str:
    return pairing.channel_name(number, zone.channel) or zone.channel


def fault(event: Fault, number: int, pairing: Pairing) -> Fault:
    """A fault of part `number`: with the name that the channel has in both, or, where it has none, that of the part."""
    if event.channel is None and event.name != wire_names.fault(wire.FAULT_ESTOP):
        return replace(event, channel=names(pairing)[number])
    return replace(event, channel=pairing.channel_name(number, event.channel))


def lost(away: Mapping[int, str], evidence: Evidence, pairing: Pairing) -> Lost:
    """Which of the two are away, and why."""
    called = names(pairing)
    return Lost("; ".join(f"{called[number]}: {cause}" for number, cause in sorted(away.items())), evidence)


def notice(event: Notice, number: int, pairing: Pairing) -> Notice:
    """What is worth a line, and of which of the two."""
    return Notice(f"{names(pairing)[number]}: {event.text}")


def silent(beside: Telemetry, device: Device) -> Telemetry:
    """What is known of a `device` that is away, while the one `beside` it talks: nothing is commanded or measured."""
    count = len(device.channels)
    return replace(
        beside, commanded=(0.0,) * count, measured=(None,) * count, lost=0, resent=0, bad_frames=0, late_max_ms=0
    )


def telemetry(reported: tuple[Telemetry, Telemetry], speaks: int, pairing: Pairing) -> Telemetry:
    """The values of all channels, of what the part that `speaks` has reported, and the other one.

    The state is that of whichever is further from rest; of the health of the two lines it is the worse.
    """
    leader, other = reported
    first, second = reported if speaks == 0 else reported[::-1]
    return Telemetry(
        session_ms=leader.session_ms,
        device_ms=leader.device_ms,
        state=min((leader.state, other.state), key=lambda state: _AT_REST.get(state, 0)),
        commanded=pairing.gathered((first.commanded, second.commanded)),
        measured=pairing.gathered((first.measured, second.measured)),
        gain=leader.gain,
        slack_ms=min(first.slack_ms, second.slack_ms),
        rtt_ms=max(first.rtt_ms, second.rtt_ms),
        lost=first.lost + second.lost,
        resent=first.resent + second.resent,
        bad_frames=first.bad_frames + second.bad_frames,
        late_max_ms=max(first.late_max_ms, second.late_max_ms),
    )
