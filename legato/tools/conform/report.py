"""The kit's report, for people, programs and build servers."""

from typing import Any
from xml.etree import ElementTree as Xml

from legato.firmware import wire
from legato.tools.conform.kit import Report, RuleVerdict
from legato.tools.conform.probe import PassedBytes
from legato.tools.conform.rule import Rule

LINES_SHOWN = 12


def line(verdict: RuleVerdict) -> str:
    """A row of the table: `pass  § 1  bad_crc  A frame that ...`; for a broken rule also why, and the bytes."""
    rule, result = verdict.rule, "pass" if verdict.broken is None else "FAIL"
    head = f"{result}  § {rule.section}  {rule.name:<24} {rule.text}"
    if verdict.broken is None:
        return head
    return "\n".join([head, f"            {verdict.broken}", *(f"            {text}" for text in _bytes(verdict))])


def last_line(report: Report) -> str:
    """The summary line."""
    name = report.device.name if report.device else "a device without a sound description"
    kept = len(report.verdicts) - len(report.failed)
    summary = f"{name}, firmware {report.welcome.version}: {kept} of {len(report.verdicts)} rules kept"
    if report.latched:
        summary = f"a latched fault was cleared first: {report.latched}\n{summary}"
    return f"{summary}, {len(report.untried)} not tested: {report.lost}" if report.lost else summary


def as_dict(report: Report) -> dict[str, Any]:
    """The complete report, for programs."""
    return {
        "device": report.device and report.device.name,
        "device_id": report.welcome.device_id.hex(),
        "firmware": report.welcome.version,
        "latched_before": report.latched,
        "conforms": report.conforms,
        "lost": report.lost,
        "untried": [rule.name for rule in report.untried],
        "rules": [_verdict(verdict) for verdict in report.verdicts],
    }


def as_junit(report: Report) -> str:
    """The report as JUnit XML; a section of docs/reference/protocol.md is a class; untested rules are skipped."""
    tests, skipped = len(report.verdicts) + len(report.untried), len(report.untried)
    counts = {"tests": str(tests), "failures": str(len(report.failed)), "skipped": str(skipped)}
    suite = Xml.Element("testsuite", {"name": "legato conform", **counts})
    for verdict in report.verdicts:
        case = Xml.SubElement(suite, "testcase", {**_case(verdict.rule), "time": f"{verdict.seconds:.3f}"})
        if verdict.broken is not None:
            failure = Xml.SubElement(case, "failure", {"message": verdict.broken})
            failure.text = "\n".join(_bytes(verdict))
    for rule in report.untried:
        Xml.SubElement(Xml.SubElement(suite, "testcase", _case(rule)), "skipped", {"message": report.lost})
    Xml.indent(suite)
    return Xml.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(rule: Rule) -> dict[str, str]:
    return {"classname": f"protocol.section_{rule.section}", "name": rule.name}


def _verdict(verdict: RuleVerdict) -> dict[str, Any]:
    rule = verdict.rule
    head = {"name": rule.name, "section": rule.section, "text": rule.text, "passed": verdict.broken is None}
    return {**head, "broken": verdict.broken, "seconds": round(verdict.seconds, 3), "bytes": _bytes(verdict)}


def _bytes(verdict: RuleVerdict) -> list[str]:
    """The last lines of the traffic; of consecutive STATUS frames only the last one."""
    lines = [_text(p) for p, after in _with_next(verdict.passed) if not (_is_status(p) and after and _is_status(after))]
    return lines[-LINES_SHOWN:]


def _with_next(passed: tuple[PassedBytes, ...]) -> list[tuple[PassedBytes, PassedBytes | None]]:
    return list(zip(passed, [*passed[1:], None], strict=True))


def _text(passed: PassedBytes) -> str:
    return f"{passed.at_s:8.3f} s  {'host  ' if passed.is_ours else 'device'}  {passed.data.hex(' ')}"


def _is_status(passed: PassedBytes) -> bool:
    frame = None if passed.is_ours else wire.decode(passed.data[:-1])
    return frame is not None and frame[0] == wire.STATUS
