"""`legato profiles --by-person`: what each person of this computer gets of each built-in routine, and why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from legato.app import people
from legato.app.compile_for import compiled
from legato.care.gate import Caution, Clear, Refusal, gate
from legato.care.person import Person
from legato.care.store import Store
from legato.draw import curves
from legato.errors import UsageError
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.errors import InvalidFile
from legato.profiles.profile import Profile
from legato.profiles.refusal import NothingPlays
from legato.terminal import output

WORDS = {Clear: "plays", Caution: "caution", Refusal: "refused"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What the gate says, its reasons, and the highest pressure that is left; None where nothing plays."""

    verdict: Clear | Caution | Refusal
    reasons: tuple[str, ...]
    peak_mmhg: float | None

    @property
    def word(self) -> str:
        return WORDS[type(self.verdict)]

    def __str__(self) -> str:
        return self.word if self.peak_mmhg is None else f"{self.word} {self.peak_mmhg:g}"


Table = Mapping[str, Mapping[str, Cell]]
"""The cells by routine, then by person."""


def profiles_by_person(device: str, json: bool) -> None:
    """Everyone against every built-in routine on one device.

    Raises:
        UsageError: nobody is known.
    """
    target, store = load.device(device), people.store()
    everyone = list(_sound(store))
    if not everyone:
        raise UsageError("nobody is known yet; `legato screen --person NAME` begins with someone")
    table = {p.name: {e.name: _cell(p, e, target) for e in everyone} for p in load.builtin_profiles().values()}
    if json:
        output.as_json([_as_dict(routine, who, cell) for routine, row in table.items() for who, cell in row.items()])
        return
    output.columns(
        [("", *(e.name for e in everyone)), *((routine, *map(str, row.values())) for routine, row in table.items())]
    )
    output.data(f"the highest pressure on {target.name} in mmHg; a caution is to be acknowledged first")
    for line in dict.fromkeys(_refused(table)):
        output.data(line)


def _sound(store: Store) -> Iterator[Person]:
    """Everyone whose file is valid; of the others it is said why not."""
    for name in store.names():
        try:
            yield store.load(name)
        except InvalidFile as error:
            output.say(f"left out: {error}")


def _cell(profile: Profile, person: Person, device: Device) -> Cell:
    verdict = gate(profile, person.screened(people.today()))
    if isinstance(verdict, Refusal):
        return Cell(verdict, (verdict.reason,), None)
    try:
        schedule = compiled(profile, device, restrictions=person.restrictions(people.today()))
    except NothingPlays as error:
        return Cell(Refusal(str(error)), (str(error),), None)
    reasons = verdict.reasons if isinstance(verdict, Caution) else ()
    return Cell(verdict, reasons, curves.of_schedule(schedule).peak[0])


def _as_dict(routine: str, who: str, cell: Cell) -> dict[str, Any]:
    head = {"routine": routine, "person": who, "verdict": cell.word}
    return {**head, "reasons": cell.reasons, "peak_mmhg": cell.peak_mmhg}


def _refused(table: Table) -> Iterator[str]:
    for row in table.values():
        for who, cell in row.items():
            if isinstance(cell.verdict, Refusal):
                yield f"refused to {who}: {cell.verdict.reason}"
