"""Checks the files named in the settings: whether each exists and can be used, before anything depends on it."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from legato.profiles.errors import InvalidFile
from legato.profiles.files import FORBIDDEN, STDIN, is_handed_down, read_bytes
from legato.service.settings import Options, SettingsModel

MQTT = "mqtt."


@dataclass(frozen=True, slots=True)
class FileFault:
    """A setting, what is wrong with the file it names, and what would help."""

    setting: str
    what: str
    hint: str
    is_forbidden: bool = False
    """The current user may not read it; the service may run as a different one."""

    def __str__(self) -> str:
        return f"{self.setting}: {self.what}; {self.hint}"


def faults(options: Options) -> list[FileFault]:
    """Every file that cannot be used; secrets.py checks the content of secrets."""
    missing = [*_unread("", options), *(_unread(MQTT, options.mqtt) if options.mqtt else ())]
    # OpenSSL opens whatever it is given, and blocks on a FIFO.
    return missing or list(_useless(options))


def _unread(prefix: str, part: SettingsModel) -> Iterator[FileFault]:
    for name, path in part:
        # A descriptor passed by the shell can be read only once, so it is left for its real use.
        if isinstance(path, Path) and not is_handed_down(path, STDIN):
            try:
                read_bytes(path, str(path))
            except InvalidFile as error:
                found = error.problems[0]
                yield FileFault(prefix + name, f"{path}: {found.what}", found.hint, found.what == FORBIDDEN)


def _useless(options: Options) -> Iterator[FileFault]:
    """Files that exist but are not certificates, or do not match their keys."""
    yield from _chain("tls_cert", options.tls_cert, options.tls_key)
    if (mqtt := options.mqtt) is None:
        return
    yield from _chain(f"{MQTT}cert_file", mqtt.cert_file, mqtt.key_file)
    if mqtt.ca_file is not None:
        try:
            ssl.create_default_context(cafile=mqtt.ca_file)
        except OSError:
            yield FileFault(f"{MQTT}ca_file", f"{mqtt.ca_file}: contains no certificate", "it has to be in PEM format")


def _chain(setting: str, cert: Path | None, key: Path | None) -> Iterator[FileFault]:
    if cert is None or key is None:
        return
    try:
        # OpenSSL would ask for a password on a terminal, which a service does not have.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=lambda: b"")
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror
        what = f"{cert} and {key} are not a certificate and its key ({reason})"
        yield FileFault(
            setting, what, "both have to be in PEM format and belong together, and the key must have no password"
        )
