"""The page of the articles says what is measured now, and what is not yet met says why."""

import pytest

from tests.articles.demands import articles
from tests.articles.found import Verdict
from tests.articles.page import PAGE, head, outcomes, section

RUN = "run: python -m tests.articles"

each_article = pytest.mark.parametrize(
    "number", [pytest.param(n, marks=pytest.mark.xdist_group(f"article {n}")) for n in range(5)]
)
"""What is measured of an article is kept for the process."""


@pytest.mark.timeout(300)  # it replays, and must hold beside busy processes
@each_article
def test_the_page_is_what_is_measured(number: int) -> None:
    assert f"{section(number)}\n" in PAGE.read_text("utf-8") + "\n", RUN


@pytest.mark.timeout(300)
@each_article
def test_what_is_not_met_on_some_device_says_why_and_nothing_else_does(number: int) -> None:
    demands = articles()[number].demands
    missing = {
        demand.asks
        for i, demand in enumerate(demands)
        if any(found.verdict is Verdict.NOT_YET for _, found in outcomes((number, i)))
    }
    assert missing == {demand.asks for demand in demands if demand.open}


def test_the_page_begins_with_how_many_demands_there_are() -> None:
    page = PAGE.read_text("utf-8")
    assert page.startswith(head()), RUN
    assert page.count("\n## ") == len(articles()) == 5


def test_every_demand_is_there_once_and_measured_on_its_own() -> None:
    demands = [demand for article in articles() for demand in article.demands]
    assert len({demand.asks for demand in demands}) == len(demands) >= 70
    measured = [(demand.check, str(demand.of), str(demand.given)) for demand in demands]
    assert len(set(measured)) >= len(measured) - 5
