"""`legato service health`: whether the service on this computer is healthy, for a supervisor that restarts it."""

import os
from typing import Final

from legato.errors import Failed
from legato.service.client.client import Client, Declined, Unreachable
from legato.service.client.own_service import own_service
from legato.terminal import output

PATIENCE_S: Final = 5.0


def run() -> None:
    """Asks the service at the address and with the certificate from its runtime file.

    Raises:
        Failed: none runs, it does not answer, or it makes no progress with a device. Exit code 1, the only one that
            a container's health check may return.
    """
    running, doubts = own_service(os.environ)
    if running is None:
        raise Failed("\n".join([*doubts, "no service is running here; `legato serve` starts one"]))
    try:
        Client(running, PATIENCE_S).health()
    except (Unreachable, Declined) as error:
        raise Failed(f"{running.url}: {error}") from error
    output.data(f"{running.url} is healthy")
