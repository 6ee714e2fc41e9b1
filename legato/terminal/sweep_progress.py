"""A sweep with a progress bar, in a terminal or a notebook."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from legato.app import DEFAULT_DEVICE
from legato.app import sweep as sweeping
from legato.app.sweep import Given, Sweep
from legato.profiles.device import Device


def sweep(
    routine: Given,
    device: Device | str | Path | Sequence[Device | str | Path] = DEFAULT_DEVICE,
    *,
    seeds: Iterable[int] = (0,),
    over: Mapping[str, Iterable[Any]] | None = None,
    minutes: float | None = None,
    jobs: int | None = None,
    progress: bool = True,
) -> Sweep:
    """Replays a routine with every seed on every device, in `jobs` processes (as many as there are processors).

    `routine` may be a function that returns one; it is called with every combination of the values in `over`:
    `sweep(evening, over={"pressure_mmhg": [25, 30, 35]})` calls `evening(pressure_mmhg=25)` and so on. A replay that
    fails is a row with its `error`; the others continue. Works in notebooks, and in scripts without a `__main__` guard.

    The bar is on standard error, and only if that is a terminal.

    Raises:
        UsageError: the arguments make no sense, or a value does not give a valid routine.
        InvalidFile: there is no such routine or device, or its file is not valid.
    """
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    shown = progress and (console.is_terminal or console.is_jupyter)
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        task = bar.add_task("replaying", total=None)

        def advance(count: int) -> None:
            bar.update(task, total=count, advance=1)

        return sweeping.sweep(routine, device, seeds, over or {}, minutes, jobs, advance)
