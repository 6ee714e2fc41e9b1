"""Shared in this room: every built-in device and routine, one test each."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule


@pytest.fixture(params=["boot-6-left", "boot-6-right", "boots-6", "boots-6-hip", "boots-6-knee", "chair-1", "wrap-3"])
def device(request: pytest.FixtureRequest) -> Device:
    """A built-in device."""
    return load.device(request.param)


@pytest.fixture(params=load.builtin_profiles())
def routine(request: pytest.FixtureRequest) -> Profile:
    """A built-in routine."""
    return load.profile(request.param)


@pytest.fixture(scope="session")
def plays() -> Callable[..., Schedule]:
    """Compiles steps, given as they stand in a file: `plays({"do": "rest", "seconds": 5}, on="boots-6")`."""

    def schedule(*steps: dict[str, Any], on: str = "boots-6", use: str = "comfort") -> Schedule:
        head = {"format": 1, "name": "test", "title": "Test", "use": use}
        profile = Profile.model_validate_json(json.dumps(head | {"steps": steps}))
        device = load.device(on)
        return compile(profile, device, envelope(device, profile.use))

    return schedule
