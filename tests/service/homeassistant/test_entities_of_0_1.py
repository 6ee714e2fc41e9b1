"""Whoever upgrades keeps every entity, automation and dashboard: ids and topics are those that 0.1 published."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.mosquitto import Mosquitto, terminal
from tests.old_home import FOLDER, restore
from tests.ports import free_port
from tests.running import ready, running, wait_until

pytestmark = pytest.mark.timeout(240)
"""Processes that have to come up, on a machine that may have a lot to do."""

OURS = "massage/legato/"

PUBLISHED = set((FOLDER / "homeassistant.txt").read_text("utf-8").splitlines())
"""By 0.1: announcements with their entities, and topics."""


@pytest.fixture
def heard(there: Mosquitto, tmp_path: Path) -> Iterator[Path]:
    """What anybody has published so far, a message a line."""
    with terminal(there, tmp_path, "#") as shell:
        yield shell.watched


def test_the_settings_of_0_1_publish_what_they_did(there: Mosquitto, heard: Path, tmp_path: Path) -> None:
    restore(tmp_path / "home")
    environ = {"LEGATO_HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(tmp_path)}
    broker = {"LEGATO_MQTT__HOST": "127.0.0.1", "LEGATO_MQTT__PORT": str(there.port), "LEGATO_PORT": str(free_port())}
    with running("serve", "--config", str(FOLDER / "legato.yaml"), **environ, **broker) as process:
        ready(process)
        wait_until(lambda: not missing(heard), told=lambda: missing(heard))


def missing(heard: Path) -> set[str]:
    """What of 0.1 was not published yet."""
    whole = heard.read_text("utf-8").rpartition("\n")[0].splitlines()
    return PUBLISHED - {line for message in whole for line in _lines(*message.split(" ", 1))}


def _lines(topic: str, payload: str = "") -> Iterator[str]:
    """A message, as the file has it."""
    if topic.startswith(OURS):
        yield topic
    elif payload:
        told = json.loads(payload)
        yield f"{topic} {told['device']['identifiers'][0]} via {told['device'].get('via_device', '-')}"
        yield from map(_entity, told["components"].values())


def _entity(one: Mapping[str, Any]) -> str:
    topics = (one.get(which, "-") for which in ("state_topic", "command_topic"))
    return " ".join(("  " + one["unique_id"], one["default_entity_id"], *topics))
