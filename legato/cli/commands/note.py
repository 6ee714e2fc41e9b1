"""`legato note`: how it is, before or after a massage."""

from pydantic import ValidationError

from legato.app import people
from legato.care.entries import Moment, Note
from legato.errors import UsageError
from legato.terminal import output


def note(
    moment: Moment,
    pain: int | None,
    tension: int | None,
    sleep: int | None,
    swelling_cm: float | None,
    text: str,
    person: str | None,
) -> None:
    """Writes one note into the diary."""
    who = people.one(person).name
    told = {"pain": pain, "tension": tension, "sleep": sleep, "swelling_cm": swelling_cm}
    if not text and all(value is None for value in told.values()):
        raise UsageError("legato note: nothing to note; give --pain, --tension, --sleep, --swelling or --text")
    try:
        entry = Note.model_validate({"person": who, "at": people.now(), "moment": moment, "text": text, **told})
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"legato note: {first['loc'][0]}: {first['msg'].lower()}") from None
    with people.diary() as diary:
        diary.add(entry)
    output.say(f"noted for {who}, {moment} a massage")
