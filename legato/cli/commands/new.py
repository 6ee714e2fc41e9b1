"""`legato new`: a routine of your own, started from a template that explains itself."""

from importlib.resources import files
from pathlib import Path

from legato.app import routine_library
from legato.errors import UsageError
from legato.terminal import output

TEMPLATE_NAME = "my_routine"
_SCHEMA = "$schema=SCHEMA"


def new(name: str) -> None:
    """Writes NAME.yaml into the current folder.

    Raises:
        UsageError: the name is not valid for a routine, or the file already exists.
    """
    if not routine_library.is_name(name):
        raise UsageError(f'"{name}" is not a valid name; use up to 48 lower-case letters, digits, - and _')
    path = Path(f"{name}{routine_library.SUFFIX}")
    template = files("legato").joinpath("routine.template.yaml").read_text("utf-8").replace(_SCHEMA, _schema())
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template.replace(TEMPLATE_NAME, name))
    except FileExistsError:
        raise UsageError(f"{path} already exists and was not changed; choose another name") from None
    output.data(str(path))
    output.say(f"look at it with: legato preview {path}")


def _schema() -> str:
    """Where an editor finds the schema of this version."""
    return f"$schema={files('legato.profiles').joinpath('schemas', 'profile.schema.json')}"
