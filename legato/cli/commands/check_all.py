"""`legato check --all`: the auditor over every built-in routine and device; each deviation with its report line."""

from collections.abc import Iterator
from typing import Any

from legato.app import report_text, verdict
from legato.cli.exit_codes import Exit
from legato.profiles import load
from legato.profiles.audit.auditor import Audit, audit
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.envelope import envelope
from legato.profiles.refusal import CompileError
from legato.terminal import output


def check_all(device: str | None, json: bool) -> int:
    """The table, or one object for each routine and device; exit code 1 where report and schedule disagree."""
    devices = [device] if device else load.builtin_devices()
    found = [(routine, name, _audited(routine, name)) for routine in load.builtin_profiles() for name in devices]
    if json:
        output.as_json([_as_json(*one) for one in found])
    else:
        for one in found:
            for line in _rows(*one):
                output.data(line)
    return Exit.DONE if all(isinstance(one, str) or one.agrees for _, _, one in found) else Exit.FAILED


def _audited(routine: str, device: str) -> Audit | str:
    """What was measured, or why it is refused."""
    profile, target = load.profile(routine), load.device(device)
    try:
        return audit(profile, compile(profile, target, envelope(target, profile.use)))
    except CompileError as error:
        return str(error)


def _as_json(routine: str, device: str, found: Audit | str) -> dict[str, Any]:
    outcome = {"refused": found} if isinstance(found, str) else verdict.as_json(found)
    return {"routine": routine, "device": device} | outcome


def _rows(routine: str, device: str, found: Audit | str) -> Iterator[str]:
    if isinstance(found, str):
        yield f"{routine} on {device}: refused: {found}"
        return
    head, *rest = verdict.lines(found)
    yield f"{routine} on {device}: {head}"
    yield from (f"  {line}" for line in rest)
    for one in found.findings:
        if one.line is not None:
            yield f"  {verdict.deviation(one)}"
            yield f"    {report_text.sentence(one.line)}"
