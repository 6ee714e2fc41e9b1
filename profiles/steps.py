"""The steps a routine is made of: strokes in anatomical terms, and what stands beside them.

Every step names its kind with `do:`. Every number has a bound; what a person or a device may get is narrower still
and is the envelope's business, not the file's. Default figures are estimates unless a source is named.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from profiles.anatomy import STRETCH_CM, Face, Side, Zone
from profiles.errors import Unfit

Pressure = Annotated[float, Field(ge=0, le=110)]
Seconds = Annotated[float, Field(gt=0, le=7200)]
Pause = Annotated[float, Field(ge=0, le=600)]
Times = Annotated[int, Field(ge=1, le=500)]
Speed = Annotated[float, Field(ge=0.5, le=15)]
Intensity = Annotated[float, Field(ge=0, le=100)]


class Step(BaseModel):
    """Base of all steps: closed, frozen, strict; `title` is what a person reads while it plays."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    title: Annotated[str, Field(max_length=80)] = ""


class Placed(Step):
    """A step at a stretch of the leg, `from` one zone `to` another (only `from`: just that zone).

    `cue` is said to the person as the step begins, and only where it plays: words that tell of a step go when it goes.

    A rest after each time (`rest_s`, `off_s`, what is left of `period_s`) comes after the last time as well, unless
    nothing follows.

    Direction matters for moving strokes: from ankle to thigh runs upward. Only steps that pass or do not press may name
    the back of the knee, where a nerve and large vessels lie shallow.
    """

    spares_back_of_knee: ClassVar[bool] = False

    from_: Annotated[Zone, Field(alias="from")]
    to: Zone | None = None
    side: Side = Side.BOTH
    face: Face | None = None
    cue: Annotated[str, Field(max_length=300)] = ""

    @property
    def last(self) -> Zone:
        """The zone the stroke ends at."""
        return self.to if self.to is not None else self.from_

    @property
    def highest_mmhg(self) -> float:
        """The most pressure that it asks for; 0 where it does not press with air."""
        asked = (getattr(self, field, None) for field in ("pressure_mmhg", "end_pressure_mmhg"))
        return max((mmhg for mmhg in asked if mmhg is not None), default=0.0)

    @property
    def is_behind_knee(self) -> bool:
        """Whether it names the back of the knee."""
        return Zone.POPLITEAL in (self.from_, self.last)

    @model_validator(mode="after")
    def _never_stays_behind_the_knee(self) -> "Placed":
        if self.is_behind_knee and not self.spares_back_of_knee:
            at = "from" if self.from_ is Zone.POPLITEAL else "to"
            raise Unfit("the back of the knee is only ever stroked; use glide or wave there, or name the knee", at)
        return self


class OverTheKnee(Placed):
    """A step that may pass the knee and be gentler there: `knee_mmhg` is the most that knee and back of knee get."""

    knee_mmhg: Pressure | None = None

    def eased(self, mmhg: float, *zones: Zone) -> float:
        """The part of `mmhg` that is meant for an actuator that takes part in `zones`."""
        if self.knee_mmhg is None or not {Zone.KNEE, Zone.POPLITEAL}.intersection(zones):
            return mmhg
        return min(mmhg, self.knee_mmhg)


BACK_OF_KNEE_MMHG = 20.0
"""The most that a stroke over the back of the knee may press ([E] estimate)."""


class Travelling(OverTheKnee):
    """A stroke that travels; over the back of the knee lightly, and upward."""

    spares_back_of_knee: ClassVar[bool] = True

    pressure_mmhg: Pressure

    @model_validator(mode="after")
    def _strokes_the_back_of_the_knee_lightly_and_upward(self) -> "Travelling":
        if self.is_behind_knee and self.eased(self.highest_mmhg, Zone.POPLITEAL) > BACK_OF_KNEE_MMHG:
            what = f"the back of the knee gets at most {BACK_OF_KNEE_MMHG:g} mmHg; set knee_mmhg, or press less"
            raise Unfit(what, "pressure_mmhg" if self.knee_mmhg is None else "knee_mmhg")
        if self.is_behind_knee and STRETCH_CM[self.last] < STRETCH_CM[self.from_]:
            raise Unfit("the back of the knee is stroked upward only; swap from and to", "from")
        return self


class Glide(Travelling):
    """Effleurage: one crest travels from `from` to `to`, lets go behind itself, `times` over with `rest_s` after each.

    3 cm/s is what touch nerves like best (Löken 2009). A roller, where there is one, rolls along.
    """

    do: Literal["glide"]
    speed_cm_s: Speed = 3.0
    times: Times = 1
    rest_s: Pause = 2.0
    vent: bool = False


class Wave(Travelling):
    """Peristaltic wave: crests follow each other evenly, the next one starting `rest_s` after the last is half way.

    The pressure goes from `pressure_mmhg` at the first crest to `end_pressure_mmhg` (the same, unless given) at the
    last one.
    """

    do: Literal["wave"]
    end_pressure_mmhg: Pressure | None = None
    speed_cm_s: Speed = 3.0
    times: Times = 1
    rest_s: Pause = 0.0
    vent: bool = False


class Knead(Placed):
    """Petrissage: neighbours alternate between `pressure_mmhg` and `low_mmhg` at `rate_hz`, for `seconds` in all.

    What a device kneads more slowly it kneads less often; breaks that a hold limit asks for are part of the time.
    """

    do: Literal["knead"]
    pressure_mmhg: Pressure
    low_mmhg: Pressure = 10.0
    rate_hz: Annotated[float, Field(ge=0.02, le=1.0)] = 0.3
    seconds: Seconds


class Circle(Placed):
    """Circles around `from`: pressure goes round the actuators within the radius, or ripples where there is only one.

    The centre is the middle of `from`; the radius goes from `radius_cm` to `end_radius_cm` over the `times` circles
    of `period_s` each, at `pressure_mmhg` give or take `ripple_mmhg`.
    """

    do: Literal["circle"]
    pressure_mmhg: Pressure
    ripple_mmhg: Annotated[float, Field(ge=1, le=40)] = 8.0
    period_s: Annotated[float, Field(ge=1, le=30)] = 4.0
    times: Times = 8
    radius_cm: Annotated[float, Field(ge=1, le=40)] = 6.0
    end_radius_cm: Annotated[float, Field(ge=1, le=40)] | None = None

    @property
    def highest_mmhg(self) -> float:
        """The crest of its ripple."""
        return self.pressure_mmhg + self.ripple_mmhg


class Hold(Placed):
    """Sustained compression: everything from `from` to `to` at `pressure_mmhg` for `seconds`, `times` over.

    `rest_s` is after each time.
    """

    do: Literal["hold"]
    pressure_mmhg: Pressure
    seconds: Annotated[float, Field(gt=0, le=120)]
    times: Times = 1
    rest_s: Pause = 5.0
    vent: bool = False


class Sequence(OverTheKnee):
    """Fill and hold one after the other from `from` to `to`, hold all for `hold_s`, release all together and rest.

    Each further zone gets `step_mmhg` less than the one before (graded compression: 5 to 10, Kamm 1986): foot, ankle,
    calf, knee, thigh, hip, torso, the shin as the calf and the back of the knee as the knee. It is linear between the
    middles of zones, and a chamber gets what is due at its own middle, so that a routine is the same on every device.
    """

    do: Literal["sequence"]
    pressure_mmhg: Pressure
    step_mmhg: Annotated[float, Field(ge=0, le=20)] = 5.0
    hold_s: Annotated[float, Field(gt=0, le=90)] = 5.0
    rest_s: Pause = 10.0
    times: Times = 1
    vent: bool = False


class Pulse(Placed):
    """On together for `on_s` out of every `period_s`, `times` over (Lettieri 2009: 5 s each minute)."""

    do: Literal["pulse"]
    pressure_mmhg: Pressure
    on_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    period_s: Annotated[float, Field(ge=1, le=300)] = 60.0
    times: Times = 1
    vent: bool = False


class Drain(Placed):
    """Manual lymph drainage: place by place from `from` to `to`; at each, `repeats` of `on_s` pressure and `off_s`
    without any.

    Preparation runs from the torso down, drainage from the foot up. The pressure goes evenly, zone by zone, from
    `pressure_mmhg` in the first to `end_pressure_mmhg` in the last. Always vents fully: the zero phase is part of the
    technique.
    """

    do: Literal["drain"]
    pressure_mmhg: Annotated[float, Field(ge=0, le=60)] = 25.0
    end_pressure_mmhg: Annotated[float, Field(ge=0, le=60)] | None = None
    on_s: Annotated[float, Field(ge=1, le=60)] = 4.0
    off_s: Annotated[float, Field(ge=1, le=60)] = 4.0
    repeats: Annotated[int, Field(ge=1, le=10)] = 6
    times: Times = 1


class Friction(Placed):
    """Cross-fibre friction: a roller goes to and fro over `width_cm` at `rate_hz`; air cannot do it."""

    do: Literal["friction"]
    intensity_pct: Intensity
    width_cm: Annotated[float, Field(ge=1, le=10)] = 3.0
    rate_hz: Annotated[float, Field(ge=0.1, le=3)] = 0.5
    seconds: Annotated[float, Field(gt=0, le=120)]


BONY = frozenset({Zone.ANKLE, Zone.SHIN, Zone.KNEE})
"""Zones where bone lies under the skin: nothing taps there."""


class Percuss(Placed):
    """Tapotement (4-10 Hz) or percussion (20-40 Hz) by a percussion motor; at most 120 s a zone, never on bone."""

    do: Literal["percuss"]
    intensity_pct: Intensity
    rate_hz: Annotated[float, Field(ge=1, le=50)] = 6.0
    seconds: Annotated[float, Field(gt=0, le=120)]

    @model_validator(mode="after")
    def _never_taps_on_bone(self) -> "Percuss":
        for at, zone in (("from", self.from_), ("to", self.last)):
            if zone in BONY:
                raise Unfit(f"no percussion over bone, as at the {zone}; tap on muscle: calf, thigh or seat", at)
        return self


class Vibrate(Placed):
    """Vibration by a vibration motor."""

    do: Literal["vibrate"]
    intensity_pct: Intensity
    rate_hz: Annotated[float, Field(ge=5, le=100)] = 30.0
    seconds: Annotated[float, Field(gt=0, le=1800)]


ByHand = Annotated[str, Field(max_length=80)]


class Heat(Placed):
    """Warmth for `seconds`, then off. At most 20 minutes; above 40 degC only by intent, never above 42.

    Where the device has no heater, a person lays on what `by_hand` names (`a warm heating pad in a cloth`), as with
    `cool`; where it names nothing, there is no warmth. In a `together`, warmth that is asked for at least as long as
    its company goes on as long as that really lasts.
    """

    spares_back_of_knee: ClassVar[bool] = True

    do: Literal["heat"]
    temp_c: Annotated[float, Field(ge=30, le=42)] = 39.0
    seconds: Annotated[float, Field(gt=0, le=1200)]
    by_hand: ByHand = ""


class Cool(Placed):
    """Cold for `seconds`, at most 15 minutes, and once at a place: it must rest for longer than a session lasts.

    Where the device has no cooler, a person lays on what `by_hand` names. All air goes first; the person is asked to
    lay it on, the time is kept, nothing presses meanwhile, and what follows waits for the answer that it is off. So it
    needs a step of its own: in a `together` nothing is laid on.
    """

    spares_back_of_knee: ClassVar[bool] = True

    do: Literal["cool"]
    temp_c: Annotated[float, Field(ge=8, le=25)] = 12.0
    seconds: Annotated[float, Field(gt=0, le=900)]
    by_hand: ByHand = "a cold pack"


class Say(Step):
    """A cue: something that the person does or answers, whatever plays before and after it; `seconds` are left for it.

    With `wait`, the massage waits for an answer (at most `timeout_s`). Words about a step belong to that: its `cue`.
    """

    do: Literal["cue"]
    say: Annotated[str, Field(min_length=1, max_length=300)]
    wait: bool = False
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 120.0
    seconds: Annotated[float, Field(ge=0, le=600)] = 0.0


class Rest(Step):
    """Nothing moves for `seconds`; zones stay at their contact baseline, or are vented fully with `vent`."""

    do: Literal["rest"]
    seconds: Seconds
    vent: bool = False


class Repeat(Step):
    """The `steps`, `times` over."""

    do: Literal["repeat"]
    times: Times
    steps: Annotated[tuple["AnyStep", ...], Field(min_length=1, max_length=200)]


class Together(Step):
    """The `steps` all at once; it lasts as long as the longest. No two of them may press the same place."""

    do: Literal["together"]
    steps: Annotated[tuple["AnyStep", ...], Field(min_length=2, max_length=8)]


Stroke = Glide | Wave | Knead | Circle | Hold | Sequence | Pulse | Drain | Friction | Percuss | Vibrate | Heat | Cool
AnyStep = Annotated[Stroke | Say | Rest | Repeat | Together, Field(discriminator="do")]

Repeat.model_rebuild()
Together.model_rebuild()
