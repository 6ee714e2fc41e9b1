"""Draws short routines: a few steps of any kind, extreme but valid."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from legato.profiles.profile import Profile, Use

Fields = dict[str, Any]

_UP: Final = ("foot", "ankle", "calf", "knee", "thigh")


def routine(rng: Random) -> Profile:
    """A routine of one to four steps."""
    steps = [rng.choices(_KINDS, _WEIGHTS)[0](rng) for _ in range(rng.randint(1, 4))]
    use = rng.choice(list(Use)).value
    data = {"format": 1, "name": "soak", "title": "Soak", "use": use, "steps": steps}
    return Profile.model_validate_json(json.dumps(data))


def _stretch(rng: Random) -> Fields:
    first = rng.randrange(len(_UP) - 1)
    return {"from": _UP[first], "to": _UP[rng.randrange(first + 1, len(_UP))]}


def _place(rng: Random) -> Fields:
    return {"from": rng.choice((*_UP, "seat"))}


def _between(low: float, high: float, rng: Random) -> float:
    return round(rng.uniform(low, high), 1)


def _hold(rng: Random) -> Fields:
    times = rng.randint(1, 2)
    pressure, seconds = _between(8, 100, rng), _between(2, 22, rng)
    return {"do": "hold", **_place(rng), "pressure_mmhg": pressure, "seconds": seconds, "times": times}


def _glide(rng: Random) -> Fields:
    speed, times = _between(3, 12, rng), rng.randint(1, 3)
    moves = {"pressure_mmhg": _between(15, 70, rng), "speed_cm_s": speed, "times": times, "rest_s": 1.0}
    return {"do": "glide", **_stretch(rng), **moves, "vent": rng.random() < 0.3}


def _wave(rng: Random) -> Fields:
    speed, times = _between(3, 12, rng), rng.randint(1, 3)
    return {"do": "wave", **_stretch(rng), "pressure_mmhg": _between(15, 60, rng), "speed_cm_s": speed, "times": times}


def _knead(rng: Random) -> Fields:
    rate, seconds = _between(0.1, 0.6, rng), _between(5, 20, rng)
    return {
        "do": "knead",
        **_stretch(rng),
        "pressure_mmhg": _between(15, 50, rng),
        "rate_hz": rate,
        "seconds": seconds,
    }


def _circle(rng: Random) -> Fields:
    period, times = _between(2, 5, rng), rng.randint(2, 5)
    return {"do": "circle", "from": "knee", "pressure_mmhg": _between(12, 30, rng), "period_s": period, "times": times}


def _sequence(rng: Random) -> Fields:
    times = {"hold_s": _between(1, 8, rng), "rest_s": _between(1, 6, rng)}
    return {"do": "sequence", **_stretch(rng), "pressure_mmhg": _between(20, 70, rng), **times}


def _pulse(rng: Random) -> Fields:
    on_s = _between(1, 4, rng)
    times = {"on_s": on_s, "period_s": on_s + _between(1, 5, rng), "times": rng.randint(2, 5)}
    return {"do": "pulse", **_place(rng), "pressure_mmhg": _between(15, 80, rng), **times}


def _drain(rng: Random) -> Fields:
    times = {"on_s": _between(1, 3, rng), "off_s": _between(1, 3, rng), "repeats": rng.randint(1, 2)}
    return {"do": "drain", "from": "foot", "to": "calf", "pressure_mmhg": _between(15, 40, rng), **times}


def _percuss(rng: Random) -> Fields:
    figures = {"intensity_pct": _between(10, 100, rng), "rate_hz": _between(3, 25, rng)}
    return {
        "do": "percuss",
        "from": rng.choice(("seat", "lower_back", "thigh")),
        **figures,
        "seconds": _between(3, 20, rng),
    }


def _vibrate(rng: Random) -> Fields:
    figures = {"intensity_pct": _between(10, 100, rng), "rate_hz": _between(20, 60, rng)}
    return {"do": "vibrate", "from": "calf", **figures, "seconds": _between(3, 20, rng)}


def _heat(rng: Random) -> Fields:
    zone = rng.choice(("foot", "calf", "seat", "lower_back"))
    return {"do": "heat", "from": zone, "temp_c": _between(34, 42, rng), "seconds": _between(10, 40, rng)}


def _rest(rng: Random) -> Fields:
    return {"do": "rest", "seconds": _between(1, 6, rng), "vent": rng.random() < 0.5}


def _cue(rng: Random) -> Fields:
    return {"do": "cue", "say": "Ready?", "wait": rng.random() < 0.7, "timeout_s": 5.0}


_DRAWERS: Final[dict[Callable[[Random], Fields], int]] = {
    _hold: 4,
    _glide: 4,
    _wave: 2,
    _knead: 2,
    _circle: 1,
    _sequence: 3,
    _pulse: 2,
    _drain: 1,
    _percuss: 1,
    _vibrate: 1,
    _heat: 2,
    _rest: 2,
    _cue: 1,
}
_KINDS: Final = list(_DRAWERS)
_WEIGHTS: Final = list(_DRAWERS.values())
