"""`legato check` says what the auditor measured; what the report keeps quiet about is called a bug of Legato."""

import json

import pytest

from legato.profiles.report_builder import ReportBuilder
from legato.profiles.schedule import CompileReport
from tests.front_door import Cli


def test_what_deviates_is_counted(cli: Cli) -> None:
    code, out, _ = cli("check", "goddard", "--device", "wrap-3")
    assert code == 0
    assert "figures differ from the routine, as the report says" in out


def test_what_plays_as_written_is_said_to_be_measured(cli: Cli) -> None:
    assert "measured: as written" in cli("check", "circulation", "--device", "boots-6-hip")[1]


def test_for_programs_every_deviation_has_its_line(cli: Cli) -> None:
    (found,) = json.loads(cli("check", "goddard", "--device", "wrap-3", "--json")[1])
    assert found["audit"]["agrees"]
    assert all(one["line"] for one in found["audit"]["deviations"])


def test_a_deviation_that_the_report_keeps_quiet_about_is_a_bug(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReportBuilder, "add_losses", lambda *_: None)
    out = cli("check", "goddard", "--device", "wrap-3")[1]
    assert "Legato bug: step 1.1 (glide ankle to thigh)" in out
    assert "please report this" in out


def test_strict_refuses_what_report_and_schedule_disagree_about(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReportBuilder, "build", lambda _, prefill_ms: CompileReport(prefill_ms=prefill_ms))
    code, _, err = cli("check", "goddard", "--device", "wrap-3", "--strict")
    assert code == 6
    assert "Legato bug" in err


def test_the_table_has_every_routine_and_device(cli: Cli) -> None:
    code, out, _ = cli("check", "--all", "--device", "boots-6")
    assert code == 0
    assert "goddard on boots-6: measured" in out


def test_names_or_all_but_not_neither(cli: Cli) -> None:
    assert cli("check")[0] == 2
    assert cli("check", "goddard", "--all")[0] == 2
