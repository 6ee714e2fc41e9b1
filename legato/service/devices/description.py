"""A device and its sensor readings, as the plain data that clients get."""

from datetime import datetime

from legato.controller.session.events import Connected, Telemetry
from legato.profiles.anatomy import Zone
from legato.profiles.device import Chamber, Channel, Cooler, Device, Heater, Quantity, Roller
from legato.profiles.envelope import in_force
from legato.service.devices import state


def about(device: Device, connected: Connected) -> state.About:
    """The device as it described itself."""
    channels = tuple(_channel(channel) for channel in in_force(device).channels)
    return state.About(
        name=device.name, title=device.title, firmware=connected.firmware, boot_id=connected.boot_id, channels=channels
    )


def zone_caps(device: state.About | None) -> dict[Zone, float]:
    """The zones that a device presses, each with its highest cap in mmHg."""
    pressing = [channel for channel in device.channels if channel.unit == "mmHg"] if device else []
    zones = dict.fromkeys(channel.zone for channel in pressing)
    return {Zone(zone): max(channel.cap for channel in pressing if channel.zone == zone) for zone in zones}


def readings(which: str, at: datetime, now: Telemetry) -> state.Readings:
    """What the device `which` reported about its channels."""
    return state.Readings(
        id=which,
        at=at,
        session_ms=now.session_ms,
        commanded=now.commanded,
        measured=now.measured,
        slack_ms=now.slack_ms,
        rtt_ms=round(now.rtt_ms, 2),
        lost=now.lost,
        resent=now.resent,
        bad_frames=now.bad_frames,
        late_max_ms=now.late_max_ms,
    )


def _channel(channel: Channel) -> state.ChannelInfo:
    actuator = channel.actuator
    return state.ChannelInfo(
        name=channel.name,
        kind=actuator.kind,
        zone=actuator.zone,
        side=actuator.side,
        face=actuator.face,
        unit=channel.unit,
        from_cm=actuator.from_cm,
        to_cm=actuator.to_cm,
        cap=_cap(channel),
    )


def _cap(channel: Channel) -> float:
    actuator = channel.actuator
    match channel.quantity, actuator:
        case Quantity.PRESSURE, Chamber():
            return actuator.cap_mmhg
        case Quantity.TEMPERATURE, Heater():
            return actuator.max_c
        case Quantity.TEMPERATURE, Cooler():
            return _WARMEST_C
        case Quantity.POSITION, Roller():
            return actuator.to_cm
        case Quantity.RATE, _:
            return getattr(actuator, "max_hz", 0.0)
        case _:
            return 100.0


_WARMEST_C = 30.0
"""A cooler that is off is at about room temperature; its coldest set-point is not a cap."""
