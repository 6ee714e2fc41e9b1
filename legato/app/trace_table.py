"""The trace of a replay as columns: what was commanded, measured and felt, ten times a second."""

import csv
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from math import nan

from legato.errors import UsageError
from legato.profiles.errors import suggestion


class UnknownChannel(UsageError, KeyError):
    """A trace has no channel of this name; the text lists those it has."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class TraceColumn:
    """One channel: `commanded`, `measured` by its sensor and `felt` by the leg, each as long as `TraceTable.time_s`.

    All are in `unit`: mmHg, %, Hz, cm or degC. Where a sensor gave no reading, `measured` is NaN.
    """

    unit: str
    commanded: "array[float]"
    measured: "array[float]"
    felt: "array[float]"


class TraceTable(Mapping[str, TraceColumn]):
    """What every channel did: `trace["left_calf"].felt` at `trace.time_s`.

    `time_s` is the device's time in seconds since the trace began, ten values a second and one at each change of state;
    `session_s` is the position in the routine, `state` that of the device ("running", "paused", ...). Equally long.
    """

    def __init__(self, text: str, channels: int) -> None:
        """From the text of `trace.csv`, with `channels` rows for each moment."""
        self.time_s = array("d")
        self.session_s = array("d")
        self.state: list[str] = []
        self._columns: dict[str, TraceColumn] = {}
        rows = csv.reader(StringIO(text))
        next(rows, None)
        for moment in _moments(rows, channels):
            self._add(moment)

    def __getitem__(self, channel: str) -> TraceColumn:
        """The column of a channel; raises UnknownChannel if the device has none of this name."""
        if channel not in self._columns:
            choices = suggestion(str(channel), [*self._columns], "it has")
            raise UnknownChannel(f'the trace has no channel "{channel}"; {choices}')
        return self._columns[channel]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        """How many channels there are."""
        return len(self._columns)

    def __contains__(self, channel: object) -> bool:
        return channel in self._columns

    def _add(self, moment: list[list[str]]) -> None:
        t_ms, session_ms, *_, state = moment[0]
        self.time_s.append(int(t_ms) / 1000.0)
        self.session_s.append(int(session_ms) / 1000.0)
        self.state.append(state)
        for _, _, name, commanded, measured, felt, unit, _ in moment:
            if name not in self._columns:
                self._columns[name] = TraceColumn(unit, array("d"), array("d"), array("d"))
            column = self._columns[name]
            column.commanded.append(float(commanded))
            column.measured.append(float(measured) if measured else nan)
            column.felt.append(float(felt))


def _moments(rows: Iterator[list[str]], channels: int) -> Iterator[list[list[str]]]:
    return (list(moment) for moment in zip(*[rows] * channels, strict=False))
