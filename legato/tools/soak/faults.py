"""Draws faults of any kind, with figures anywhere within the bounds of their models."""

from math import exp, log
from random import Random
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from legato.profiles.device import Chamber, Cooler, Device, Heater
from legato.sim.faults.script import KINDS, ONE, AnyFault

_HOW_MANY: Final = (0, 1, 1, 1, 2, 2, 3, 4)
_LASTS_S: Final = (0.1, 20.0)
_FOR_GOOD: Final = 0.4
"""The share of possibly permanent faults that are permanent."""

_LEAST: Final = 1e-3
"""Stands for "above 0"."""


def faults(device: Device, span_s: float, rng: Random) -> tuple[AnyFault, ...]:
    """Up to four faults within `span_s` that make sense on `device`."""
    targets = _targets(device)
    possible = [kind for kind in KINDS if all(targets.get(field, ("",)) for field in KINDS[kind].model_fields)]
    drawn = [_fault(rng.choice(possible), targets, span_s, rng) for _ in range(rng.choice(_HOW_MANY))]
    return tuple(sorted(drawn, key=lambda fault: fault.at_s))


def _targets(device: Device) -> dict[str, tuple[str, ...]]:
    """The possible values of fields that name a part."""
    pads = tuple(a.id for a in device.actuators if isinstance(a, Heater | Cooler))
    chambers = tuple(a.id for a in device.actuators if isinstance(a, Chamber))
    return {
        "chamber": chambers,
        "pump": tuple(p.name for p in device.pumps),
        "heater": pads,
        "sensor": chambers + pads,
    }


def _fault(kind: str, targets: dict[str, tuple[str, ...]], span_s: float, rng: Random) -> AnyFault:
    fields: dict[str, Any] = {}
    for name, field in KINDS[kind].model_fields.items():
        if name == "at_s":
            fields[name] = round(rng.uniform(0.0, span_s), 2)
        elif name == "for_s":
            fields[name] = _duration(field, rng)
        elif name in targets:
            fields[name] = rng.choice(targets[name])
        else:
            fields[name] = _value(field, rng)
    return ONE.validate_python(fields)


def _duration(field: FieldInfo, rng: Random) -> float | None:
    if field.annotation is type(None) or (field.default is None and rng.random() < _FOR_GOOD):
        return None
    low, high = _bounds(field) if field.metadata else _LASTS_S
    return round(_spread(max(low, _LASTS_S[0]), min(high, _LASTS_S[1]), rng), 2)


def _value(field: FieldInfo, rng: Random) -> object:
    if get_origin(field.annotation) is Literal:
        return rng.choice(get_args(field.annotation))
    low, high = _bounds(field)
    if field.annotation is int:
        return round(_spread(low, high, rng))
    return round(_spread(low, high, rng) if low > 0 else rng.uniform(low, high), 3)


def _bounds(field: FieldInfo) -> tuple[float, float]:
    low, high = _LEAST, _LASTS_S[1]
    for bound in field.metadata:
        match bound:
            case Ge(ge=value):
                low = float(str(value))
            case Gt(gt=value):
                low = float(str(value)) + _LEAST
            case Le(le=value):
                high = float(str(value))
    return low, high


def _spread(low: float, high: float, rng: Random) -> float:
    """A log-uniform value: small ones are as likely as large ones."""
    return min(max(exp(rng.uniform(log(low), log(high))), low), high)
