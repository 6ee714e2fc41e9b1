"""`legato mqtt`: checks the connection to the broker, and clears what the broker retains."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from aiomqtt import MqttError

from legato.cli.commands.doctor import as_dict, code_of, show
from legato.cli.exit_codes import Exit
from legato.errors import LinkLost, NotAllowed, UnusableFile
from legato.service.mqtt.broker import Broker
from legato.service.mqtt.retained_cleanup import kept_topics
from legato.service.mqtt_check import findings_of
from legato.service.mqtt_setup import broker, kept_at, topics
from legato.service.settings import MqttSettings
from legato.service.settings_sources import load
from legato.terminal import asking, output


def check(config: Path | None, json: bool) -> Exit:
    """Prints what each step towards the broker found; the exit code is that of the step that failed."""
    findings = asyncio.run(findings_of(_settings(config)))
    if json:
        output.as_json({"healthy": not any(f.error for f in findings), "checks": [as_dict(f) for f in findings]})
    else:
        for finding in findings:
            show(finding)
    return next((code_of(finding) for finding in findings if finding.error), Exit.DONE)


def purge(config: Path | None, yes: bool) -> Exit:
    """Removes what the broker retains of this service, after asking."""
    settings = _settings(config)
    target, filters = broker(settings), kept_at(settings)
    found = _kept(target, filters)
    if not found:
        output.say(f"{target.address} retains nothing below {topics(settings).root}")
        return Exit.DONE
    for topic in found:
        output.data(topic)
    question = f"Clear these {len(found)} topics? A running service publishes them again when it connects. yes or no: "
    if not yes and not asking.agrees(question):
        raise NotAllowed("nothing was cleared; --yes does it without asking")
    _kept(target, filters, clear=True)
    output.say(f"{len(found)} topics cleared")
    return Exit.DONE


def _kept(target: Broker, filters: Sequence[str], clear: bool = False) -> list[str]:
    try:
        return asyncio.run(kept_topics(target, filters, clear))
    except (MqttError, OSError) as error:
        what = f"{target.address}: {error}; `legato mqtt check` says where it fails"
        raise LinkLost(what) from error


def _settings(config: Path | None) -> MqttSettings:
    found = load({}, config).options.mqtt
    if found is None:
        raise UnusableFile("no broker is set; `mqtt: {host: ADDRESS}` in the settings names one")
    return found
