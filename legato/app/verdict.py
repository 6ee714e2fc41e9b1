"""The auditor's verdict in words: whether what would be felt matches the routine and the report."""

from collections.abc import Iterator
from typing import Any

from legato.app import report_text
from legato.errors import NotAllowed
from legato.profiles.audit.auditor import Audit, Deviation
from legato.profiles.audit.checks import shown

PLEASE = "please report this with the routine and the device"


def lines(found: Audit) -> Iterator[str]:
    """What was measured, line by line; what the report omits or gets wrong is a bug in Legato."""
    reported = len(found.findings) - len(found.unreported)
    if found.agrees:
        yield f"measured: {_as_reported(reported)}"
    yield from (f"Legato bug: {deviation(one)}, and the report does not say so" for one in found.unreported)
    yield from (f"Legato bug: reported, but not what plays: {report_text.sentence(note)}" for note in found.false_lines)
    if not found.agrees:
        yield PLEASE


def _as_reported(count: int) -> str:
    if not count:
        return "as written"
    return (
        "one figure differs from the routine, as the report says"
        if count == 1
        else (f"{count} figures differ from the routine, as the report says")
    )


def deviation(one: Deviation) -> str:
    """One deviation: `step 2 (knead calf), left calf: rate: asked 0.3 Hz, measured 0.1 Hz`."""
    where = "" if one.place == "all" else f", {one.place}"
    figures = f"asked {shown(one.what, one.asked)}, measured {shown(one.what, one.measured)}"
    return f"step {one.step} ({one.words}){where}: {one.what}: {figures}"


def insist(found: Audit) -> None:
    """Refuses a schedule that its report does not match.

    Raises:
        NotAllowed: report and schedule disagree.
    """
    if not found.agrees:
        raise NotAllowed("; ".join(lines(found)))


def as_json(found: Audit) -> dict[str, Any]:
    """The deviations, each with its report line or null, and the report lines that are not true."""
    return {
        "agrees": found.agrees,
        "deviations": [finding_json(one) for one in found.findings],
        "false_lines": [report_text.sentence(note) for note in found.false_lines],
    }


def finding_json(one: Deviation) -> dict[str, Any]:
    """One deviation for programs."""
    return {
        "step": one.step,
        "words": one.words,
        "place": one.place,
        "what": one.what.value,
        "asked": one.asked,
        "measured": one.measured,
        "tolerance": one.tolerance,
        "line": None if one.line is None else report_text.sentence(one.line),
    }
