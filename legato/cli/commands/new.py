"""`legato new`: a routine of one's own, begun from a template that explains itself."""

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
        UsageError: not a name for a routine, or the file is there already.
    """
    if not routine_library.is_name(name):
        raise UsageError(f'"{name}" is no name; use up to 48 small letters, digits, - and _')
    path = Path(f"{name}{routine_library.SUFFIX}")
    template = files("legato").joinpath("routine.template.yaml").read_text("utf-8").replace(_SCHEMA, _schema())
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template.replace(TEMPLATE_NAME, name))
    except FileExistsError:
        raise UsageError(f"{path} is there already and stays as it is; choose another name") from None
    output.data(str(path))
    output.say(f"look at it with: legato preview {path}")


def _schema() -> str:
    """Where an editor finds the schema of this very version."""
    return f"$schema={files('legato.profiles').joinpath('schemas', 'profile.schema.json')}"
