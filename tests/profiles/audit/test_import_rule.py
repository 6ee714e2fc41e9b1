"""The auditor shares nothing with what it audits, and the check of that rule sees an import that breaks it."""

from pathlib import Path

import pytest

from tests.import_rules import ROOT, copied, linted, plant

RULE = "the auditor shares nothing with what it audits"

pytestmark = pytest.mark.timeout(300)


def test_the_auditor_imports_nothing_of_what_plans() -> None:
    assert f"{RULE} KEPT" in linted(ROOT)


def test_a_forbidden_import_is_seen(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    plant(copy / "profiles/audit/static.py", "from legato.profiles.strokes.static import hold")
    assert f"{RULE} BROKEN" in linted(copy)
