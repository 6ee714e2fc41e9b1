"""What is told of a stop: nothing that is not known, and no folder to whoever may not learn one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from legato.service.devices.errors import Unconfirmed
from legato.service.devices.state import DeviceState, Readings, Stopped
from legato.service.devices.stop_report import answered, insist_on_confirmed
from tests.service.homeassistant.states import state

NOW = datetime(2026, 11, 30, tzinfo=UTC)
GONE = "/home/anna/boots: there is no such port"


class Standing:
    """A device that is there, at rest, with these readings of its gauges."""

    def __init__(self, *measured: float | None) -> None:
        self.state = state()
        assert self.state.about is not None
        count = len(self.state.about.channels)
        gauges = tuple(measured) + (0.0,) * (count - len(measured))
        self.take_off = ""
        self.readings = Readings.model_construct(id="boots", at=NOW, measured=gauges)


def told(*measured: float | None) -> Stopped:
    standing: Any = Standing(*measured)
    stop = answered(standing, is_confirmed=True, is_emergency=False).stop
    assert stop is not None
    return stop


def test_the_highest_gauge_is_told() -> None:
    assert told(3.0, 21.5).pressure_mmhg == 21.5


def test_where_one_gauge_tells_nothing_the_pressure_is_not_known() -> None:
    assert told(3.0, None).pressure_mmhg is None


def missed() -> DeviceState:
    stop = Stopped(confirmed=False, pressure_mmhg=None, text=f"not stopped: {GONE}.")
    return state().model_copy(update={"port": "/home/anna/boots", "stop": stop})


def test_a_stranger_who_asks_for_a_stop_learns_no_folder() -> None:
    stop = missed().anonymous.stop
    assert stop is not None
    assert stop.text == "not stopped: boots: there is no such port."


def test_nor_does_whoever_is_told_that_it_is_not_confirmed() -> None:
    with pytest.raises(Unconfirmed) as raised:
        insist_on_confirmed([missed()])
    assert "anna" not in str(raised.value)
