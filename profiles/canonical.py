"""A device description as it travels: canonical JSON with every number in whole thousandths, compressed with zlib.

The same description gives the same JSON, and so the same hash, on every machine: keys are sorted, defaults are written
out, and no decimal is ever printed. The hash is over the JSON, because zlib may compress one text in several ways.

Only `simulated` is left out where it is false: descriptions in devices that are older than this field keep their hash.
"""

import json
import zlib
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from legato.profiles.device import Device
from legato.profiles.errors import printable, short

MAX_BYTES = 1 << 16
"""Bound on the description when decompressed."""

HASH_BYTES = 8

MAX_REPORTED = 400
"""At most this much of what is wrong is reported; parts of it come from the device."""

_MAX_THOUSANDTHS = 1 << 53


class BadDescription(ValueError):
    """What a device sent is not a device description."""


def to_wire(device: Device) -> bytes:
    """The description as a device carries it."""
    return zlib.compress(_canonical(device), 9)


def from_wire(data: bytes) -> Device:
    """The device that `data` describes.

    Raises:
        BadDescription: not what `to_wire` makes, larger than `MAX_BYTES`, or not a valid device.
    """
    try:
        plain = _divided(from_json(_decompressed(data), allow_inf_nan=False))
        return Device.model_validate_json(json.dumps(plain))
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        where = ".".join(short(str(part)) for part in first["loc"])
        # What a stranger sent must not reach a terminal as it is.
        problem = printable(f"{where}: {first['msg']}")
        raise BadDescription(f"the device describes itself wrongly at {problem[:MAX_REPORTED]}") from None
    except (ValueError, zlib.error) as e:
        raise BadDescription(f"the device sent no description that can be read: {e}") from None


def description_hash(device: Device) -> bytes:
    """The first 8 bytes of the SHA-256 of the canonical JSON."""
    return sha256(_canonical(device)).digest()[:HASH_BYTES]


def is_same_build(one: Device, other: Device) -> bool:
    """Whether what is made for one device fits the other: they differ in nothing, or in being simulated only."""
    return _canonical(one.model_copy(update={"simulated": other.simulated})) == _canonical(other)


def _canonical(device: Device) -> bytes:
    plain = _multiplied(device.model_dump(mode="json", exclude=None if device.simulated else {"simulated"}))
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _decompressed(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    text = stream.decompress(data, MAX_BYTES)
    if not stream.eof or stream.unused_data:
        raise ValueError("it is cut off, too long, or followed by something else")
    return text


def _multiplied(value: Any) -> Any:
    match value:
        case dict():
            return {name: _multiplied(item) for name, item in value.items()}
        case list():
            return [_multiplied(item) for item in value]
        case bool():
            return value
        case int() | float():
            return round(value * 1000)
        case _:
            return value


def _divided(value: Any) -> Any:
    match value:
        case dict():
            return {name: _divided(item) for name, item in value.items()}
        case list():
            return [_divided(item) for item in value]
        case bool():
            return value
        case int() if not -_MAX_THOUSANDTHS < value < _MAX_THOUSANDTHS:
            raise ValueError(f"a number beyond {_MAX_THOUSANDTHS}")
        case int():
            return value // 1000 if value % 1000 == 0 else value / 1000
        case float():
            raise ValueError(f"{value} is not an integer")
        case _:
            return value
