"""Every operation against schemathesis, which reads our own OpenAPI document and tries to break what it says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.python.asgi import HOST
from starlette.applications import Starlette

from legato.controller.loop_health import LoopHealth
from legato.service.http.app import make_app
from legato.service.http.events import STREAM
from tests.service.http.fakes import FakeBridge, FakeJobRunner
from tests.service.http.worlds import OPEN, World, tried

CONFIG = schemathesis.Config.from_path(Path(__file__).parent / "schemathesis.toml")


def app() -> Starlette:
    return make_app(FakeBridge(), FakeJobRunner(), replace(OPEN, hosts=frozenset({HOST})), LoopHealth())


HERE = {"Host": "localhost"}
"""Whoever is here asks for this computer; by another name one may look and stop only."""


# The stream never ends, which is more patience than schemathesis has; test_events.py listens to it.
schema = schemathesis.openapi.from_asgi("/openapi.json", app(), config=CONFIG).exclude(path=STREAM)


@schema.parametrize()
@settings(max_examples=12, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_every_operation_does_what_the_document_says(case: Case[Any]) -> None:
    case.call_and_validate(headers=HERE)


def test_the_document_names_every_model_once_and_points_nowhere_else() -> None:
    async def asking(w: World) -> None:
        document = (await w.client.get("/openapi.json")).json()
        assert document["openapi"] == "3.1.0"
        named = set(document["components"]["schemas"])
        assert {ref.rsplit("/", 1)[1] for ref in _refs(document)} <= named
        names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
        assert len(names) == len(set(names)) > 35

    tried(asking)


def _refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_refs, value.values()))
    return set().union(*map(_refs, value)) if isinstance(value, list) else set()
