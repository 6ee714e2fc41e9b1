"""The page of the articles (`docs/reference/articles.md`), written from what is measured now."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.articles.demands import DEVICES, Article, Demand, articles
from tests.articles.found import Found, Verdict

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "articles.md"

HEAD = """\
# The five articles, sentence by sentence

Legato exists because of five articles about leg massage. This page lists everything that they ask of one, sentence by
sentence in our own words, with what covers it and what is measured on five devices:
{devices}.

**works** comes with the figures, as commanded (or, if marked *felt*, as felt on the leg of the simulated device in a
run of the whole stack). **said instead** comes with the exact sentence of the compile report or the answer.
**not yet** is what is still missing.

`make articles` writes this page; a test fails if the page differs from what that would write.

| article | demands |
|---|---:|
"""


def outcomes(demand: Demand) -> tuple[tuple[str, Found], ...]:
    """What became of it on each device, or once for all where it takes none."""
    if demand.is_anywhere:
        return (("any device", demand.found(DEVICES[0])),)
    return tuple((device, demand.found(device)) for device in DEVICES)


def page() -> str:
    """All of it."""
    return head() + "".join(section(number) for number in range(len(articles())))


def head() -> str:
    """What stands before the first article."""
    rows = "".join(f"| {number}. {one.title} | {len(one.demands)} |\n" for number, one in enumerate(articles()))
    return HEAD.format(devices=", ".join(DEVICES)) + rows


def section(number: int) -> str:
    """One article."""
    return "\n".join(_section(number, articles()[number]))


def _section(number: int, article: Article) -> Iterator[str]:
    found = [outcomes(demand) for demand in article.demands]
    yield f"\n## {number}. {article.title}\n"
    yield f"{_sum(found)}.\n"
    for i, (demand, outcome) in enumerate(zip(article.demands, found, strict=True), 1):
        yield f"**{number}.{i}** {demand.asks} *{_covered(demand)}*\n"
        yield from _lines(outcome)
        if demand.open:
            yield f"- Why not yet: {demand.open}"
        yield ""


def _sum(found: Sequence[Sequence[tuple[str, Found]]]) -> str:
    worst = Counter(max((one.verdict for _, one in outcome), key=list(Verdict).index) for outcome in found)
    rest = ", ".join(f"{worst[v]} {v} somewhere" for v in (Verdict.SAID, Verdict.NOT_YET) if worst[v])
    working = f"{len(found)} demands: {worst[Verdict.WORKS]} work wherever they are measured"
    return f"{working}, {rest}" if rest else working


def _covered(demand: Demand) -> str:
    felt = ", felt" if demand.of is not None and demand.of.felt else ""
    return f"({demand.by}{felt})"


def _lines(outcome: Sequence[tuple[str, Found]]) -> Iterator[str]:
    """Devices of which the same is to be said in one line."""
    for found in dict.fromkeys(one for _, one in outcome):
        on = [device for device, one in outcome if one == found]
        where = "all five" if len(on) == len(DEVICES) else ", ".join(on)
        yield f"- {where}: **{found.verdict}**: {found.evidence}"
