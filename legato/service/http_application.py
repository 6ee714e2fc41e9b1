"""The HTTP application, with the access rules that the settings ask for."""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

from legato.controller.loop_health import LoopHealth
from legato.errors import NotAllowed
from legato.service.devices.bridge import Bridge
from legato.service.http.access_settings import Bounds, Rules
from legato.service.http.app import make_app
from legato.service.job_runner import JobRunner
from legato.service.secrets import secret
from legato.service.settings import Options
from legato.service.worker import Worker

PANEL: Final = Path(__file__).parent.parent / "panel"
"""The folder of the panel's files."""


def application(
    options: Options, bounds: Bounds, bridge: Bridge, worker: Worker, health: LoopHealth, secret: str
) -> Starlette:
    """The application for these options; `worker` does its long jobs, `health` watches the event loop.

    With `secret` it proves to clients on this computer that it is the service whose runtime file they have read.

    Raises:
        NotAllowed: the options would admit anybody, or name a secret that cannot be used.
    """
    return make_app(bridge, JobRunner(worker), replace(rules(options), bounds=bounds, secret=secret), health)


def rules(options: Options) -> Rules:
    """The access rules.

    Raises:
        NotAllowed: it would listen beyond this computer without a token, or without TLS unless that is allowed.
    """
    if not _is_here(options.host):
        _insist_on_walls(options)
    return Rules(
        token=secret(options.token_file, "token") if options.token_file else None,
        guest_token=secret(options.guest_token_file, "guests' token") if options.guest_token_file else None,
        hosts=frozenset(options.allowed_hosts) | {options.host},
        panel=PANEL,
    )


def _insist_on_walls(options: Options) -> None:
    where = f"listening at {options.host}, beyond this computer,"
    if options.token_file is None:
        raise NotAllowed(f"{where} needs a token_file: otherwise anybody could start a massage")
    if options.tls_cert is None and not options.allow_remote:
        what = "needs tls_cert and tls_key, or allow_remote if something in front of it encrypts"
        raise NotAllowed(f"{where} {what}")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
