"""`legato note`: how somebody feels, before or after a massage."""

from pydantic import ValidationError

from legato.app import history, people
from legato.app.history import Jotted
from legato.care.entries import Moment
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
    try:
        jotted = Jotted(moment=moment, pain=pain, tension=tension, sleep=sleep, swelling_cm=swelling_cm, text=text)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"legato note: {first['loc'][0]}: {first['msg'].lower()}") from None
    if jotted.is_empty:
        raise UsageError("legato note: nothing to note; give --pain, --tension, --sleep, --swelling or --text")
    history.note(who, jotted)
    output.say(f"noted for {who}, {moment} a massage")
