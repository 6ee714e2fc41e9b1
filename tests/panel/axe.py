"""axe-core, vendored: what makes a page hard to use for somebody, as far as a program can find it."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of axe-core 4.14.1, as npm has it."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What is wrong with the page as it is now: rule, what it means, and where."""
    source = SOURCE.read_bytes()
    assert sha256(source).hexdigest() == SHA256, "this is not the axe-core that was vendored"
    # Evaluated by the debugger, not as a script of the page, whose security policy stays as it is.
    page.evaluate(source.decode())
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(found => found.violations)", RULES
    )
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]
