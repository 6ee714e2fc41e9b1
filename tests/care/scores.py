"""How the words for danger score on the lists of phrases: `python -m tests.care.scores`."""

from pathlib import Path

from pydantic import TypeAdapter

from legato.care.danger import TriageLevel, signs
from legato.care.yaml_files import load

PHRASES = Path(__file__).parent / "phrases"
LISTS = ("danger", "held_out", "against", "reviewed")


def phrases(name: str) -> dict[str, list[str]]:
    """The phrases of a list by the answer that they must get; the harmless ones get none."""
    return load(PHRASES / f"{name}.yaml", TypeAdapter(dict[str, list[str]]))


def answer(text: str) -> TriageLevel:
    """What these words are answered with."""
    told = signs(text)
    return told[0].answer if told else TriageLevel.MASSAGE


def missed(name: str) -> list[str]:
    """The dangers of a list that forbid nothing."""
    said = phrases(name)
    return [text for text in (*said["emergency"], *said["doctor"]) if not answer(text).forbids]


def stopped(name: str) -> list[str]:
    """The harmless phrases of a list that are held up."""
    return [text for text in phrases(name)["harmless"] if answer(text) is not TriageLevel.MASSAGE]


if __name__ == "__main__":
    for name in LISTS:
        dangers = sum(len(phrases(name)[kind]) for kind in ("emergency", "doctor"))
        harmless = len(phrases(name)["harmless"])
        print(f"{name}: {len(missed(name))} of {dangers} dangers missed, {len(stopped(name))} of {harmless} stopped")
