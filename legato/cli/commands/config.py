"""`legato config`: the settings that the service would use, and where each value comes from."""

import json
import os
from pathlib import Path
from typing import Any

from legato.service.settings_sources import DEFAULT, Loaded, load, misspelt, places
from legato.terminal import output


def show(file: Path | None, as_json: bool) -> None:
    """Every value in force and its origin: flag, variable, file and line, or default."""
    for wrong in misspelt(os.environ):
        output.say(wrong)
    loaded = load({}, file)
    values = loaded.options.model_dump(mode="json")
    if as_json:
        settings = {name: {"value": value, "from": loaded.origins[name]} for name, value in values.items()}
        output.as_json({"file": _path(loaded), "settings": settings})
        return
    output.columns([(name, _shown(value), _origin(loaded, name)) for name, value in values.items()])
    for path in (loaded.file,) if loaded.file else ():
        output.say(f"read from {path}")


def path(as_json: bool) -> None:
    """The places where a file is looked for; the first one that exists is used."""
    rows = [(str(place), place.exists()) for place in dict.fromkeys(places())]
    read = next((place for place, is_there in rows if is_there), None)
    if as_json:
        output.as_json({"file": read, "looked_for": [place for place, _ in rows]})
    else:
        output.columns([(place, "read" if place == read else "not read" if there else "") for place, there in rows])


def _path(loaded: Loaded) -> str | None:
    return str(loaded.file) if loaded.file else None


def _origin(loaded: Loaded, name: str) -> str:
    origin = loaded.origins[name]
    return origin if origin == DEFAULT or ":" in origin or origin.startswith("-") else f"variable {origin}"


def _shown(value: Any) -> str:
    """A value as it would be written in the file, on one line."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
