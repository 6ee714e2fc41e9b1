"""What the firmware knows of its own hardware: plain integers, fixed at start-up, never changed by a message."""

PRESSURE = 0
INTENSITY = 1
RATE = 2
POSITION = 3
HEAT = 4
COLD = 5

HARD_CAP = 220
"""No chamber goes above 110 mmHg (in half-units), whatever its description says ([E] estimate)."""

HARD_HEAT_CAP = 84
"""No heater is set above 42 degC (in half-units); the trip at 43 degC is in `heat`."""


MAX_CHANNELS = 37
"""As many as a status frame holds."""

MAX_CHAMBERS = 30
"""As many bits as a small integer has on every interpreter."""


UNITY_GAIN = 4096
"""The gain of a sensor that shows a mmHg for each."""


class Air:
    """The air side of a chamber.

    `pump`: number of its pump. `hold_ms`: longest run of pressure. `coil_ms`: how long its valves take to move.
    `contact_ms`: time its pump alone takes to fill the slack, from nearly empty to first contact. `rise_mmhg_s`: how
    fast the pressure rises after that, at about 20 mmHg. `vent_ms`: time the open vent takes from 110 to 8 mmHg.
    `zero` and `gain` are for the board: uncorrected, the sensor shows `zero` tenths of mmHg without pressure, and
    `gain` 4096ths of a mmHg for each.
    """

    def __init__(
        self,
        pump: int,
        hold_ms: int,
        coil_ms: int,
        contact_ms: int,
        rise_mmhg_s: int,
        vent_ms: int,
        zero: int = 0,
        gain: int = UNITY_GAIN,
    ) -> None:
        self.pump = pump
        self.hold_ms = hold_ms
        self.coil_ms = coil_ms
        self.contact_ms = contact_ms
        self.rise_mmhg_s = max(1, rise_mmhg_s)
        self.vent_ms = max(1, vent_ms)
        self.zero = zero
        self.gain = gain


class ChannelConfig:
    """One number a set-point can address; its place in `Config.channels` is the address on the wire.

    `kind` is one of the constants above. `cap` is the largest target in half-units (for COLD the smallest that is not
    0). `max_on_ms` is how long an intensity, heater or cooler may stay above 0 without a break; 0 is no limit.
    `air` belongs to PRESSURE channels and only to them.
    """

    def __init__(self, kind: int, cap: int, max_on_ms: int = 0, air: Air | None = None) -> None:
        if (kind == PRESSURE) != (air is not None):
            raise ValueError("a pressure channel, and no other, needs air")
        self.kind = kind
        self.cap = (
            min(cap, HARD_CAP) if kind == PRESSURE else min(cap, HARD_HEAT_CAP) if kind == HEAT else min(cap, 255)
        )
        self.max_on_ms = max_on_ms
        self.air = air

    def allows(self, target: int) -> bool:
        """Whether a set-point may ask for `target` half-units; 0 (off) is always allowed."""
        return target == 0 or (target >= self.cap if self.kind == COLD else target <= self.cap)


class Config:
    """The whole device. `desc_hash` and `device_id` are 8 bytes each, `version` is (major, minor, patch).

    `session_ms` bounds the time that one session may treat. Raises ValueError for too many channels or chambers.
    """

    def __init__(
        self,
        description: bytes,
        desc_hash: bytes,
        device_id: bytes,
        version: tuple[int, int, int],
        queue_slots: int,
        session_ms: int,
        channels: list[ChannelConfig],
    ) -> None:
        if len(channels) > MAX_CHANNELS or len([c for c in channels if c.air]) > MAX_CHAMBERS:
            raise ValueError("too many channels for one device")
        self.description = description
        self.desc_hash = desc_hash
        self.device_id = device_id
        self.version = version
        self.queue_slots = queue_slots
        self.session_ms = session_ms
        self.channels = channels
        self.pumps = 1 + max([c.air.pump for c in channels if c.air], default=-1)
