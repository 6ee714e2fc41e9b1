"""The beginning of the add-on: makes the settings of the add-on's options, asks for the broker, becomes the service.

Needs nothing but Python; what is wrong with the settings, `legato serve` says.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener


def main(data: Path, supervisor: str, token: str) -> list[str]:
    """The command to become; its files are in `data`."""
    options = json.loads((data / "options.json").read_text("utf-8-sig"))
    if len(options["token"]) < 16:
        sys.exit("legato: set a `token` of 16 characters or more in the add-on's options; it lets you into the panel")
    broker = asked(
        f"{supervisor}/services/mqtt", token, "install and start a broker first, such as the Mosquitto add-on"
    )
    itself = asked(f"{supervisor}/addons/self/info", token, "restart the add-on")
    settings = {
        "host": "0.0.0.0",  # noqa: S104 - inside the container, where only the Supervisor's proxy comes
        "allow_remote": True,
        "allowed_hosts": options["allowed_hosts"],
        "token_file": secret(data / "token", options["token"]),
        "devices": options["devices"],
        "mqtt": {
            "host": broker["host"],
            "port": int(broker["port"]),
            "instance": options["instance"],
            "username": broker["username"],
            "password_file": secret(data / "mqtt-password", broker["password"]),
            "tls": broker["ssl"],
            "panel_url": f"homeassistant://hassio/ingress/{itself['slug']}",
        },
    }
    # JSON is YAML.
    config = secret(data / "legato.yaml", json.dumps(settings, indent=1))
    return ["legato", "serve", "--config", config]


def asked(url: str, token: str, advice: str) -> dict[str, Any]:
    """What the Supervisor answers; where it does not, the end, with what to do."""
    request = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - the Supervisor's address
    try:
        # The Supervisor is in the same house: a proxy that is set for the world outside does not know it.
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)["data"]
    except OSError as error:
        if isinstance(error, HTTPError):
            error.close()
        sys.exit(f"legato: {url}: {error}; {advice}")
    return found


def secret(path: Path, text: str) -> str:
    """The path of a file that only its owner reads, with this in it."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, "utf-8")
    return str(path)


if __name__ == "__main__":
    command = main(Path("/data"), "http://supervisor", os.environ["SUPERVISOR_TOKEN"])
    os.execvp(command[0], command)  # noqa: S606 - the image's own command
