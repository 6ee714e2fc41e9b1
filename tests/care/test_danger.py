"""Danger signs in people's own words: none is missed, and hardly anybody is stopped for nothing.

`phrases/danger.yaml` is what the words were tuned on. `held_out.yaml` was written with it and never tuned on, and
`against.yaml` and `reviewed.yaml` later, to find what is missed; what these scored at first sight is written at their
head.
"""

from typing import Literal
from unicodedata import normalize

import pytest
from pydantic import ValidationError

from legato.care.conditions import conditions
from legato.care.danger import Dangers, TriageLevel, dangers, signs
from tests.care.scores import LISTS, answer, missed, phrases, stopped

MOST_STOPPED = 3
"""Harmless phrases of a list that may be taken for a danger."""


def test_there_are_sixty_dangers_and_sixty_harmless_phrases_and_forty_that_are_held_out() -> None:
    for name, least in (("danger", 60), ("held_out", 40)):
        said = phrases(name)
        assert len(said["emergency"]) + len(said["doctor"]) >= least
        assert len(said["harmless"]) >= least


@pytest.mark.parametrize("name", LISTS)
def test_no_danger_is_missed(name: str) -> None:
    assert missed(name) == []


@pytest.mark.parametrize("name", LISTS)
def test_an_emergency_is_told_from_what_can_wait_for_a_doctor(name: str) -> None:
    said = phrases(name)
    assert [text for text in said["emergency"] if answer(text) is not TriageLevel.EMERGENCY] == []
    assert [text for text in said["doctor"] if answer(text) is not TriageLevel.DOCTOR] == []


@pytest.mark.parametrize("name", LISTS)
def test_hardly_anything_harmless_is_stopped(name: str) -> None:
    assert len(stopped(name)) <= MOST_STOPPED, stopped(name)


def test_what_is_known_and_stable_asks_for_a_screening() -> None:
    assert [text for text in phrases("danger")["screening"] if answer(text) is not TriageLevel.SCREENING] == []


@pytest.mark.parametrize("text", [text for kind in ("emergency", "doctor") for text in phrases("danger")[kind]])
def test_other_words_around_it_hide_no_danger(text: str) -> None:
    wish = "I would love to relax my tired legs and sleep well. {}. Which routine takes ten minutes?"
    assert answer(wish.format(text)).forbids
    assert answer(text.upper()).forbids


@pytest.mark.parametrize(
    "text",
    [
        "swolen leg, painfull", "thrombosiss", "left calf sweling", "my calf is inflammed and hot",
        "breathlesness and sore leg",
        "geschwolenes linkes Bein", "Trombose", "Schwelung am linken Bein", "ploetzlich geschwollenes Bein",
        "Wadenschwellung links", "Beinvenenthrombose", "can´t breathe", "can’t breathe", "celulitis",
    ],
)  # fmt: skip
def test_spelling_mistakes_and_compounds_hide_no_danger(text: str) -> None:
    assert answer(text).forbids


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_an_umlaut_is_the_same_letter_however_it_is_put_together(form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    assert answer(normalize(form, "Fuß blass, bläulich verfärbt")) is TriageLevel.EMERGENCY
    assert answer(normalize(form, "Rötung und Wärme am Unterschenkel")) is TriageLevel.DOCTOR


@pytest.mark.parametrize(
    "text",
    [
        "no swelling, redness or warmth", "my left calf is not swollen", "without any sign of swelling on the right",
        "neither red nor swollen", "left leg isn't swollen, hot or red", "keine Schwellung am linken Bein",
        "links nicht geschwollen", "weder heiß noch rot", "ohne Fieber, Beine müde", "no numbness, no weakness",
        "left thigh tired, no longer swollen", "no swelling redness or heat in the left calf", "kein Taubheitsgefühl",
        "no pain in calf or swelling", "no history of blood clots",
    ],
)  # fmt: skip
def test_what_is_negated_is_no_sign(text: str) -> None:
    assert answer(text) is TriageLevel.MASSAGE


@pytest.mark.parametrize(
    "text",
    [
        "no fever, swollen hot leg", "not only sore but swollen on the left", "not red, but my left leg is swollen",
        "I don't know why my left leg is swollen", "no idea why, calf hot and swollen",
        "not sure whether my left leg is swollen",
        "keine Ahnung warum, linkes Bein geschwollen", "nicht rot, aber links geschwollen",
        "no pain. the right calf is swollen",
        "can't sleep because my left calf is swollen",
        "no injury left calf swollen hot", "no injury cold white left foot", "no fever left leg swollen painful",
        "ohne Unfall linke Wade geschwollen", "kein Unfall linke Wade dick",
        "no my left leg is swollen and hot", "no my foot is cold and blue",
        "why doesn't the swelling in my left leg go down", "isn't the swelling in my left calf dangerous",
    ],
)  # fmt: skip
def test_a_negation_reaches_no_further_than_it_must(text: str) -> None:
    assert answer(text).forbids


@pytest.mark.parametrize(
    "text",
    [
        "both my wife and I think my calf is swollen", "I am 63 years old and my toes are numb",
        "my leg is so weak I cannot walk",
        "my dad has a cold foot", "my calf is swollen, it is hot", "diabetes, and my toes are numb",
        "swollen left leg, known neuropathy", "blood clott", "the skin is red with heat in it, on my leg",
        "swollen right at the ankle", "ich weiß nicht, linkes Bein geschwollen",
    ],
)  # fmt: skip
def test_words_that_mean_something_harmless_elsewhere_hide_no_danger(text: str) -> None:
    assert answer(text).forbids


def test_an_old_clot_hides_no_new_one() -> None:
    assert answer("I had a clot years ago") is TriageLevel.SCREENING
    assert answer("I had a clot years ago and now a new one").forbids
    assert answer("Thrombose vor Jahren, und seit gestern wieder").forbids


def test_in_an_emergency_nothing_lighter_is_said_beside_it() -> None:
    assert {sign.answer for sign in signs("my leg is swollen, hot and red, and I am short of breath")} == {
        TriageLevel.EMERGENCY
    }


@pytest.mark.parametrize(
    "text", ["", "?!", "…", ",,,", "1234 5678", "\N{LEG}", "no", "not, or, nor", "x" * 500, "a " * 250]
)
def test_what_says_nothing_tells_no_sign(text: str) -> None:
    assert signs(text) == ()


def test_each_sign_says_what_to_do_and_names_its_source() -> None:
    said = {"emergency": ("emergency", "Not"), "doctor": ("doctor", "Arzt"), "screening": ("screening", "Befragung")}
    for sign in dangers().signs:
        english, german = said[sign.answer.value]
        assert english in sign.says.en
        assert german in sign.says.de
        assert sign.source


def test_a_sign_that_names_no_concept_is_not_taken() -> None:
    written = dangers().model_dump()
    written["signs"][0]["when"] = (("no_such_thing",),)
    with pytest.raises(ValidationError, match="no_such_thing"):
        Dangers.model_validate(written)


def test_what_the_screening_stops_for_the_words_stop_for_too() -> None:
    for question, text in {
        "dvt": "blood clot in my leg", "pe": "suddenly short of breath", "cauda_equina": "lost control of my bladder",
        "new_numbness": "new numbness in my foot", "infection": "infected leg", "fever": "fever and sore legs",
        "wound": "an open sore on my foot", "phlebitis": "a sore hard vein",
    }.items():  # fmt: skip
        assert question in conditions()
        assert answer(text).forbids
