"""Traces and tables for numpy and pandas. Neither is a dependency; these work where they are installed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from legato.app.trace_table import TraceTable
from legato.extras import insist_on

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    import pandas

FIGURES = ("commanded", "measured", "felt")


def trace_array(trace: TraceTable) -> "numpy.typing.NDArray[numpy.float64]":
    """An array of moments by channels by `FIGURES`.

    Raises:
        MissingExtra: numpy is not installed.
    """
    insist_on("numpy")
    import numpy as np

    columns = [[getattr(column, figure) for figure in FIGURES] for column in trace.values()]
    return np.asarray(columns, dtype=np.float64).transpose(2, 0, 1)


def trace_frame(trace: TraceTable) -> "pandas.DataFrame":
    """One row per moment, indexed by `time_s`; one column for each channel and each of `FIGURES`.

    Raises:
        MissingExtra: pandas is not installed.
    """
    insist_on("pandas")
    import pandas as pd

    columns = {(name, figure): getattr(column, figure) for name, column in trace.items() for figure in FIGURES}
    index = pd.Index(trace.time_s, name="time_s")
    return pd.DataFrame({key: list(values) for key, values in columns.items()}, index=index)


def rows_frame(rows: Sequence[Mapping[str, Any]]) -> "pandas.DataFrame":
    """One row for each of `rows`.

    Raises:
        MissingExtra: pandas is not installed.
    """
    insist_on("pandas")
    import pandas as pd

    return pd.DataFrame(rows)
