"""Checks of the settings: whether the files they name can be used, then whether the broker accepts us."""

import asyncio
from collections.abc import Iterator

from legato.app.finding import Finding, fail, ok, warn
from legato.errors import MissingExtra, UnusableFile, UsageError
from legato.extras import is_installed, without
from legato.profiles.errors import InvalidFile
from legato.service.named_files import MQTT, faults
from legato.service.settings import MqttSettings
from legato.service.settings_sources import load

ADVICE = "`legato config show` says where each value comes from"


def settings() -> Iterator[Finding]:
    """All checks; the broker is not contacted if its files cannot be used."""
    try:
        loaded = load({})
        found = faults(loaded.options)
        for fault in found:
            what = f"{fault.setting} ({loaded.origins[fault.setting.partition('.')[0]]}): {fault.what}"
            if fault.is_forbidden:
                yield warn("settings", what, "the service may have access as a different user; run this as that user")
            else:
                yield fail("settings", what, fault.hint, UnusableFile)
        if loaded.file is not None and not found:
            yield ok("settings", f"{loaded.file}")
        if loaded.options.mqtt is not None and not any(fault.setting.startswith(MQTT) for fault in found):
            yield from _broker(loaded.options.mqtt)
    except (UsageError, UnusableFile, InvalidFile) as error:
        yield fail("settings", str(error), ADVICE, type(error))


def _broker(settings: MqttSettings) -> Iterator[Finding]:
    if not is_installed("aiomqtt"):
        yield fail("broker", without("aiomqtt"), "the settings name a broker", MissingExtra)
        return
    from legato.service.mqtt_check import findings_of

    yield from asyncio.run(findings_of(settings))
