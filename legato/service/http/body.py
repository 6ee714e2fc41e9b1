"""Reads what a client sends, with limits on size, time, content type and depth, and no unknown keys or NaN."""

import asyncio
from collections import Counter
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request

from legato.service.http.problems import invalid, refuse

MAX_JSON = 64 * 1024
MAX_YAML = 256 * 1024
PATIENCE_S = 10.0
"""How long a body may take to arrive; clients that send a byte a second are cut off."""

JSON = ("application/json",)
YAML = ("application/yaml", "text/yaml", "application/x-yaml")

M = TypeVar("M", bound=BaseModel)


async def read(request: Request, limit: int) -> bytes:
    """The body, of at most `limit` bytes.

    Raises:
        Refusal: it is larger, or does not arrive in time.
    """
    stated = request.headers.get("content-length", "0")
    if stated.isdecimal() and int(stated[:12]) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for piece in request.stream():
                body += piece
                if len(body) > limit:
                    raise _too_large(limit)
    except (TimeoutError, ClientDisconnect):
        raise refuse(408, "too_slow", f"the body did not arrive within {PATIENCE_S:g} s", _CLOSE) from None
    return bytes(body)


_CLOSE = {"Connection": "close"}
"""The rest of the body is not read."""


def _too_large(limit: int) -> Exception:
    return refuse(413, "too_large", f"the body is larger than {limit} bytes", _CLOSE)


def check_kind(request: Request, kinds: tuple[str, ...]) -> None:
    """Raises Refusal if the body has another content type."""
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in kinds:
        raise refuse(415, "wrong_kind", f"send {kinds[0]}, not {stated or 'a body without a Content-Type'}")


def parsed(data: bytes, kind: TypeAdapter[Any]) -> Any:
    """JSON as a `kind`; NaN, infinity and deep nesting are refused.

    Raises:
        Refusal: not JSON, or not what was expected.
    """
    try:
        from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise refuse(400, "not_json", f"the body is not JSON: {error}") from None
    try:
        return kind.validate_json(data, strict=True)
    except ValidationError as error:
        raise invalid(error, "the body") from None


def check_empty(data: bytes) -> None:
    """Raises Refusal if there is a body where none is expected."""
    if data.strip() not in (b"", b"{}"):
        raise refuse(400, "no_body_expected", "this request takes no body")


def query(request: Request, kind: type[M]) -> M:
    """The query of a request; each key may occur once.

    Raises:
        Refusal: a key is unknown or repeated, or a value is not valid.
    """
    pairs = request.query_params.multi_items()
    twice = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    if twice:
        raise refuse(422, "invalid", f"{twice[0]} is given more than once")
    try:
        return kind.model_validate_strings(dict(pairs))
    except ValidationError as error:
        raise invalid(error, "the query") from None
