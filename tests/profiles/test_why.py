"""Each built-in routine says in a sentence why it presses as firmly and as long as it does, with sources."""

import re
from collections.abc import Iterable, Iterator

import pytest

from legato.profiles import load
from legato.profiles.profile import Profile
from legato.profiles.steps import AnyStep, Circle, Repeat, Together

ESTIMATE = re.compile(r"\bour estimates?\b")

SOURCES: dict[str, set[str]] = {
    "Foot and Leg Massage": set(),
    "Benefits of Leg Massage": {"10 min", "15 min"},
    "Massaging Legs": set(),
    "Leg Massage": set(),
    "Massage Benefits for Leg Pain": set(),
    "a study of deep friction": {"1690 mmHg"},
    "Dupuy 2018": set(),
    "Eliska 1995": {"70 mmHg", "100 mmHg"},
    "Guo 2017": set(),
    "IEC 60601-1": {"43 °C"},
    "innovationshealth.ca": {"30 mmHg", "40 mmHg"},
    "integrativehealthcare.org": {"4 Hz", "10 Hz"},
    "Kamm 1986": {"5 mmHg", "10 mmHg", "45 mmHg"},
    "Lettieri 2009": {"5 s"},
    "Löken 2009": {"1 cm/s", "10 cm/s"},
    "Martin 2015": {"70 mmHg", "30 min"},
    "MassageChairV3": {"6 s", "14 s"},
    "PLoS ONE 2020": set(),
    "PMC10069390": {"25 Hz", "60 s"},
    "PMC10532323": {"25 Hz", "60 s"},
    "PMC6358529": {"90 s"},
    "PNF stretching": {"3 s", "10 s", "30 s"},
    "Travell": {"60 s"},
    "Yanaoka 2022": {"80 mmHg"},
}
"""What is cited, by the figures that it gives: five articles, trials and reviews, a standard, pages of therapists."""

ARTICLES = {name for name in SOURCES if name.endswith(("Massage", "Legs", "Leg Pain"))}

_UNITS = {
    "_mmhg": "mmHg", "_cm_s": "cm/s", "_s": "s", "_cm": "cm", "_hz": "Hz", "_c": "°C", "_pct": "%",
}  # fmt: skip
_TIMES = {"once": 1, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_FIGURE = re.compile(rf"\b({_NUMBER})(?: (?:to|and|or) ({_NUMBER}))? (mmHg|cm/s|cm|s|min|Hz|°C|%)(?![\w/])")
_BRACKETS = re.compile(r"\(([^()]*)\)")


def figures(text: str) -> set[str]:
    """The figures in a text, each with its unit: of `8 to 10 s` both."""
    found = {f"{float(one.replace(',', '')):g} {unit}" for *ends, unit in _FIGURE.findall(text) for one in ends if one}
    counts = re.findall(rf"\b({'|'.join(_TIMES)}) times\b", text.lower())
    return found | {f"{_TIMES[word]} times" for word in counts}


def steps_in(steps: Iterable[AnyStep]) -> Iterator[AnyStep]:
    for step in steps:
        yield step
        if isinstance(step, Repeat | Together):
            yield from steps_in(step.steps)


def played(profile: Profile) -> set[str]:
    """The figures of the steps, each with its unit; what lasts whole minutes also in those."""
    found: set[str] = set()
    for step in steps_in(profile.steps):
        for name in type(step).model_fields.keys() - {"timeout_s"}:
            value = getattr(step, name)
            unit = {"seconds": "s", "times": "times"}.get(name) or next(
                (unit for end, unit in _UNITS.items() if name.endswith(end)), None
            )
            if unit is not None and isinstance(value, int | float):
                found.add(f"{value:g} {unit}")
                found |= {f"{value / 60:g} min"} if unit == "s" else set()
        if isinstance(step, Circle):
            found |= {f"{step.pressure_mmhg + way * step.ripple_mmhg:g} mmHg" for way in (-1, 1)}
    return found


def unfounded(why: str, profile: Profile) -> set[str]:
    """The figures outside brackets that no step has."""
    return figures(_BRACKETS.sub("", why)) - played(profile)


def cited(why: str) -> Iterator[tuple[set[str], set[str]]]:
    """For each pair of brackets the figures in it and the sources, which stand last, after a colon if any."""
    for inside in _BRACKETS.findall(why):
        words, _, last = inside.rpartition(": ")
        if last not in SOURCES and words in SOURCES:
            words, last = last, words
        yield figures(words), set(last.split("; "))


def test_it_is_one_sentence(routine: Profile) -> None:
    assert routine.purpose
    assert 100 < len(routine.why) <= 400
    assert re.fullmatch(r"[A-Z](?:(?![.!?] ).)*\.", routine.why.strip())


def test_it_names_a_pressure_or_a_strength_and_a_time_or_a_pace_of_the_steps(routine: Profile) -> None:
    named = {figure.rpartition(" ")[2] for figure in figures(_BRACKETS.sub("", routine.why))}
    assert named & {"mmHg", "%"}
    assert named & {"s", "min", "cm/s", "Hz"}


def test_its_figures_are_those_of_the_steps(routine: Profile) -> None:
    assert unfounded(routine.why, routine) == set()


def test_it_names_an_article_and_every_source_that_it_names_says_so(routine: Profile) -> None:
    found = list(cited(routine.why))
    for given, sources in found:
        assert sources <= SOURCES.keys()
        assert given <= {figure for source in sources for figure in SOURCES[source]}
    assert ARTICLES & {source for _, sources in found for source in sources}


def test_what_has_no_source_is_called_our_estimate(routine: Profile) -> None:
    assert ESTIMATE.search(routine.why) or routine.name == "rls_evening"


def test_every_source_is_named_somewhere() -> None:
    everywhere = {source for one in load.builtin_profiles().values() for _, some in cited(one.why) for source in some}
    assert everywhere == SOURCES.keys()


@pytest.mark.parametrize(
    ("why", "wrong"),
    [
        ("It presses with 35 mmHg at 4 cm/s.", set()),
        ("It presses with 36 mmHg.", {"36 mmHg"}),
        ("From 12 to 28 mmHg, and 30 to 35 mmHg.", {"30 mmHg"}),
        ("For 35 s (70 s: Travell).", {"35 s"}),
        ("Five times, at 4 cm/s.", set()),
        ("Six times, for 1,690 s.", {"6 times", "1690 s"}),
    ],
)
def test_a_figure_that_no_step_has_is_found(why: str, wrong: set[str]) -> None:
    assert unfounded(why, load.profile("goddard")) == wrong


def test_a_figure_goes_with_the_step_that_it_was_of() -> None:
    goddard = load.profile("goddard")
    whole, *others = goddard.steps
    assert isinstance(whole, Repeat)
    glide, *rest = whole.steps
    softer = whole.model_copy(update={"steps": (glide.model_copy(update={"pressure_mmhg": 30.0}), *rest)})
    goddard, named = goddard.model_copy(update={"steps": (softer, *others)}), goddard.why
    assert unfounded(named, goddard) == {"35 mmHg"}
