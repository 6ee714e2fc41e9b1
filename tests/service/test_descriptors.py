"""How the descriptors of the service are shared out: its devices first."""

import resource

import pytest

from legato.errors import Failed
from legato.service.descriptors import FEWEST, WANTED, left_for_clients
from legato.service.http.access_settings import Bounds
from tests.running import limited

Limits = tuple[int, int]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[Limits]:
    """The limits of this process as the last of a list, where those that are set follow."""
    told: list[Limits] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: told[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: told.append(new))
    return told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((256, resource.RLIM_INFINITY), (WANTED, resource.RLIM_INFINITY)),
        ((256, 100_000), (WANTED, 100_000)),
        ((64, 256), (256, 256)),
        ((64, 64), (64, 64)),
        ((20_000, 20_000), (20_000, 20_000)),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may_be_and_never_lowered(
    limits: list[Limits], before: Limits, after: Limits
) -> None:
    limits.append(before)
    left_for_clients(1, has_broker=False)
    assert limits[-1] == after


@pytest.mark.parametrize(("limit", "connections"), [(64, 11), (128, 62), (256, 164), (1024, 400)])
def test_connections_are_bounded_by_what_devices_leave(limits: list[Limits], limit: int, connections: int) -> None:
    limits.append((limit, limit))
    assert Bounds.within(left_for_clients(1, has_broker=False)).connections == connections


def test_each_device_and_a_broker_leave_less_for_clients(limits: list[Limits]) -> None:
    limits.append((256, 256))
    left = [
        left_for_clients(devices, has_broker=has_broker) for devices, has_broker in ((0, False), (1, False), (1, True))
    ]
    assert left == sorted(left, reverse=True)
    assert len(set(left)) == 3


def test_too_few_for_the_devices_are_an_error_that_says_how_many_it_takes(limits: list[Limits]) -> None:
    limits.append((64, 64))
    with pytest.raises(Failed, match="may have 64 open files; 3 devices and the service need 76: raise the limit"):
        left_for_clients(3, has_broker=False)
    limits.append((76, 76))
    assert left_for_clients(3, has_broker=False) == FEWEST


def test_without_limits_there_are_as_many_as_there_is_a_use_for(limits: list[Limits]) -> None:
    limits.append((resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert Bounds.within(left_for_clients(1, has_broker=True)) == Bounds()


def test_the_service_says_it_before_it_begins() -> None:
    with limited(64, "serve", "--http-port=1", *["--port=sim://wrap-3"] * 3) as service:
        assert service.wait(60) == 1
        assert service.stderr is not None
        told = service.stderr.read()
    assert told.strip().endswith("raise the limit (`ulimit -n 1024`, LimitNOFILE=1024)")
    assert "Traceback" not in told
