"""Whether each person on this computer may play each built-in routine on a device, and why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from legato.app import people, wall_clock
from legato.app.compile_for import compiled
from legato.care.gate import Allowed, Caution, GateRefusal, gate
from legato.care.person import Person
from legato.draw import curves
from legato.errors import InvalidFile, NothingPlays
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile


@dataclass(frozen=True, slots=True)
class Suitability:
    """The gate's verdict, its reasons, and the highest pressure that remains; None if nothing plays."""

    verdict: Allowed | Caution | GateRefusal
    reasons: tuple[str, ...]
    peak_mmhg: float | None


@dataclass(frozen=True, slots=True)
class SuitabilityTable:
    """Everybody's suitability by routine, then by person; people with invalid files are `left_out`, with the reason."""

    cells: Mapping[str, Mapping[str, Suitability]]
    left_out: Sequence[InvalidFile]

    @property
    def refusals(self) -> Iterator[tuple[str, str]]:
        """Who is refused a routine, and why; one item for each."""
        for row in self.cells.values():
            for who, cell in row.items():
                if isinstance(cell.verdict, GateRefusal):
                    yield who, cell.verdict.reason


def everyones(device: Device) -> SuitabilityTable:
    """The suitability of every built-in routine for everyone on one device; no rows if there is nobody."""
    store, sound, left_out = people.store(), list[Person](), list[InvalidFile]()
    for name in store.names():
        try:
            sound.append(store.load(name))
        except InvalidFile as error:
            left_out.append(error)
    rows = load.builtin_profiles().values() if sound else ()
    return SuitabilityTable({p.name: {who.name: suitability(p, who, device) for who in sound} for p in rows}, left_out)


def suitability(profile: Profile, person: Person, device: Device) -> Suitability:
    """Whether one person may play one routine."""
    today = wall_clock.today()
    verdict = gate(profile, person.screened(today))
    if isinstance(verdict, GateRefusal):
        return Suitability(verdict, (verdict.reason,), None)
    try:
        schedule = compiled(profile, device, restrictions=person.restrictions(today))
    except NothingPlays as error:
        return Suitability(GateRefusal(str(error)), (str(error),), None)
    reasons = verdict.reasons if isinstance(verdict, Caution) else ()
    return Suitability(verdict, reasons, curves.of_schedule(schedule).peak[0])
