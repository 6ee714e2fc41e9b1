"""What holds for all tests: an example may take as long as a busy machine needs for it.

A test that drives real processes may be repeated once, so that a machine that stood still holds up nothing else. What
made it fail is printed with the count of such tests, and a count above 0 is the next thing to mend.
"""

from collections.abc import Sequence

import pytest
from hypothesis import settings

settings.register_profile("legato", deadline=None)
settings.load_profile("legato")

DRIVE_PROCESSES = (
    "app/*.py",
    "cli/*.py",
    "panel/*.py",
    "project/*.py",
    "service/*.py",
    "service/homeassistant/test_announced.py",
    "service/http/test_listening_socket.py",
    "service/mqtt/*.py",
    "terminal/*.py",
    "tools/*.py",
)
"""Where processes, brokers, browsers and ports are real. Everywhere else, as in virtual time, nothing is repeated."""


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if any(item.path.match(f"tests/{files}") for files in DRIVE_PROCESSES):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    repeated: list[pytest.TestReport] = terminalreporter.stats.get("rerun", [])
    for report in repeated:
        terminalreporter.section(f"first failure of {report.nodeid}")
        report.toterminal(terminalreporter._tw)
    terminalreporter.write_line(f"tests repeated after a failure: {len(repeated)}")
