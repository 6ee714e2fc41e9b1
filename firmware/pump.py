"""One pump and the chambers on its manifold: who gets the air, earliest deadline first."""

from .chamber import BLIND, CLOSE, FELT, SLACK, ChamberController

BREAK_TICKS = 2
"""Break before make: all fill valves are shut for 20 ms before another one opens."""

DWELL_TICKS = 10
"""A filling set stays for 100 ms before others join or take over, or the breaks would eat the pump's time."""

LINGER_TICKS = 50
"""The pump runs on for 0.5 s, into the open dump, rather than start anew for every top-up."""


class PumpScheduler:
    """`fill`: the mask of chambers whose fill valve is open; the manifold's dump is shut exactly while it is not 0."""

    def __init__(self, number: int, chambers: list[ChamberController]) -> None:
        self.bit = 1 << number
        self.number = number
        self.fill = 0
        self.on = 0
        self._chambers = chambers
        self._hungry = 0
        self._age = 0
        self._shut_for = BREAK_TICKS
        self._idle_for = 0

    def halt(self) -> None:
        """Safe state: off, everything shut."""
        self.on = 0
        self._open(0)

    def serve(self) -> None:
        """One tick: choose who fills, and whether the pump runs."""
        first = self._most_urgent()
        if first is not None:
            self.on = 1
            self._idle_for = 0
            self._turn_to(self._company_of(first))
            self._find_takers()
            self._compare()
        elif self.on:
            self._turn_to(0)
            self._idle_for += 1
            self.on = int(self._idle_for < LINGER_TICKS)

    def _find_takers(self) -> None:
        """Of those that fill, the ones that may be slack, or as empty, take the air; otherwise all share it."""
        takers = 0
        any_slack = False
        for chamber in self._chambers:
            if chamber.sharing and _takes(chamber):
                takers += 1
                any_slack = any_slack or chamber.may_be_slack
        for chamber in self._chambers:
            if any_slack:
                chamber.takers = takers if _takes(chamber) else 0
            else:
                chamber.takers = chamber.sharing

    def _compare(self) -> None:
        """Of those, the emptiest take it, and it shows in them, unless the slack of one may take it all."""
        emptiest = FELT
        for chamber in self._chambers:
            if chamber.sharing and chamber.takers:
                emptiest = min(emptiest, chamber.felt)
        for chamber in self._chambers:
            chamber.shows = chamber.sharing == 1 or chamber.felt == emptiest != SLACK

    def _most_urgent(self) -> ChamberController | None:
        first = None
        self._hungry = 0
        for chamber in self._chambers:
            if chamber.hungry:
                self._hungry |= chamber.bit
                if first is None or _before(chamber, first):
                    first = chamber
        return first

    def _company_of(self, first: ChamberController) -> int:
        """The first and every other that wants air at nearly the same pressure."""
        mask = 0
        for chamber in self._chambers:
            if chamber.hungry and abs(chamber.pressure - first.pressure) <= CLOSE:
                mask |= chamber.bit
        return mask

    def _turn_to(self, wanted: int) -> None:
        """Go over to the set `wanted`: leaving is free, joining takes a break."""
        if not self.fill:
            self._shut_for += 1
            if wanted and self._shut_for >= BREAK_TICKS:
                self._open(wanted)
            return
        self._age += 1
        joins = wanted & ~self.fill
        if joins and self._age >= DWELL_TICKS:
            self._open(0)
        else:
            self._open(self.fill & (self._hungry if joins else wanted))

    def _open(self, fill: int) -> None:
        if fill == self.fill:
            return
        if not self.fill:
            self._age = 0
        self.fill = fill
        self._shut_for = 0
        count = 0
        for chamber in self._chambers:
            count += chamber.bit & fill != 0
        for chamber in self._chambers:
            chamber.sharing = count if chamber.bit & fill else 0


def _takes(chamber: ChamberController) -> bool:
    return chamber.may_be_slack or chamber.felt == BLIND


def _before(one: ChamberController, other: ChamberController) -> bool:
    """Earlier deadline first; of two with the same, the one with less in it."""
    if one.deadline_ms != other.deadline_ms:
        return one.deadline_ms < other.deadline_ms
    return one.pressure < other.pressure
