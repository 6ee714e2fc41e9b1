"""What a routine file holds, made in Python as well: one set of models, read from a file or called by a script.

A file says `do: glide` and `from: ankle`; a script calls the class and gives by place what goes without saying:
`Glide("ankle", "thigh", pressure_mmhg=35)`. Fields, bounds, defaults and words of errors are the same.
"""

import builtins
import types
import typing
from functools import reduce
from inspect import Parameter, Signature
from operator import or_
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from legato.profiles.call_arguments import by_name, is_argument, is_by_place
from legato.profiles.errors import UsageError
from legato.profiles.explain_call import explained

R = TypeVar("R")
W = TypeVar("W")

if TYPE_CHECKING:

    class Given(Generic[R, W]):
        """A field that is read as `R`, and may be given as `W` as well: a zone by its name, several steps as a list."""

        def __get__(self, instance: object, owner: object = None) -> R: ...

        def __set__(self, instance: object, value: R | W) -> None: ...

    _Model = BaseModel
else:

    class Given:
        """For type checkers only: the models see `R`."""

        def __class_getitem__(cls, read_and_given):
            return read_and_given[0]

    class _Presented(type(BaseModel)):
        """For `help` and editors: of a class its own names, and the arguments that it takes."""

        def __dir__(cls):
            return [name for name in super().__dir__() if name[0] != "_" and not hasattr(BaseModel, name)]

        @property
        def __signature__(cls):
            return _signature(cls.model_fields)

        @__signature__.setter
        def __signature__(cls, _):
            """Pydantic's own knows no places."""

    class _Model(BaseModel, metaclass=_Presented):
        pass


class FileModel(_Model):
    """Base of whatever stands in a routine file: closed, frozen, strict."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    if not TYPE_CHECKING:  # type checkers derive it, with types, from the fields

        def __init__(self, /, *args, **kwargs):
            model = type(self)
            data = by_name(model, args, kwargs)
            try:
                super().__init__(**data)
            except ValidationError as error:
                raise UsageError(explained(error, model, data)) from None

        # Without it, pydantic would call this for every step of a file, and files have errors with places.
        __init__.__pydantic_base_init__ = True

    def replace(self, **changes: Any) -> Self:
        """The same with other values, by the names of its fields.

        Raises:
            UsageError: it is not valid so; the text says what would be right.
        """
        fields = type(self).model_fields
        given = {name: getattr(self, name) for name in self.model_fields_set if is_argument(fields[name])}
        return type(self)(**(given | changes))

    def __replace__(self, **changes: Any) -> Self:
        """For `copy.replace`; pydantic's own would check nothing."""
        return self.replace(**changes)


def _signature(fields: dict[str, FieldInfo]) -> Signature:
    arguments = [_argument(name, field) for name, field in fields.items() if is_argument(field)]
    return Signature(sorted(arguments, key=lambda argument: argument.kind))


def _argument(name: str, field: FieldInfo) -> Parameter:
    kind = Parameter.POSITIONAL_OR_KEYWORD if is_by_place(field) else Parameter.KEYWORD_ONLY
    default = Parameter.empty if field.is_required() else field.default
    return Parameter(name, kind, default=default, annotation=_without_bounds(field.annotation))


def _without_bounds(annotation: Any) -> Any:
    """A type as a person reads it."""
    match get_origin(annotation):
        case typing.Annotated:
            return get_args(annotation)[0]
        case typing.Union | types.UnionType:
            return reduce(or_, map(_without_bounds, get_args(annotation)))
        case builtins.tuple:
            return list
        case _:
            return annotation
