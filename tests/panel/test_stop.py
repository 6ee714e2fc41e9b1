"""The stops: whatever has the focus."""

from tests.panel.chromium import Panel
from tests.panel.conftest import until
from tests.panel.served import Served


def test_escape_is_an_emergency_stop_even_while_typing(service: Served, panel: Panel) -> None:
    panel.part("need").focus()
    panel.page.keyboard.type("tired ")
    assert service.state("boots-6")["doing"] == "idle"
    panel.press("Escape")
    until(service, "boots-6", "estop")
