"""What a device can do: its actuators, their limits, and the constants of its air and heat.

A description is the one source for the compiler (how fast can it fill?), the firmware (what may never be exceeded?) and
the simulator (how does it behave?). It travels over the wire as canonical JSON of integers, see `profiles.canonical`.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from legato.profiles.anatomy import Face, Side, Zone
from legato.profiles.errors import Unfit, suggestion


def _thousandths(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value


Thousandths = BeforeValidator(_thousandths)
"""At most three decimals, so that descriptions hash the same everywhere; the bounds hold after rounding."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]

HARD_CAP_MMHG = 110.0
"""No zone of any device goes above this ([E] estimate); the firmware has the same number."""


class DevicePart(BaseModel):
    """Base of everything in a device file: closed, frozen, no guessing of types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Pump(DevicePart):
    """An air pump: flow in free air at no load, dead-head pressure, spin-up time constant."""

    name: Name
    flow_l_min: Annotated[float, Field(ge=0.5, le=60), Thousandths]
    dead_head_mmhg: Annotated[float, Field(ge=130, le=1000), Thousandths] = 450.0
    spin_up_s: Annotated[float, Field(ge=0, le=2), Thousandths] = 0.15


class PressureSensor(DevicePart):
    """A pressure sensor: constant error, noise (standard deviation) and one count of its converter.

    `zero_mmhg` and `gain` are its calibration, found by `legato calibrate`: uncorrected it shows `zero_mmhg` without
    pressure, and `gain` mmHg more for each.
    """

    offset_mmhg: Annotated[float, Field(ge=-15, le=15), Thousandths] = 0.0
    noise_mmhg: Annotated[float, Field(ge=0, le=5), Thousandths] = 0.3
    step_mmhg: Annotated[float, Field(gt=0, le=5), Thousandths] = 0.2
    zero_mmhg: Annotated[float, Field(ge=-30, le=30), Thousandths] = 0.0
    gain: Annotated[float, Field(ge=0.8, le=1.25), Thousandths] = 1.0


class Mount(DevicePart):
    """Where an actuator sits: zone, side, face, and the stretch of leg it covers (cm above the sole)."""

    id: Name
    zone: Zone
    side: Side
    face: Face = Face.AROUND
    from_cm: Annotated[float, Field(ge=0, le=130), Thousandths]
    to_cm: Annotated[float, Field(ge=0, le=130), Thousandths]

    @model_validator(mode="after")
    def _stretch_is_upward(self) -> "Mount":
        if self.to_cm <= self.from_cm:
            raise Unfit(f"to_cm must lie above from_cm ({self.from_cm:g})", "to_cm")
        return self


class Chamber(Mount):
    """An air bladder on a pump, with a normally-closed fill valve and a normally-open vent.

    Slack volume, compliance, bores, leak and creep are what the plant and the compiler reckon with.
    """

    kind: Literal["chamber"]
    pump: Name
    cap_mmhg: Annotated[float, Field(gt=0, le=HARD_CAP_MMHG), Thousandths] = HARD_CAP_MMHG
    hold_s: Annotated[float, Field(gt=0, le=120), Thousandths] = 120.0
    slack_l: Annotated[float, Field(gt=0, le=10), Thousandths]
    compliance_ml_mmhg: Annotated[float, Field(gt=0, le=50), Thousandths]
    fill_bore_mm: Annotated[float, Field(ge=0.5, le=8), Thousandths] = 2.0
    vent_bore_mm: Annotated[float, Field(ge=0.5, le=8), Thousandths] = 2.0
    coil_ms: Annotated[int, Field(ge=0, le=50)] = 10
    leak_tau_s: Annotated[float, Field(ge=5, le=5000), Thousandths] = 400.0
    creep_fraction: Annotated[float, Field(ge=0, le=0.5), Thousandths] = 0.1
    creep_tau_s: Annotated[float, Field(ge=0.5, le=60), Thousandths] = 6.0
    sensor: PressureSensor = PressureSensor()


class Motor(Mount):
    """A vibration or percussion motor: intensity in %, rate in Hz, spin-up time constant."""

    kind: Literal["motor"]
    action: Literal["vibration", "percussion"]
    min_hz: Annotated[float, Field(ge=0.5, le=127), Thousandths]
    max_hz: Annotated[float, Field(ge=0.5, le=127), Thousandths]
    max_s: Annotated[float, Field(gt=0, le=1800), Thousandths] = 120.0
    spin_up_s: Annotated[float, Field(gt=0, le=2), Thousandths] = 0.2

    @model_validator(mode="after")
    def _rates_are_ordered(self) -> "Motor":
        if self.max_hz < self.min_hz:
            raise Unfit(f"max_hz must not be below min_hz ({self.min_hz:g})", "max_hz")
        return self


class Roller(Mount):
    """A roller that travels along its stretch: position in cm above the sole, intensity in %."""

    kind: Literal["roller"]
    max_speed_cm_s: Annotated[float, Field(gt=0, le=50), Thousandths] = 10.0


class Heater(Mount):
    """A heating pad: element heat capacity and resistances to room and skin."""

    kind: Literal["heater"]
    max_c: Annotated[float, Field(ge=30, le=42), Thousandths] = 42.0
    max_s: Annotated[float, Field(gt=0, le=1200), Thousandths] = 1200.0
    power_w: Annotated[float, Field(gt=0, le=100), Thousandths] = 8.0
    capacity_j_k: Annotated[float, Field(gt=0, le=1000), Thousandths] = 90.0
    to_room_k_w: Annotated[float, Field(gt=0, le=20), Thousandths] = 3.0
    to_skin_k_w: Annotated[float, Field(gt=0, le=20), Thousandths] = 0.8


class Cooler(Mount):
    """A cold accessory (Peltier or stone): coldest set-point; its thermal constants are those of a heater."""

    kind: Literal["cooler"]
    min_c: Annotated[float, Field(ge=8, le=30), Thousandths] = 12.0
    max_s: Annotated[float, Field(gt=0, le=900), Thousandths] = 900.0
    power_w: Annotated[float, Field(gt=0, le=100), Thousandths] = 10.0
    capacity_j_k: Annotated[float, Field(gt=0, le=1000), Thousandths] = 90.0
    to_room_k_w: Annotated[float, Field(gt=0, le=20), Thousandths] = 3.0
    to_skin_k_w: Annotated[float, Field(gt=0, le=20), Thousandths] = 0.8


Actuator = Annotated[Chamber | Motor | Roller | Heater | Cooler, Field(discriminator="kind")]


class Quantity(StrEnum):
    """What a channel commands."""

    PRESSURE = "pressure"
    INTENSITY = "intensity"
    RATE = "rate"
    POSITION = "position"
    TEMPERATURE = "temperature"


UNIT: dict[Quantity, str] = {
    Quantity.PRESSURE: "mmHg",
    Quantity.INTENSITY: "%",
    Quantity.RATE: "Hz",
    Quantity.POSITION: "cm",
    Quantity.TEMPERATURE: "degC",
}

_QUANTITIES: dict[str, tuple[Quantity, ...]] = {
    "chamber": (Quantity.PRESSURE,),
    "motor": (Quantity.INTENSITY, Quantity.RATE),
    "roller": (Quantity.INTENSITY, Quantity.POSITION),
    "heater": (Quantity.TEMPERATURE,),
    "cooler": (Quantity.TEMPERATURE,),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """One number a set-point can address: its index is the address on the wire.

    An actuator's first channel carries the actuator's own name; a second one is `name.rate` or `name.position`.
    """

    index: int
    name: str
    actuator: Chamber | Motor | Roller | Heater | Cooler
    quantity: Quantity

    @property
    def unit(self) -> str:
        return UNIT[self.quantity]


class Device(DevicePart):
    """A whole device: `actuators` makes a YAML file a device description.

    One that is `simulated` presses nobody: the diary keeps no massage of it. The simulator says so of itself.
    """

    # cached_property writes into the instance's __dict__, which frozen pydantic models allow.
    format: Literal[1]
    name: Name
    title: Annotated[str, Field(min_length=1, max_length=80)]
    description: Annotated[str, Field(max_length=1000)] = ""
    queue_slots: Annotated[int, Field(ge=16, le=1024)] = 256
    session_s: Annotated[int, Field(ge=60, le=7200)] = 3600
    simulated: bool = False
    pumps: Annotated[tuple[Pump, ...], Field(max_length=4)] = ()
    actuators: Annotated[tuple[Actuator, ...], Field(min_length=1, max_length=32)]

    @model_validator(mode="after")
    def _names_fit(self) -> "Device":
        ids = [a.id for a in self.actuators]
        for n, name in enumerate(ids):
            if name in ids[:n]:
                what = f"several actuators are called {name}, but each needs an id of its own"
                raise Unfit(what, "actuators", n, "id")
        pumps = [p.name for p in self.pumps]
        for n, name in enumerate(pumps):
            if name in pumps[:n]:
                raise Unfit(f"several pumps are called {name}, but each needs a name of its own", "pumps", n, "name")
        for n, a in enumerate(self.actuators):
            if isinstance(a, Chamber) and a.pump not in pumps:
                hint = suggestion(a.pump, pumps, "pumps are") if pumps else "there are no pumps"
                what = f"chamber {a.id} is on pump {a.pump}, which is not in pumps"
                raise Unfit(what, "actuators", n, "pump", hint=hint)
        return self

    @cached_property
    def chambers(self) -> tuple[Chamber, ...]:
        return tuple(a for a in self.actuators if isinstance(a, Chamber))

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        pairs = [(a, q) for a in self.actuators for q in _QUANTITIES[a.kind]]
        return tuple(
            Channel(i, a.id if q is _QUANTITIES[a.kind][0] else f"{a.id}.{q}", a, q) for i, (a, q) in enumerate(pairs)
        )

    def pump_of(self, chamber: Chamber) -> Pump:
        """The pump that fills `chamber`."""
        return next(p for p in self.pumps if p.name == chamber.pump)
