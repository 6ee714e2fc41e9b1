"""The project's papers: links lead somewhere, files that are named exist, and the index names every page."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAPERS = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG")]
PAGES = [*PAPERS, *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r'(?:\]\(|src=")([^)#:"]+)(?=[)#"])')
ROOMS = "bench|care|controller|docs|firmware|legato|packaging|profiles|sim|tests"
FILE = re.compile(rf"`((?:{ROOMS})/[a-z0-9_/.-]*(?:/|\.[a-z]+))`")


def each(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.relative_to(ROOT).as_posix())


@each(PAGES)
def test_every_link_and_picture_is_there(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@each(PAGES)
def test_every_link_into_a_page_names_a_heading_of_it(page: Path) -> None:
    links = re.findall(r"\]\(([^):]*)#([^)]+)\)", page.read_text("utf-8"))
    assert [(to, part) for to, part in links if part not in headings(page.parent / to if to else page)] == []


def headings(page: Path) -> list[str]:
    """What a link calls the headings of a page: small letters and digits, with a hyphen for each space."""
    lines = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines]


@each([page for page in PAGES if page.name != "CHANGELOG.md"])  # it tells of files that have been moved since
def test_every_file_that_is_named_is_there(page: Path) -> None:
    assert [name for name in FILE.findall(page.read_text("utf-8")) if not (ROOT / name).exists()] == []


def test_every_station_of_a_routines_journey_is_there() -> None:
    journey = (DOCS / "explanation" / "overview.md").read_text("utf-8")
    stations = re.findall(r"^    ([a-z_/]+(?:\.py|/)) ", journey, re.MULTILINE)
    assert len(stations) > 15
    assert [name for name in stations if not (ROOT / name).exists()] == []


def test_the_ways_to_add_something_name_files() -> None:
    assert len(FILE.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))) > 30


def test_the_index_names_every_page() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    pages = [page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md") if page.parent != DOCS]
    assert len(pages) > 20
    assert [page for page in pages if f"]({page})" not in index] == []


def test_the_checks_before_a_commit_fetch_nothing_and_are_those_of_make_test() -> None:
    repos = YAML(typ="safe").load(ROOT / ".pre-commit-config.yaml")["repos"]
    hooks = [hook for repo in repos for hook in repo["hooks"]]
    assert ([repo["repo"] for repo in repos], {hook["language"] for hook in hooks}) == (["local"], {"system"})
    made = (ROOT / "Makefile").read_text("utf-8")
    tools = [hook["entry"].split()[0].removeprefix(".venv") for hook in hooks]
    assert tools == ["/bin/ruff", "/bin/ruff", "/bin/mypy", "/bin/lint-imports"]
    assert [tool for tool in tools if f"$(VENV){tool}" not in made] == []


def test_the_changelog_is_kept_in_order() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d)", heading) for heading in headings[1:]]
    dates = [match[1] for match in released if match]
    assert len(dates) == len(headings) - 1 >= 2
    assert dates == sorted(dates, reverse=True)


def test_the_changelog_sorts_changes_by_kind() -> None:
    kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    for version in (ROOT / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1:]:
        found = re.findall(r"^### (.*)$", version, re.MULTILINE)
        assert found == [kind for kind in kinds if kind in found]


@pytest.mark.parametrize(
    "record", sorted((DOCS / "explanation" / "decisions").glob("*.md")), ids=lambda path: path.name[:4]
)
def test_a_decision_has_its_number_and_the_four_parts(record: Path) -> None:
    text = record.read_text("utf-8")
    assert text.startswith(f"# {int(record.name[:4])}. ")
    assert re.search(r"^\*\*Status:\*\* (accepted|superseded by \d+), \d{4}-\d\d-\d\d$", text, re.MULTILINE)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
