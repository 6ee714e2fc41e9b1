"""Massage without a device: the techniques, for a person who may use them."""

from dataclasses import dataclass

from legato.app import people, wall_clock
from legato.care.guides import Guide, guide
from legato.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Guided:
    """A technique, and what this person has to bear in mind besides its own cautions."""

    guide: Guide
    cautions: tuple[str, ...]


def guided(name: str, person: str | None) -> Guided:
    """A technique for a person, or for the current person.

    Raises:
        UnknownName: there is no such technique, or no such person.
        NotAllowed: this person must not do it.
    """
    found, who = guide(name), people.chosen(person)
    result = who.screened(wall_clock.today()) if who else None
    if (why := found.refusal(result)) is not None:
        raise NotAllowed(why)
    return Guided(found, result.reasons if result else ())
