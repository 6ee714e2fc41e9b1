"""Shared in this room: every built-in device and routine, one test each."""

import pytest

from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile


@pytest.fixture(params=["boot-6-left", "boot-6-right", "boots-6", "boots-6-hip", "boots-6-knee", "chair-1", "wrap-3"])
def device(request: pytest.FixtureRequest) -> Device:
    """A built-in device."""
    return load.device(request.param)


@pytest.fixture(params=load.builtin_profiles())
def routine(request: pytest.FixtureRequest) -> Profile:
    """A built-in routine."""
    return load.profile(request.param)
