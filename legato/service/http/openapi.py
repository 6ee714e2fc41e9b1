"""The OpenAPI 3.1 document, generated from the operations and their models."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from legato.service.http import body
from legato.service.http.operation import PATTERNS, Operation
from legato.service.http.problems import MEDIA_TYPE, Problem

REF = "#/components/schemas/{model}"
ALWAYS = (400, 401, 403, 421, 429, 503)
"""Problems that every operation may return: from access control, limits and the path."""

WITH_BODY = (408, 413, 415)

Json = dict[str, Any]
Key = tuple[str, str]
Adapters = dict[tuple[Key, JsonSchemaMode], TypeAdapter[Any]]

_PROBLEM: Key = ("problem", "")


def document(operations: Sequence[Operation], version: str) -> Json:
    """The OpenAPI document of these operations."""
    schemas, shared = _schemas(operations)
    paths: Json = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Legato", "version": version, "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {"schemas": shared, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


ABOUT = (
    "Devices, routines and people of one Legato service. The WebSocket at /api/v1/events is in docs/reference/api.md."
)


def _schemas(operations: Sequence[Operation]) -> tuple[dict[Key, Json], Json]:
    """The schema of every body, by operation and direction, and the models that they share."""
    adapters: Adapters = {(_PROBLEM, "serialization"): TypeAdapter(Problem)}
    for operation in operations:
        name = _name(operation)
        if operation.takes not in (None, "yaml"):
            adapters[((name, "takes"), "validation")] = operation.adapter("takes")
        if operation.gives is not None:
            adapters[((name, "gives"), "serialization")] = operation.adapter("gives")
    inputs = [(key, mode, adapter) for (key, mode), adapter in adapters.items()]
    found, shared = TypeAdapter.json_schemas(inputs, ref_template=REF)
    schemas = {key: schema for (key, _), schema in found.items()}
    return schemas, shared["$defs"]


def _operation(operation: Operation, schemas: dict[Key, Json]) -> Json:
    name = _name(operation)
    described: Json = {
        "operationId": name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_parts(operation), *_query(operation)],
        "responses": _responses(operation, schemas.get((name, "gives"))),
    }
    if operation.takes is not None:
        described["requestBody"] = {"required": True, "content": _content(operation, schemas)}
    return described


def _name(operation: Operation) -> str:
    """`getDevicesDeviceReadings`"""
    words = operation.path.removeprefix("/api/v1").replace("{", "").replace("}", "").replace(".", "/").replace("-", "/")
    return operation.method.lower() + "".join(word.title() for word in words.split("/"))


def _parts(operation: Operation) -> Iterable[Json]:
    for part in operation.parts:
        schema = {"type": "string", "pattern": PATTERNS[part]}
        yield {"name": part, "in": "path", "required": True, "schema": schema}


def _query(operation: Operation) -> Iterable[Json]:
    fields = operation.query.model_json_schema(ref_template=REF)
    for name, field in fields.get("properties", {}).items():
        required = name in fields.get("required", [])
        yield {"name": name, "in": "query", "required": required, "schema": _without_null(field)}


def _without_null(field: Json) -> Json:
    """A query parameter cannot be null: an optional one is simply left out."""
    kept = {key: value for key, value in field.items() if key not in ("default", "title")}
    choices = [choice for choice in kept.pop("anyOf", []) if choice != {"type": "null"}]
    return {**kept, **choices[0]} if len(choices) == 1 else {**kept, **({"anyOf": choices} if choices else {})}


def _content(operation: Operation, schemas: dict[Key, Json]) -> Json:
    if operation.takes == "yaml":
        return {body.YAML[0]: {"schema": {}}}
    return {body.JSON[0]: {"schema": schemas[(_name(operation), "takes")]}}


def _responses(operation: Operation, gives: Json | None) -> Json:
    done: Json = {"description": operation.summary}
    if gives is not None:
        done["content"] = {operation.media: {"schema": gives}}
    responses = {str(operation.status): done}
    problem = {MEDIA_TYPE: {"schema": {"$ref": REF.format(model=Problem.__name__)}}}
    statuses = {*ALWAYS, *operation.refuses, *(WITH_BODY if operation.method != "GET" else ()), *_invalid(operation)}
    for status in sorted(statuses):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": problem}
    return responses


def _invalid(operation: Operation) -> Iterable[int]:
    yield 422
    if operation.parts:
        yield 404
