"""Shrinks a failing case: leaves out whatever the failure does not need."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from legato.profiles.refusal import CompileError
from legato.profiles.restrictions import Restrictions
from legato.profiles.steps import AnyStep
from legato.sim.faults.script import AnyFault, Script
from legato.tools.soak.case import Case

T = TypeVar("T")


def shrink(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The smallest case found that still `fails`: no single part of it can be left out."""
    while True:
        smaller = next((c for c in _smaller(case) if _still(c, fails)), None)
        if smaller is None:
            return case
        case = smaller


def _still(case: Case, fails: Callable[[Case], bool]) -> bool:
    try:
        return fails(case)
    except CompileError:
        return False


def _smaller(case: Case) -> Iterator[Case]:
    """Cases with one part fewer, faults first."""
    for faults in _without_one(case.script.faults):
        yield replace(case, script=Script(faults=faults))
    for touches in _without_one(case.touches):
        yield replace(case, touches=touches)
    if case.restrictions != Restrictions():
        yield replace(case, restrictions=Restrictions())
    for steps in _without_one(case.profile.steps):
        if steps:
            yield replace(case, profile=case.profile.model_copy(update={"steps": steps}))
    for steps in _played_once(case.profile.steps):
        yield replace(case, profile=case.profile.model_copy(update={"steps": steps}))
    for healed in _healed(case.script.faults):
        yield replace(case, script=Script(faults=healed))


def _without_one(parts: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    for n in range(len(parts)):
        yield parts[:n] + parts[n + 1 :]


def _played_once(steps: tuple[AnyStep, ...]) -> Iterator[tuple[AnyStep, ...]]:
    for n, step in enumerate(steps):
        if getattr(step, "times", 1) > 1:
            yield (*steps[:n], step.model_copy(update={"times": 1}), *steps[n + 1 :])


def _healed(faults: tuple[AnyFault, ...]) -> Iterator[tuple[AnyFault, ...]]:
    """One temporary fault made permanent: one figure less to look at."""
    for n, fault in enumerate(faults):
        if fault.for_s is not None and type(fault).model_fields["for_s"].default is None:
            yield (*faults[:n], fault.model_copy(update={"for_s": None}), *faults[n + 1 :])
