"""Massage by hand, what the articles add, and the ways to a massage: in data, each with its article."""

from collections.abc import Callable
from datetime import date
from itertools import product

import pytest

from legato.care.guides import Guide, advice, guides
from legato.care.habits import Budget, Often
from legato.care.massage_options import massage_options
from legato.care.needs import needs
from legato.care.screening import DatedAnswer, screen

ARTICLES = {
    "Foot and Leg Massage", "Benefits of Leg Massage", "Massaging Legs", "Leg Massage", "Massage Benefits for Leg Pain",
}  # fmt: skip

PRESSING = {"deep_strokes", "kneading", "thumbs", "roller"}


def said(name: str) -> list[str]:
    return [step.say for step in guides()[name].steps]


def test_each_names_articles_that_there_are_and_together_they_name_all() -> None:
    named = [guide.article for guide in guides().values()]
    named += [*(one.article for one in advice()), *(way.article for way in massage_options())]
    assert {article for line in named for article in line.split("; ")} == ARTICLES


def test_each_is_for_needs_that_there_are() -> None:
    known = {need.need for need in needs()}
    for names in (*(guide.for_ for guide in guides().values()), *(one.for_ for one in advice())):
        assert set(names) <= known


@pytest.mark.parametrize("guide", guides().values(), ids=guides())
def test_a_guide_keeps_time_and_warns(guide: Guide) -> None:
    assert 120 <= guide.seconds <= 1800
    assert guide.cautions
    if guide.guide in PRESSING:
        assert any(word in " ".join(guide.cautions) for word in ("blood thinners", "hurts"))


def test_the_long_strokes_go_up_five_times_on_each_leg() -> None:
    assert [step.times for step in guides()["gliding"].steps if "up to the thigh" in step.say] == [5, 5]


def test_drainage_begins_at_the_torso_and_goes_down_the_leg() -> None:
    text = " ".join(said("lymph_drainage"))
    places = [text.index(place) for place in ("belly", "groin", "thigh", "calf", "foot")]
    assert places == sorted(places)


def test_warmth_comes_after_the_cramp() -> None:
    steps = said("cramp")
    assert next(i for i, say in enumerate(steps) if "let go" in say) < next(
        i for i, say in enumerate(steps) if "heating pad" in say
    )


def test_deep_strokes_grow_longer() -> None:
    firm = [step.seconds for step in guides()["deep_strokes"].steps[1:5]]
    assert firm == sorted(firm)


def test_quick_relief_goes_in_order() -> None:
    text = " ".join(said("quick_relief"))
    words = ("leg up", "pharmacist", "Stretch", "Massage", "Ice")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)
    told = " ".join(one.says for one in advice() if "pain" in one.for_ and not one.doctor)
    assert [told.index(word) for word in ("leg up", "pharmacist", "Stretch", "Ice")] == sorted(
        told.index(word) for word in ("leg up", "pharmacist", "Stretch", "Ice")
    )


@pytest.mark.parametrize(("name", "word"), [("quick_relief", "Ice"), ("shin_stones", "cool, smooth stones")])
def test_cold_is_for_ten_to_fifteen_minutes(name: str, word: str) -> None:
    cold = next(step for step in guides()[name].steps if word in step.say)
    assert 600 <= cold.seconds <= 900
    assert cold.times == 1


def test_no_painkiller_is_named_or_dosed() -> None:
    text = " ".join((*(one.says for one in advice()), *(s.say for g in guides().values() for s in g.steps))).casefold()
    assert not any(word in text for word in ("ibuprofen", "paracetamol", " mg"))


def test_what_is_against_swelling_wants_a_screening_and_a_stop_forbids_hands_too(
    answering: Callable[..., dict[str, DatedAnswer]], today: date
) -> None:
    for guide in guides().values():
        assert guide.screened is ("swelling" in guide.for_)
        assert (guide.refusal(None) is not None) == guide.screened
        assert guide.refusal(screen(answering(), today)) is None
        assert "clot" in str(guide.refusal(screen(answering(dvt="yes"), today)))


@pytest.mark.parametrize(("budget", "often"), [*product((None, *Budget), (None, *Often))])
def test_some_way_fits_everybody_who_has_five_minutes(budget: Budget | None, often: Often | None) -> None:
    assert [way for way in massage_options() if way.lacks(5.0, budget, often) is None]


@pytest.mark.parametrize(
    ("minutes", "budget", "often", "fitting"),
    [
        (None, None, None, ["professional", "chair", "massager", "roller_or_ball", "helper", "own_hands"]),
        (None, Budget.LITTLE, Often.ONCE, ["professional", "roller_or_ball", "helper", "own_hands"]),
        (30.0, Budget.PLENTY, Often.DAILY, ["chair", "massager", "roller_or_ball", "helper", "own_hands"]),
        (
            None,
            Budget.PLENTY,
            Often.WEEKLY,
            ["professional", "chair", "massager", "roller_or_ball", "helper", "own_hands"],
        ),
        (20.0, Budget.LITTLE, Often.WEEKLY, ["massager", "roller_or_ball", "helper", "own_hands"]),
        (None, Budget.NOTHING, None, ["helper", "own_hands"]),
    ],
)
def test_time_budget_and_habit_choose_the_way(
    minutes: float | None, budget: Budget | None, often: Often | None, fitting: list[str]
) -> None:
    assert [way.way for way in massage_options() if way.lacks(minutes, budget, often) is None] == fitting
