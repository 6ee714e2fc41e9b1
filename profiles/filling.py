"""First fills: when empty chambers are brought to the contact baseline, and how soon a stroke may begin.

Only what a stroke presses first has to be ready when it begins; the others are filled in the pump's time to spare, each
by the time at which the stroke comes to it. When all steps are laid, every fill is put off until shortly before that:
what is not needed yet lies slack, and nothing holds fluid back that comes from below. Only where somebody has pressed
start and waits for the air, the first chamber is put off for less: the first touch is the sign that it has begun.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from legato.profiles.compile_context import CompileContext
from legato.profiles.pump_plan import Load, PumpPlan
from legato.profiles.run_limits import RunMeter
from legato.profiles.segments import Segment

EARLY_TICKS = 50
"""A chamber is ready this long before the stroke comes to it ([E] estimate)."""

READY_TICKS = 500
"""A chamber is meant to be ready this long before it is needed ([E] estimate)."""

LARGER = 1.5
"""A fill that is put off leaves time for this many times the planned air: legs differ ([E] estimate)."""

TOUCH_TICKS = 1000
"""Whoever has pressed start feels something within this time, where the pump is strong enough."""

Slot = tuple[int, int, int]
"""A channel, and from when to when it is filled, in ticks of the session."""


@dataclass(frozen=True)
class AirDemand:
    """What a stroke asks of the air, in ticks from when it first moves.

    `needs` says when each empty chamber is first moved, `loads` what each segment takes of the pumps, `wait_at` how
    long the stroke still has to wait for a break if it may begin at a given tick.
    """

    needs: Mapping[int, int]
    loads: Sequence[tuple[int, Mapping[str, list[Load]]]]
    wait_at: Callable[[int], int]

    @classmethod
    def of(
        cls,
        context: CompileContext,
        segments: Sequence[Segment],
        empty: Sequence[int],
        loads_of: Callable[[Segment], Mapping[str, list[Load]]],
        wait_at: Callable[[int], int],
    ) -> "AirDemand":
        """What these segments ask for; a chamber of which they ask nothing is needed when they are over."""
        begins = RunMeter(context.rules).start_ticks(segments)
        last = begins[-1] + segments[-1].ticks
        needs = dict.fromkeys(empty, last)
        for at, one in zip(begins, segments, strict=True):
            for channel in one.curves.keys() & needs.keys():
                needs[channel] = min(needs[channel], at + _needed(one, channel))
        return cls(needs, [(at, loads_of(one)) for at, one in zip(begins, segments, strict=True)], wait_at)


def _needed(one: Segment, channel: int) -> int:
    """When a segment first asks anything of a chamber, in ticks: to move, or just to be in contact."""
    moves = [tick for tick, moved, _, _ in one.moves if moved == channel]
    stays = [tick for tick, _ in one.curves[channel][1:]]
    return min((*moves[:1], *stays[:1]), default=0)


@dataclass(frozen=True, slots=True)
class FirstFill:
    """A chamber that is filled from `start` to `end` at the earliest, and needed at `due`, in ticks of the session."""

    channel: int
    start: int
    end: int
    due: int


@dataclass(frozen=True, slots=True)
class FillPlan:
    """`start` is when the stroke may begin, `moves` when it first moves, in ticks of the session."""

    start: int
    moves: int
    slots: tuple[Slot, ...]
    pumps: Mapping[str, PumpPlan]

    def needed(self, needs: Mapping[int, int], felt_by: int | None) -> Iterator["FirstFill"]:
        """The slots, each with the time at which the stroke comes to the chamber.

        Where somebody waits for a stroke, the first one that it presses is to be felt by the tick `felt_by`.
        """
        for channel, start, end in self.slots:
            due = self.moves + needs[channel]
            if felt_by is not None and needs[channel] <= READY_TICKS:
                due = min(due, felt_by + READY_TICKS)
            yield FirstFill(channel, start, end, due)
            felt_by = None

    def is_in_time(self, needs: Mapping[int, int]) -> bool:
        """Whether what is filled after the start is ready before the stroke comes to it."""
        return all(end <= max(self.start, self.moves + needs[channel] - EARLY_TICKS) for channel, _, end in self.slots)


def plan_filling(context: CompileContext, pumps: Mapping[str, PumpPlan], now: int, demand: AirDemand) -> FillPlan:
    """The plan with the earliest start, not before `now`."""
    order = sorted(demand.needs, key=lambda channel: demand.needs[channel])
    tries = (_tried(context, pumps, now, order, ready, demand) for ready in range(1, len(order) + 1))
    return next(plan for plan in tries if plan.is_in_time(demand.needs))


def _tried(
    context: CompileContext,
    pumps: Mapping[str, PumpPlan],
    now: int,
    order: Sequence[int],
    ready: int,
    demand: AirDemand,
) -> FillPlan:
    """The plan in which the first `ready` chambers of `order` are filled before the stroke begins."""
    plans = {name: plan.copy() for name, plan in pumps.items()}
    before = tuple(_slots(context, plans, order[:ready]))
    start = max(now, *(end for _, _, end in before))
    moves = start + demand.wait_at(start)
    for at, shares in demand.loads if ready < len(order) else ():
        for name, some in shares.items():
            plans[name].take(some, moves + at)
    after = tuple(_slots(context, plans, order[ready:]))
    return FillPlan(start, moves, before + after, plans)


def _slots(context: CompileContext, plans: Mapping[str, PumpPlan], channels: Sequence[int]) -> Iterator[Slot]:
    for channel in channels:
        yield channel, *plans[context.pump[channel]].fit(context.first_fill_s(channel))


def postpone(context: CompileContext, pumps: Mapping[str, PumpPlan], fills: Sequence[FirstFill]) -> Iterator[Slot]:
    """Every fill as late as the pump has time for it, the last one first; none sooner than it was planned.

    Left to the last moment they would leave no time for a larger leg, and each would make the next one later.
    """
    nexts: dict[str, int] = {}
    for fill in reversed(fills):
        pump = context.pump[fill.channel]
        end = min(max(fill.end, fill.due - READY_TICKS), nexts.get(pump, fill.due))
        nexts[pump] = max(fill.start, pumps[pump].latest(LARGER * context.first_fill_s(fill.channel), end))
        yield fill.channel, nexts[pump], end
