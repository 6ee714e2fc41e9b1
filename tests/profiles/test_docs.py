"""What docs/how-to/profiles.md shows can be done as shown, and the pages of fields say what the models say."""

import re
from pathlib import Path

import pytest

from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.reference import reference_text
from legato.profiles.schema import Kind, schema
from tests.profiles.planned import played

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "how-to" / "profiles.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
HEAD = "format: 1\nname: example\ntitle: Example\nsteps:\n"


def parsed(example: str) -> Profile:
    """An example is a whole file, or steps."""
    found = load.parse((example if example.startswith("format:") else HEAD + example).encode(), "profiles.md")
    assert isinstance(found, Profile)
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_plays_on_every_device(example: str, device: Device) -> None:
    profile = parsed(example)
    assert played(profile, device).duration_ms > 0


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_no_example_asks_for_more_than_boots_can_give(example: str) -> None:
    profile, boots = parsed(example), load.device("boots-6")
    report = played(profile, boots).report
    assert (report.clipped, report.slowed) == ((), ())


def test_every_kind_of_step_has_an_example() -> None:
    shown = set(re.findall(r"- do: (\w+)", "".join(EXAMPLES)))
    assert shown == set(schema("profile")["properties"]["steps"]["items"]["discriminator"]["mapping"])


def test_the_whole_file_shows_every_field_of_a_routine() -> None:
    (whole,) = [example for example in EXAMPLES if example.startswith("format:")]
    assert set(re.findall(r"^(\w+):", whole, re.MULTILINE)) == set(Profile.model_fields)


@pytest.mark.parametrize("kind", ["profile", "device"])
def test_the_pages_of_fields_are_up_to_date(kind: Kind) -> None:
    page = DOCS / "reference" / f"{kind}-fields.md"
    assert page.read_text("utf-8") == reference_text(kind), f"run: legato schema {kind} --markdown > {page}"
