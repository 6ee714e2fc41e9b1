"""The reference of both file formats, written from the models, so that it says exactly what they do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from legato.profiles.anatomy import FACE_OF, STRETCH_CM, Face
from legato.profiles.device import Mount
from legato.profiles.expectation import Schema, expectation, resolved
from legato.profiles.schema import Kind, schema
from legato.profiles.step_bases import Placed


@dataclass(frozen=True, slots=True)
class _Format:
    """What a file holds a list of: in which field, told apart by which one, with which fields in common."""

    title: str
    entries: str
    kind_field: str
    common: type[Placed] | type[Mount]
    common_title: str


_FORMATS: dict[Kind, _Format] = {
    "profile": _Format("routine", "steps", "do", Placed, "Every step at a place"),
    "device": _Format("device", "actuators", "kind", Mount, "Every actuator"),
}

_ZONES = """\
## Zones

Where each zone lies along an adult leg, in cm above the sole, and the face that it means by itself: estimates for
planning strokes, not measurements of a person.

| zone | from | to | face |
|---|---|---|---|"""


def reference_text(kind: Kind) -> str:
    """The page as it stands in `docs/reference/profile-fields.md` or `docs/reference/device-fields.md`, in Markdown."""
    return "\n".join([*_sections(kind, schema(kind)), _ZONES, *_zones()]) + "\n"


def _sections(kind: Kind, root: Schema) -> Iterator[str]:
    form, common = _FORMATS[kind], _FORMATS[kind].common.model_json_schema()
    entries = _entries(root, form)
    yield f"# All fields of a {form.title} file\n"
    yield f"Written by `legato schema {kind} --markdown`, from the models that read the file. A field without a default"
    yield "must be given; `-` stands for nothing.\n"
    yield _section(f"The {form.title}", root, root)
    yield _section(form.common_title, common, common)
    for name, entry in entries.items():
        yield _section(f"{form.kind_field}: {name}", entry, root, {form.kind_field, *common["properties"]})
    for name, part in root["$defs"].items():
        if part["type"] == "object" and part not in entries.values():
            yield _section(name, part, root)


def _entries(root: Schema, form: _Format) -> dict[str, Schema]:
    """What may stand in the list, by what tells it apart."""
    kinds: dict[str, str] = root["properties"][form.entries]["items"]["discriminator"]["mapping"]
    return {name: resolved({"$ref": ref}, root) for name, ref in kinds.items()}


def _section(title: str, of: Schema, root: Schema, but: Iterable[str] = ()) -> str:
    """Heading, description, and a row for each field that is not in `but`."""
    rows = [_row(field, spec, root) for field, spec in of["properties"].items() if field not in but]
    table = ["| field | what | default |", "|---|---|---|", *rows, ""] if rows else []
    # Python's -OO takes docstrings away, and with them descriptions.
    return "\n".join([f"## {title}\n", f"{of.get('description', '')}\n", *table])


def _row(field: str, spec: Schema, root: Schema) -> str:
    return f"| `{field}` | {expectation(resolved(spec, root))} | {_default(spec)} |"


def _default(spec: Schema) -> str:
    """What stands for a field that is left out: nothing where it must be given, `-` where it then says nothing."""
    if "default" not in spec:
        return ""
    match spec["default"]:
        case bool(value):
            return str(value).lower()
        case float() | int() as number:
            return f"{number:g}"
        case str(text) if text:
            return text
        case _:
            return "-"


def _zones() -> Iterator[str]:
    for zone, (low, high) in STRETCH_CM.items():
        yield f"| `{zone}` | {low:g} | {high:g} | {FACE_OF.get(zone, Face.AROUND)} |"
