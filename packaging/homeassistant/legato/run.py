"""The add-on's entry point: turns the options into settings, asks for the broker, and execs the service.

It needs nothing but Python; `legato serve` reports what is wrong with the settings.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener


def main(data: Path, supervisor: str, token: str) -> list[str]:
    """The command to exec; its files are in `data`."""
    options = json.loads((data / "options.json").read_text("utf-8-sig"))
    if len(options["token"]) < 16:
        sys.exit("legato: set a `token` of 16 characters or more in the add-on's options; it gives access to the panel")
    broker = request_json(
        f"{supervisor}/services/mqtt", token, "install and start a broker first, such as the Mosquitto add-on"
    )
    addon = request_json(f"{supervisor}/addons/self/info", token, "restart the add-on")
    settings = {
        "host": "0.0.0.0",  # noqa: S104 - inside the container, where only the Supervisor's proxy comes
        "allow_remote": True,
        "allowed_hosts": options["allowed_hosts"],
        "token_file": write_secret(data / "token", options["token"]),
        "devices": options["devices"],
        "mqtt": {
            "host": broker["host"],
            "port": int(broker["port"]),
            "instance": options["instance"],
            "username": broker["username"],
            "password_file": write_secret(data / "mqtt-password", broker["password"]),
            "tls": broker["ssl"],
            "panel_url": f"homeassistant://hassio/ingress/{addon['slug']}",
        },
    }
    # JSON is YAML.
    config = write_secret(data / "legato.yaml", json.dumps(settings, indent=1))
    return ["legato", "serve", "--config", config]


def request_json(url: str, token: str, advice: str) -> dict[str, Any]:
    """The Supervisor's answer; without one, exits with advice on what to do."""
    request = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - the Supervisor's address
    try:
        # The Supervisor is on the internal network: a proxy configured for the internet does not know it.
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)["data"]
    except OSError as error:
        if isinstance(error, HTTPError):
            error.close()
        sys.exit(f"legato: {url}: {error}; {advice}")
    return found


def write_secret(path: Path, text: str) -> str:
    """Writes `text` to a file that only its owner can read, and returns its path."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, "utf-8")
    return str(path)


if __name__ == "__main__":
    command = main(Path("/data"), "http://supervisor", os.environ["SUPERVISOR_TOKEN"])
    os.execvp(command[0], command)  # noqa: S606 - the image's own command
