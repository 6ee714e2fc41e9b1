"""What somebody does while the service plays for the command line: a signal, or a key."""

import asyncio
import os
import signal

import pytest

from legato.controller.errors import ControllerError
from legato.service.client.client import Client
from legato.service.client.steering import Steering
from legato.service.runtime_file import Running
from tests.stand_in_service import Cli, Service, play


def test_a_signal_stops_the_run(cli: Cli, service: Service) -> None:
    service.ends_as = None
    service.started = lambda: os.kill(os.getpid(), signal.SIGTERM)
    code, _, err = play(cli)
    assert code == 143
    assert service.asked[-1] == ("devices/boots/stop", None)
    assert "stopped" in err


def test_whoever_leaves_a_run_that_does_not_stop_is_told_what_to_do(cli: Cli, service: Service) -> None:
    service.ends_as, service.deaf = None, {"boots"}
    service.started = lambda: os.kill(os.getpid(), signal.SIGTERM)
    code, _, err = play(cli)
    assert code == 5
    assert err.splitlines()[-1] == "boots: not stopped: it does not answer. Switch it off."


def test_a_key_that_stops_nothing_says_so(service: Service) -> None:
    service.deaf = {"boots"}
    steering = Steering(Client(Running(os.environ["LEGATO_URL"])), "boots")
    with pytest.raises(ControllerError, match="boots: not stopped: it does not answer"):
        asyncio.run(steering.emergency_stop())


def test_keys_reach_the_device_while_it_plays(cli: Cli, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.ends_as = None
    reading, writing = os.pipe()
    with os.fdopen(reading) as keys, os.fdopen(writing, "w") as typed:
        monkeypatch.setattr("sys.stdin", keys)
        service.started = lambda: print("-x", end="", file=typed, flush=True)
        assert play(cli, "--keys")[0] == 7
    assert ("devices/boots/intensity", {"percent": 90}) in service.asked
    assert ("devices/boots/emergency-stop", None) in service.asked
