"""The page of the articles says what is measured now, and what is not yet met says why."""

import re

import pytest

from tests.articles.demands import articles
from tests.articles.page import PAGE, head, section

RUN = "run: make articles"


@pytest.mark.timeout(300)  # it replays, and must hold beside busy processes
@pytest.mark.parametrize("number", range(5))
def test_the_page_is_what_is_measured(number: int) -> None:
    parts = re.split(r"(?=\n## \d\. )", PAGE.read_text("utf-8"))
    assert parts[number + 1] == section(number), RUN


def test_the_page_begins_with_how_many_demands_there_are() -> None:
    page = PAGE.read_text("utf-8")
    assert page.startswith(head()), RUN
    assert page.count("\n## ") == len(articles()) == 5


def test_what_is_not_met_on_some_device_says_why_and_nothing_else_does() -> None:
    blocks = re.split(r"(?m)^(?=\*\*\d\.\d+\*\*)", PAGE.read_text("utf-8"))[1:]
    assert len(blocks) == sum(len(article.demands) for article in articles())
    assert [one for one in blocks if ("**not yet**" in one) != ("Why not yet: " in one)] == []


def test_every_demand_is_there_once_and_measured_on_its_own() -> None:
    demands = [demand for article in articles() for demand in article.demands]
    assert len({demand.asks for demand in demands}) == len(demands) >= 70
    measured = [(demand.check, str(demand.of), str(demand.given)) for demand in demands]
    assert len(set(measured)) >= len(measured) - 5
