"""The arguments of a call as a file would have them: by name, with the constants that a file writes out."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from legato.profiles.errors import UsageError
from legato.profiles.expectation import shown
from legato.profiles.tree import unshowable


def is_argument(field: FieldInfo) -> bool:
    """Whether a field may differ between two of a class: `do` and `format` may not."""
    return field.init is not False


def is_by_place(field: FieldInfo) -> bool:
    """Whether its value may be given without its name."""
    return field.kw_only is False


def by_name(model: type[BaseModel], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What a file would say in the place of `model(*args, **kwargs)`; whether it is valid is another question.

    Raises:
        UsageError: more is given by place than the class takes so, something twice, or what is no step among steps.
    """
    fields = model.model_fields
    data = {name: get_args(field.annotation)[0] for name, field in fields.items() if not is_argument(field)}
    for name, value in (*_by_place(model, args), *kwargs.items()):
        key = fields[name].alias or name if name in fields else name
        if key in data:
            raise UsageError(_given_already(model, name))
        data[key] = _steps(model, value) if name == "steps" else _plain(model, name, value)
    return data


def _by_place(model: type[BaseModel], args: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    places = [name for name, field in model.model_fields.items() if is_by_place(field)]
    if len(args) > len(places):
        listed = " and ".join(name.rstrip("_") for name in places)
        which = shown(args[len(places)])
        raise UsageError(f"{model.__name__}: only {listed} may be given without a name; give {which} its name")
    return zip(places, args, strict=False)


def _given_already(model: type[BaseModel], name: str) -> str:
    if name in model.model_fields and not is_argument(model.model_fields[name]):
        return f"{model.__name__}: leave {name} out; the class says it"
    return f"{model.__name__}: {name.rstrip('_')} is given twice; keep one of the two"


def _plain(model: type[BaseModel], name: str, value: Any) -> Any:
    """Numbers of other libraries, such as numpy's, as Python's own; no text that no file may hold."""
    match value:
        case str() if hidden := unshowable(value):
            raise UsageError(
                f"{model.__name__}: {name} holds the character {hidden}, which cannot be shown; leave it out"
            )
        case bool() | int() | float():
            return value
        case Integral():
            return int(value)
        case Real():
            return float(value)
        case _:
            return value


def _steps(model: type[BaseModel], given: Any) -> tuple[Any, ...]:
    if isinstance(given, str | Mapping | BaseModel) or not isinstance(given, Iterable):
        raise UsageError(f"{model.__name__}: steps is {shown(given)}; a list of steps is expected")
    steps = tuple(given)
    for n, step in enumerate(steps):
        if not (isinstance(step, BaseModel) and "do" in type(step).model_fields):
            what = f"{model.__name__}: steps[{n}] is {shown(step)}"
            raise UsageError(f"{what}; a step is expected, such as Glide, Hold or Rest of legato")
    return steps
