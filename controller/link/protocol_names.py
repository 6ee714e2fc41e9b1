"""The wire's numbers by the names that docs/reference/protocol.md gives them."""

from typing import Final

CODES: Final = (
    "OK",
    "NOT_NOW",
    "WRONG_SESSION",
    "WRONG_BOOT",
    "WRONG_NONCE",
    "OUT_OF_ORDER",
    "QUEUE_FULL",
    "TOO_FAR_AHEAD",
    "OVER_LIMIT",
    "MALFORMED",
    "UNKNOWN",
    "TOO_LATE",
)
STATES: Final = ("IDLE", "ARMED", "REFILL", "RUNNING", "PAUSED", "STOPPING", "FAULTED")
ENDS: Final = ("NOT", "COMPLETED", "STOPPED", "PAUSE_TOO_LONG", "HOST_SILENT", "FAULT")


def with_number(names: tuple[str, ...], number: int) -> str:
    """`QUEUE_FULL (6)`"""
    return f"{names[number]} ({number})" if number < len(names) else f"{number}, which means nothing"
