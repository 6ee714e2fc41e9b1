"""`legato check --all`: audits every built-in routine on every device; each deviation with its line of the report."""

from collections.abc import Iterator
from typing import Any

from legato.app import report_text, verdict
from legato.app.overview import Judged, judged
from legato.cli.exit_codes import Exit
from legato.errors import CompileError
from legato.profiles import load
from legato.terminal import output


def check_all(device: str | None, json: bool) -> int:
    """The table, or one object for each routine and device; exit code 1 if any report and schedule disagree."""
    found = list(judged([device] if device else list(load.builtin_devices())))
    if json:
        output.as_json([_as_json(one) for one in found])
    else:
        for one in found:
            for line in _rows(one):
                output.data(line)
    return Exit.DONE if all(one.agrees for one in found) else Exit.FAILED


def _as_json(one: Judged) -> dict[str, Any]:
    outcome = {"refused": str(one.found)} if isinstance(one.found, CompileError) else verdict.as_json(one.found)
    return {"routine": one.routine, "device": one.device} | outcome


def _rows(one: Judged) -> Iterator[str]:
    head = f"{one.routine} on {one.device}"
    if isinstance(one.found, CompileError):
        yield f"{head}: refused: {one.found}"
        return
    first, *rest = verdict.lines(one.found)
    yield f"{head}: {first}"
    yield from (f"  {line}" for line in rest)
    for finding in one.found.findings:
        if finding.line is not None:
            yield f"  {verdict.deviation(finding)}"
            yield f"    {report_text.sentence(finding.line)}"
