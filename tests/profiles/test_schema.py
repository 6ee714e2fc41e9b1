"""Editors are told what may stand in a file, by JSON Schema."""

from importlib.resources import files
from pathlib import Path

import pytest

from legato.profiles.schema import Kind, schema_text

SCHEMAS = Path(__file__).parents[2] / "profiles" / "schemas"


@pytest.mark.parametrize(("folder", "kind"), [("devices", "device"), ("library", "profile")])
def test_every_built_in_file_tells_editors_its_schema(folder: str, kind: str) -> None:
    header = f"# yaml-language-server: $schema=../schemas/{kind}.schema.json\n"
    for file in files("legato.profiles").joinpath(folder).iterdir():
        assert file.read_text("utf-8").startswith(header), file.name


@pytest.mark.parametrize("kind", ["profile", "device"])
def test_the_schemas_for_editors_are_up_to_date(kind: Kind) -> None:
    written = SCHEMAS / f"{kind}.schema.json"
    assert written.read_text("utf-8") == schema_text(kind), f"run: legato schema {kind} > {written}"
