"""What is shipped for home systems: it parses, and names only what there is."""

import importlib.util
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from legato.service.http.access import role
from legato.service.http_application import rules
from legato.service.mqtt.discovery import payload
from legato.service.settings_sources import load
from tests.service.homeassistant.states import HOUSE, TOPICS, announcement, state

PACKAGING = Path(__file__).parents[2] / "packaging"
ADD_ON = PACKAGING / "homeassistant" / "legato"
YOURS = {"notify.mobile_app_phone", "binary_sensor.doorbell"}
"""What the examples say is to be replaced."""

ENTITY = re.compile(r"\b(?:binary_sensor|button|event|notify|number|select|sensor|update)\.[a-z0-9_]+")
ACTIONS = {"button.press", "select.select_option"}


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


@pytest.mark.parametrize("path", sorted(PACKAGING.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_parses(path: Path) -> None:
    assert read(path)


@pytest.mark.parametrize("name", ["dashboard.yaml", "automations.yaml"])
def test_every_entity_of_the_examples_is_announced(name: str) -> None:
    announced = {
        one["default_entity_id"]
        for whole in (announcement(state()), payload.of_bridge(TOPICS, HOUSE))
        for one in whole["components"].values()
    }
    named = set(ENTITY.findall((PACKAGING / "homeassistant" / name).read_text("utf-8")))
    assert len(named) > 5
    assert named - YOURS - ACTIONS - announced == set()


def test_the_automations_are_the_three_that_were_promised_and_begin_nothing_unasked() -> None:
    evening, doorbell, reminder = read(PACKAGING / "homeassistant" / "automations.yaml")
    asks = [step.get("action") or next(iter(step)) for step in evening["actions"]]
    assert asks.index("notify.mobile_app_phone") < asks.index("wait_for_trigger") < asks.index("button.press")
    assert doorbell["actions"][0]["target"]["entity_id"] == "button.legato_home_stop_all"
    assert reminder["conditions"][0]["entity_id"] == "binary_sensor.legato_home_course_due"


def test_the_add_on_asks_for_what_it_needs() -> None:
    config = read(ADD_ON / "config.yaml")
    assert (config["uart"], config["ingress"], config["services"]) == (True, True, ["mqtt:need"])
    assert config["options"].keys() == config["schema"].keys()
    assert config["version"] == version("legato")
    assert config["timeout"] >= 60


@pytest.fixture
def supervisor() -> Iterator[str]:
    """Answers what the Supervisor of Home Assistant answers to an add-on with the right word."""
    broker = {"host": "core-mosquitto", "port": 8883, "username": "addons", "password": "p", "ssl": True}
    known = {"/services/mqtt": broker, "/addons/self/info": {"slug": "local_legato", "state": "started"}}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_right = self.path in known and self.headers["Authorization"] == "Bearer word"
            self.send_response(200 if is_right else 400)
            self.end_headers()
            self.wfile.write(json.dumps({"result": "ok", "data": known.get(self.path)}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def run(data: Path, supervisor: str, word: str = "word") -> list[str]:
    """The beginning of the add-on, up to where it would become the service."""
    spec = importlib.util.spec_from_file_location("addon_run", ADD_ON / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    command: list[str] = module.main(data, supervisor, word)
    return command


def test_the_add_on_makes_valid_settings_that_only_their_owner_reads(
    tmp_path: Path, supervisor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # for the world outside, and not for the Supervisor
    options = read(ADD_ON / "config.yaml")["options"] | {"token": "0123456789abcdef"}
    (tmp_path / "options.json").write_text(json.dumps(options))
    *command, config = run(tmp_path, supervisor)
    assert command == ["legato", "serve", "--config"]
    settings = load({}, Path(config)).options
    assert (settings.devices[0].id, settings.allowed_hosts) == ("practice", ("homeassistant.local",))
    assert settings.mqtt is not None
    assert (settings.mqtt.host, settings.mqtt.port, settings.mqtt.tls) == ("core-mosquitto", 8883, True)
    assert settings.mqtt.panel_url == "homeassistant://hassio/ingress/local_legato"
    let_in = rules(settings)
    asking = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"homeassistant.local:8123")]}
    assert role(let_in, asking) == "guest", "the panel in the side bar asks under the name of Home Assistant"
    files = [path for path in tmp_path.iterdir() if path.name != "options.json"]
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600] * 3


def test_the_add_on_says_what_to_do_where_there_is_no_broker(tmp_path: Path, supervisor: str) -> None:
    options = read(ADD_ON / "config.yaml")["options"] | {"token": "0123456789abcdef"}
    (tmp_path / "options.json").write_text(json.dumps(options))
    with pytest.raises(SystemExit, match=r"HTTP Error 400.*install and start a broker first"):
        run(tmp_path, supervisor, "another word")


def test_the_add_on_wants_a_word_for_the_panel(tmp_path: Path, supervisor: str) -> None:
    (tmp_path / "options.json").write_text(json.dumps(read(ADD_ON / "config.yaml")["options"]))
    with pytest.raises(SystemExit, match="set a `token`"):
        run(tmp_path, supervisor)


def test_the_compose_file_has_all_it_mounts_but_the_secrets() -> None:
    services = read(PACKAGING / "compose.yaml")["services"]
    mounted = [v.split(":")[0] for s in services.values() for v in s["volumes"] if v.startswith(".")]
    assert len(mounted) >= 5
    assert [path for path in mounted if "secrets" not in path and not (PACKAGING / path).is_file()] == []
    settings = load({}, PACKAGING / "legato.yaml").options
    assert settings.mqtt is not None
    assert settings.mqtt.host == "mosquitto"
