"""`legato choose`: which way to a massage fits the time, the budget and the habit."""

from legato.care.habits import Budget, Often
from legato.care.massage_options import massage_options
from legato.terminal import output


def choose(minutes: float | None, budget: Budget | None, often: Often | None, json: bool) -> None:
    """The ways that fit, the most convenient first, then the others and why they do not."""
    judged = [(way, way.lacks(minutes, budget, often)) for way in massage_options()]
    if json:
        output.as_json([{**way.model_dump(mode="json"), "lacks": lacks} for way, lacks in judged])
        return
    for way, lacks in judged:
        if lacks is None:
            output.data(f"{way.title} (about {way.minutes:g} min): {way.why} ({way.article})")
            output.data(f"  then: {way.then}")
    for way, lacks in judged:
        if lacks is not None:
            output.data(f"not {way.title.casefold()}: {lacks}")
