"""JSON Schema of both kinds of file: for editors, and for saying what would have been right."""

import json
from functools import cache
from typing import Literal

from legato.profiles.device import Device
from legato.profiles.expectation import Schema
from legato.profiles.profile import Profile

Kind = Literal["profile", "device"]

MODELS: dict[Kind, type[Profile] | type[Device]] = {"profile": Profile, "device": Device}


@cache
def schema(kind: Kind) -> Schema:
    """The schema of a routine (`profile`) or a device file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **MODELS[kind].model_json_schema()}


def schema_text(kind: Kind) -> str:
    """The schema as it stands in `profiles/schemas/`."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"
