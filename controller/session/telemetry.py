"""A status of the device as the telemetry event that listeners get."""

from legato.controller.link import wire_names
from legato.controller.link.device_messages import Status
from legato.controller.link.endpoint import Link
from legato.controller.session.events import Telemetry


def of_status(status: Status, link: Link) -> Telemetry:
    """What `status` says, and how the link is doing."""
    return Telemetry(
        session_ms=status.session_ms,
        device_ms=status.device_ms,
        state=wire_names.state(status.state),
        commanded=status.commanded,
        measured=status.measured,
        gain=status.gain,
        slack_ms=status.slack_ms,
        rtt_ms=link.retry.round_trip_s * 1000.0,
        lost=link.lost,
        resent=link.traffic.resent,
        bad_frames=status.bad_frames + link.bad_frames,
        late_max_ms=status.late_max_ms,
    )
