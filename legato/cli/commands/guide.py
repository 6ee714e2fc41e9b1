"""`legato guide`: massage without a device, step by step."""

from typing import Any

from legato.app.by_hand import guided
from legato.care.danger import otherwise
from legato.care.guides import Guide, guides
from legato.profiles.words import clock
from legato.terminal import output


def listed(json: bool) -> None:
    """All techniques."""
    if json:
        output.as_json([_as_dict(one) for one in guides().values()])
    else:
        output.columns([(one.guide, clock(one.seconds), one.title) for one in guides().values()])


def show(name: str, person: str | None, json: bool) -> None:
    """One technique, if this person may use it.

    Raises:
        UnknownName: there is no such technique, or no such person.
        NotAllowed: this person must not do it.
    """
    found = guided(name, person)
    if json:
        output.as_json(_as_dict(found.guide))
    else:
        _print(found.guide, found.cautions)


def _as_dict(one: Guide) -> dict[str, Any]:
    return {**one.model_dump(mode="json", by_alias=True), "duration_s": one.seconds}


def _print(one: Guide, own: tuple[str, ...]) -> None:
    output.data(f"{one.title} ({clock(one.seconds)}). From: {one.article}.")
    for caution in (*own, *one.cautions):
        output.data(f"Caution: {caution}")
    begin = 0
    for step in one.steps:
        times = f", {step.times} times" if step.times > 1 else ""
        output.data(f"{clock(begin):>5}  {step.say} ({step.seconds} s{times})")
        begin += step.seconds * step.times
    output.data(f"Doctor: {otherwise()}")
