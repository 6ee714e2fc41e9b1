"""The sources of settings: flags override the environment, which overrides the file, which overrides defaults."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from platformdirs import site_config_path, user_config_path
from pydantic import TypeAdapter, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from legato.care.yaml_files import LINES, validated
from legato.errors import UsageError
from legato.profiles.errors import lower_first
from legato.profiles.files import read_bytes
from legato.profiles.tree import Node, read
from legato.service.settings import USB_WORDS, Options

PREFIX = "LEGATO_"
DEFAULT = "default"

OTHERS = frozenset({"DEBUG", "HOME", "URL"})
"""Legato's variables that are not settings of the service."""

_OPTIONS = TypeAdapter(Options)


class _Settings(Options, BaseSettings):
    """The options, as pydantic-settings reads them from the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force, the origin of each, and the file that was read, if any."""

    options: Options
    origins: Mapping[str, str]
    file: Path | None


def places() -> tuple[Path, ...]:
    """Where a file is looked for if none is named, the user's own first, unless there is no home folder."""
    with suppress(RuntimeError):
        return user_config_path("legato") / "legato.yaml", site_config_path("legato") / "legato.yaml", _ETC
    return site_config_path("legato") / "legato.yaml", _ETC


_ETC = Path("/etc/legato/legato.yaml")


def load(flags: Mapping[str, Any], file: Path | None = None) -> Loaded:
    """The settings, from `flags` (None: not given), the environment, and `file` or the first of `places`.

    Raises:
        InvalidFile: the file cannot be read, or is not valid on its own.
        UsageError: a flag or variable is not valid, or does not fit the rest.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    path = file or next((place for place in places() if place.exists()), None)
    tree = _tree(path)
    return Loaded(_merged(given, tree), dict(_origins(given, tree, path)), path)


def misspelt(environ: Mapping[str, str]) -> list[str]:
    """Unknown variables with our prefix, each with what may have been meant."""
    known = sorted(OTHERS | {name.upper() for name in Options.model_fields})
    given = {name: name.upper().removeprefix(PREFIX).partition("__")[0] for name in sorted(environ)}
    unknown = {name: word for name, word in given.items() if name.upper().startswith(PREFIX) and word not in known}
    return [f"unknown variable {name}; {_nearest(word, known)}" for name, word in unknown.items()]


def _nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, 1, 0.6)
    return f"did you mean {PREFIX}{near[0]}?" if near else f"known are {', '.join(PREFIX + name for name in known)}"


def _tree(path: Path | None) -> Node:
    """The content of the file, validated on its own; an empty or missing file sets nothing."""
    data = read_bytes(path, str(path)) if path else b""
    if all(line.lstrip().startswith(b"#") for line in data.splitlines() if line.strip()):
        return Node((1, 1), {})
    root = read(data, str(path), LINES)
    for word in _usb_words(root):
        word.value = word.word or word.value
    validated(root, str(path), _OPTIONS)
    return root


def _usb_words(root: Node) -> Iterator[Node]:
    """The values of devices that must not be read as decimal numbers."""
    devices = root.child("devices").value
    for device in devices if isinstance(devices, list) else ():
        match = device.child("match").value
        yield from (match[field] for field in USB_WORDS if isinstance(match, dict) and field in match)


def _merged(flags: Mapping[str, Any], tree: Node) -> Options:
    in_file = tree.plain()

    class Here(_Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            assert isinstance(in_file, dict)  # noqa: S101 - it was validated
            return (
                init_settings,
                InitSettingsSource(settings_cls, _in_words(env_settings())),
                InitSettingsSource(settings_cls, dict(in_file)),
            )

    try:
        return Options.model_validate(Here(**flags).model_dump())
    except SettingsError as error:
        raise UsageError(f"the environment has an invalid setting: {error}") from error
    except ValidationError as error:
        raise UsageError("\n".join(_messages(error, flags))) from error


def _in_words(environment: dict[str, Any]) -> dict[str, Any]:
    """JSON has no hexadecimal numbers, so its numbers are read like those in the file."""
    devices = environment.get("devices")
    for device in devices if isinstance(devices, list) else ():
        match = device.get("match") if isinstance(device, dict) else None
        if isinstance(match, dict):
            match.update({name: str(match[name]) for name in USB_WORDS if isinstance(match.get(name), int)})
    return environment


def _messages(error: ValidationError, flags: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong, with the name of the flag or variable at fault, since the file is valid."""
    for one in error.errors(include_url=False):
        name = ".".join(map(str, one["loc"]))
        source = f"{_flag(name)}: " if name in flags else f"{PREFIX}{name.upper()}: " if name else ""
        message = str(one.get("ctx", {}).get("error", one["msg"]))
        yield source + lower_first(message)


def _origins(flags: Mapping[str, Any], tree: Node, path: Path | None) -> Iterator[tuple[str, str]]:
    environment = EnvSettingsSource(_Settings)()
    for name in Options.model_fields:
        if name in flags:
            yield name, _flag(name)
        elif name in environment:
            yield name, PREFIX + name.upper()
        elif name in tree.keys:
            yield name, f"{path}:{tree.keys[name][0]}"
        else:
            yield name, DEFAULT


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
