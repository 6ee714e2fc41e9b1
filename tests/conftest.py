"""What holds for all tests: an example may take as long as a busy machine needs for it.

A test that drives real processes may be repeated once, so that a machine that stood still holds up nothing else. What
made it fail is printed with the count of such tests, and a count above 0 is the next thing to mend.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("legato", deadline=None)
settings.load_profile("legato")

HERE = Path(__file__).parent
DRIVE_PROCESSES = (
    "controller/homeassistant/test_announced.py",
    "controller/mqtt",
    "controller/web/test_listening.py",
    "legato",
    "panel",
)
"""Where processes, brokers, browsers and ports are real. Everywhere else, as in virtual time, nothing is repeated."""


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(HERE / path) for path in DRIVE_PROCESSES):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    repeated: list[pytest.TestReport] = terminalreporter.stats.get("rerun", [])
    for report in repeated:
        terminalreporter.section(f"first failure of {report.nodeid}")
        report.toterminal(terminalreporter._tw)
    terminalreporter.write_line(f"tests repeated after a failure: {len(repeated)}")
