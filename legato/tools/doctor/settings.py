"""Checks of the settings: whether the files that they name can be used, then whether the broker lets us in."""

import asyncio
from collections.abc import Iterator

from legato.app.finding import Finding, fail, ok, warn
from legato.errors import CommandError, Exit, explained
from legato.profiles.errors import InvalidFile
from legato.service.named_files import MQTT, faults
from legato.service.settings_sources import load

ADVICE = "`legato config show` says where each value comes from"


def settings() -> Iterator[Finding]:
    """All of them; a broker is not asked with files that cannot be used."""
    try:
        loaded = load({})
        found = faults(loaded.options)
        for fault in found:
            what = f"{fault.setting} ({loaded.origins[fault.setting.partition('.')[0]]}): {fault.what}"
            if fault.is_forbidden:
                yield warn("settings", what, "the service may be allowed to, as another user; run this as that one")
            else:
                yield fail("settings", what, fault.hint, Exit.INVALID_FILE)
        if loaded.file is not None and not found:
            yield ok("settings", f"{loaded.file}")
        if loaded.options.mqtt is not None and not any(fault.setting.startswith(MQTT) for fault in found):
            from legato.service.mqtt_check import findings_of

            yield from asyncio.run(findings_of(loaded.options.mqtt))
    except (CommandError, InvalidFile) as error:
        code = error.code if isinstance(error, CommandError) else Exit.INVALID_FILE
        yield fail("settings", str(error), ADVICE, code)
    except ModuleNotFoundError as error:
        yield fail("broker", explained(error)[1], "the settings name a broker", Exit.USAGE)
