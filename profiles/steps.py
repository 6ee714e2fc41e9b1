"""The steps a routine is made of: strokes in anatomical terms, and what stands beside them.

Every step names its kind with `do:`. Default figures are estimates unless a source is named.
"""

from collections.abc import Sequence as Several
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from legato.profiles.anatomy import Zone
from legato.profiles.errors import Unfit
from legato.profiles.file_model import Given
from legato.profiles.step_bases import (
    BaseStep,
    Counted,
    Intensity,
    OverTheKnee,
    Pause,
    Placed,
    Pressure,
    Seconds,
    Speed,
    Times,
    Travelling,
)


class Glide(Counted, Travelling):
    """Effleurage: one crest travels from `from` to `to`, lets go behind itself, `times` over with `rest_s` after each.

    3 cm/s is what touch nerves like best (Löken 2009). A roller, where there is one, rolls along.
    """

    do: Literal["glide"] = Field(init=False)
    speed_cm_s: Speed = 3.0
    rest_s: Pause = 2.0
    vent: bool = False


class Wave(Counted, Travelling):
    """Peristaltic wave: crests follow each other evenly, the next one starting `rest_s` after the last is half way.

    The pressure goes from `pressure_mmhg` at the first crest to `end_pressure_mmhg` (the same, unless given) at the
    last one.
    """

    do: Literal["wave"] = Field(init=False)
    end_pressure_mmhg: Pressure | None = None
    speed_cm_s: Speed = 3.0
    rest_s: Pause = 0.0
    vent: bool = False


class Knead(Placed):
    """Petrissage: neighbours alternate between `pressure_mmhg` and the lower `low_mmhg` at `rate_hz`, for `seconds`.

    What a device kneads more slowly it kneads less often; breaks that a hold limit asks for are part of the time.
    """

    do: Literal["knead"] = Field(init=False)
    pressure_mmhg: Pressure
    low_mmhg: Pressure = 10.0
    rate_hz: Annotated[float, Field(ge=0.02, le=1.0)] = 0.3
    seconds: Seconds

    @model_validator(mode="after")
    def _lets_go_between(self) -> "Knead":
        if self.low_mmhg >= self.pressure_mmhg:
            what = f"low_mmhg ({self.low_mmhg:g}) must be below pressure_mmhg ({self.pressure_mmhg:g})"
            at = "low_mmhg" if "low_mmhg" in self.model_fields_set else "pressure_mmhg"
            raise Unfit(what, at, hint="kneading alternates between the two")
        return self


class Circle(Counted, Placed):
    """Circles around `from`: pressure goes round the actuators within the radius, or ripples where there is only one.

    The centre is the middle of `from`; the radius goes from `radius_cm` to `end_radius_cm` over the `times` circles
    of `period_s` each, at `pressure_mmhg` give or take `ripple_mmhg`.
    """

    do: Literal["circle"] = Field(init=False)
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


class Hold(Counted, Placed):
    """Sustained compression: everything from `from` to `to` at `pressure_mmhg` for `seconds`, `times` over.

    `rest_s` is after each time.
    """

    do: Literal["hold"] = Field(init=False)
    pressure_mmhg: Pressure
    seconds: Annotated[float, Field(gt=0, le=120)]
    rest_s: Pause = 5.0
    vent: bool = False


class Sequence(Counted, OverTheKnee):
    """Fill and hold one after the other from `from` to `to`, hold all for `hold_s`, release all together and rest.

    Each further zone gets `step_mmhg` less than the one before (graded compression: 5 to 10, Kamm 1986): foot, ankle,
    calf, knee, thigh, hip, torso, the shin as the calf and the back of the knee as the knee. It is linear between the
    middles of zones, and a chamber gets what is due at its own middle, so that a routine is the same on every device.
    """

    do: Literal["sequence"] = Field(init=False)
    pressure_mmhg: Pressure
    step_mmhg: Annotated[float, Field(ge=0, le=20)] = 5.0
    hold_s: Annotated[float, Field(gt=0, le=90)] = 5.0
    rest_s: Pause = 10.0
    vent: bool = False


class Pulse(Counted, Placed):
    """On together for `on_s` out of every `period_s`, `times` over (Lettieri 2009: 5 s each minute)."""

    do: Literal["pulse"] = Field(init=False)
    pressure_mmhg: Pressure
    on_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    period_s: Annotated[float, Field(ge=1, le=300)] = 60.0
    vent: bool = False


class Drain(Counted, Placed):
    """Manual lymph drainage: place by place from `from` to `to`; at each, `repeats` of `on_s` pressure and `off_s`
    without any.

    Preparation runs from the torso down: at every place nothing is pressed above it. Drainage runs from the foot up,
    and there the next place takes over from the last one, without `off_s` between: it comes up in the second half of
    `on_s`, and only then the last one lets go, so that nothing flows back. With one of `repeats`, a place comes every
    `on_s`, two at most are pressed at once, and `off_s` is the rest after the last.

    The pressure goes evenly, zone by zone, from `pressure_mmhg` in the first to `end_pressure_mmhg` in the last.
    Always vents fully: the zero phase is part of the technique.
    """

    do: Literal["drain"] = Field(init=False)
    pressure_mmhg: Annotated[float, Field(ge=0, le=60)] = 25.0
    end_pressure_mmhg: Annotated[float, Field(ge=0, le=60)] | None = None
    on_s: Annotated[float, Field(ge=1, le=60)] = 4.0
    off_s: Annotated[float, Field(ge=1, le=60)] = 4.0
    repeats: Annotated[int, Field(ge=1, le=10)] = 6


class Friction(Placed):
    """Cross-fibre friction: a roller goes to and fro over `width_cm` at `rate_hz`; air cannot do it."""

    do: Literal["friction"] = Field(init=False)
    intensity_pct: Intensity
    width_cm: Annotated[float, Field(ge=1, le=10)] = 3.0
    rate_hz: Annotated[float, Field(ge=0.1, le=3)] = 0.5
    seconds: Annotated[float, Field(gt=0, le=120)]


BONY = frozenset({Zone.ANKLE, Zone.SHIN, Zone.KNEE})
"""Zones where bone lies under the skin: nothing taps there."""


class Percuss(Placed):
    """Tapotement (4-10 Hz) or percussion (20-40 Hz) by a percussion motor; at most 120 s a zone, never on bone."""

    do: Literal["percuss"] = Field(init=False)
    intensity_pct: Intensity
    rate_hz: Annotated[float, Field(ge=1, le=50)] = 6.0
    seconds: Annotated[float, Field(gt=0, le=120)]

    @model_validator(mode="after")
    def _never_taps_on_bone(self) -> "Percuss":
        for at, zone in (("from", self.from_), ("to", self.last)):
            if zone in BONY:
                raise Unfit(f"no percussion over bone, as at the {zone}; tap on muscle: calf, thigh or seat", at)
        return self


STRIKES_HZ = 25.0
"""The rate of the percussion trials (reviews PMC10069390, PMC10532323)."""


class Press(Placed):
    """Ischemic compression, as locally as the device can: one place is pressed until it gives.

    A roller there rubs across the muscle; else a percussion head strikes it at 25 Hz; else its chambers press, one at a
    time, in the direction of the leg and left before right, while all others let go. Air comes and goes in `ease_s` at
    the least, stays for `seconds` (30 to 60 are common), and rests for `rest_s` after each chamber; roller and head
    work at `intensity_pct` for as long. The report says which of them it is: none is a thumb on a knot, which presses
    with some 1,700 mmHg (deep friction: 2.3 kg/cm2 on average).
    """

    do: Literal["press"] = Field(init=False)
    cue: Annotated[str, Field(max_length=280)] = ""
    pressure_mmhg: Pressure
    ease_s: Annotated[float, Field(ge=0, le=10)] = 5.0
    seconds: Annotated[float, Field(gt=0, le=90)] = 45.0
    rest_s: Pause = 5.0
    intensity_pct: Annotated[float, Field(ge=10, le=100)] = 45.0

    @property
    def others(self) -> tuple[Friction | Percuss, ...]:
        """What is more local than air, the most local first: as strokes of their own."""
        own = self.model_dump(by_alias=True, include={"from_", "side", "face", "intensity_pct", "seconds"})
        rubbed = Friction.model_validate({**own, "do": "friction"})
        if self.from_ in BONY:
            return (rubbed,)
        return rubbed, Percuss.model_validate({**own, "do": "percuss", "rate_hz": STRIKES_HZ})

    @model_validator(mode="after")
    def _presses_one_place(self) -> "Press":
        if self.last is not self.from_:
            raise Unfit("a press is at one place; give each place a step of its own", "to")
        return self


class Vibrate(Placed):
    """Vibration by a vibration motor."""

    do: Literal["vibrate"] = Field(init=False)
    intensity_pct: Intensity
    rate_hz: Annotated[float, Field(ge=5, le=100)] = 30.0
    seconds: Annotated[float, Field(gt=0, le=1800)]


ByHand = Annotated[str, Field(max_length=80)]


class Heat(Placed):
    """Warmth for `seconds`, then off. At most 20 minutes; above 40 degC only by intent, never above 42.

    Where the device has no heater, a person lays on what `by_hand` names (`a warm heating pad in a cloth`), as with
    `cool`, at one place for 20 minutes in all; where it names nothing, there is no warmth. In a `together`, warmth that
    is asked for at least as long as its company goes on as long as that really lasts.
    """

    spares_back_of_knee: ClassVar[bool] = True

    do: Literal["heat"] = Field(init=False)
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

    do: Literal["cool"] = Field(init=False)
    temp_c: Annotated[float, Field(ge=8, le=25)] = 12.0
    seconds: Annotated[float, Field(gt=0, le=900)]
    by_hand: ByHand = "a cold pack"


class Say(BaseStep):
    """A cue: something that the person does or answers, whatever plays before and after it; `seconds` are left for it.

    With `wait`, the massage waits for an answer (at most `timeout_s`). Words about a step belong to that: its `cue`.
    """

    do: Literal["cue"] = Field(init=False)
    say: str = Field(min_length=1, max_length=300, kw_only=False)
    wait: bool = False
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 120.0
    seconds: Annotated[float, Field(ge=0, le=600)] = 0.0


class Rest(BaseStep):
    """Nothing moves for `seconds`; zones stay at their contact baseline, or are vented fully with `vent`."""

    do: Literal["rest"] = Field(init=False)
    seconds: Seconds = Field(kw_only=False)
    vent: bool = False


class Repeat(Counted):
    """The `steps`, `times` over; where `least` or `most` is given, without warmth, cold and questions in them."""

    do: Literal["repeat"] = Field(init=False)
    times: Times = Field(kw_only=False)
    steps: Given[tuple["AnyStep", ...], Several[BaseStep]] = Field(
        min_length=1, max_length=200, kw_only=False, strict=False
    )


class Together(BaseStep):
    """The `steps` all at once; it lasts as long as the longest. No two of them may press the same place."""

    do: Literal["together"] = Field(init=False)
    steps: Given[tuple["AnyStep", ...], Several[BaseStep]] = Field(
        min_length=2, max_length=8, kw_only=False, strict=False
    )


_Air = Glide | Wave | Knead | Circle | Hold | Sequence | Pulse | Drain
Stroke = _Air | Press | Friction | Percuss | Vibrate | Heat | Cool
AnyStep = Annotated[Stroke | Say | Rest | Repeat | Together, Field(discriminator="do")]

Repeat.model_rebuild()
Together.model_rebuild()
