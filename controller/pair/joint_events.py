"""What two devices report, as if one had."""

from dataclasses import replace
from typing import Final

from legato.controller.session.events import (
    Connected,
    Event,
    Fault,
    Found,
    Lost,
    Notice,
    Outcome,
    OutcomeKind,
    Shortfall,
    Telemetry,
    WeakZone,
)
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


def concerns_one(event: Event) -> bool:
    """Whether `event` is about one of the devices, so that it is published whichever it is."""
    return isinstance(event, Connected | Lost | Found | Notice)


def names(parts: tuple[Device, Device]) -> tuple[str, str]:
    """What to call the two: their names, or where these are the same, the order of the ports as well."""
    first, second = (device.name for device in parts)
    return (first, second) if first != second else (f"{first} (first port)", f"{second} (second port)")


def outcome(both: list[Outcome], called: tuple[str, str], pairing: Pairing) -> Outcome:
    """How both together ended, and whose doing it was."""
    worst = min(both, key=lambda one: _GRAVEST_FIRST.index(one.kind))
    weak, laid_on = _shortfall(both, pairing), both[0].laid_on or both[1].laid_on
    if worst.kind == "completed" or both[0].cause == both[1].cause:
        return replace(worst, shortfall=weak, laid_on=laid_on)
    return Outcome(worst.kind, f"{called[both.index(worst)]}: {worst.cause}", worst.evidence, weak, laid_on)


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
    """A fault of part `number`, with the name that the channel has in both."""
    return Fault(event.name, pairing.channel_name(number, event.channel), event.evidence)


def telemetry(both: tuple[Telemetry, Telemetry], speaks: int, pairing: Pairing) -> Telemetry:
    """The values of all channels; of the health of the two lines the worse."""
    first, second = both
    leader = both[speaks]
    return Telemetry(
        session_ms=leader.session_ms,
        device_ms=leader.device_ms,
        state=leader.state,
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
