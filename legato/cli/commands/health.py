"""`legato service health`: whether the service of this computer is well, for whoever restarts it where it is not."""

import os
from typing import Final

from legato.errors import Failed
from legato.service.client.client import Client, Declined, Unreachable
from legato.service.client.own_service import own_service
from legato.terminal import output

PATIENCE_S: Final = 5.0


def run() -> None:
    """Asks the service at the address, and by the certificate, that it says it has.

    Raises:
        Failed: none runs, it does not answer, or it makes no progress with a device. Always 1, the one code that
            a container's health check may give.
    """
    running, doubts = own_service(os.environ)
    if running is None:
        raise Failed("\n".join([*doubts, "no service runs here; `legato serve` is one"]))
    try:
        Client(running, PATIENCE_S).health()
    except (Unreachable, Declined) as error:
        raise Failed(f"{running.url}: {error}") from error
    output.data(f"{running.url} is well")
