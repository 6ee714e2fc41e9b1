"""The wire's numbers in words: answers, faults, and how a session ended."""

from typing import Final

from legato.firmware import wire

ANSWERS: Final = {
    wire.NOT_NOW: "not in this state",
    wire.WRONG_SESSION: "another session is open",
    wire.WRONG_BOOT: "it has restarted since",
    wire.WRONG_NONCE: "the nonce is used up",
    wire.OUT_OF_ORDER: "a frame before it is missing",
    wire.QUEUE_FULL: "its queue is full",
    wire.TOO_FAR_AHEAD: "too far ahead of session time",
    wire.OVER_LIMIT: "a target lies over the device's own limit",
    wire.MALFORMED: "the frame makes no sense to it",
    wire.UNKNOWN: "it does not know this message",
    wire.TOO_LATE: "a set-point lies before what was promised complete",
}

FAULTS: Final = {
    wire.FAULT_ESTOP: "emergency stop",
    wire.FAULT_OVER_PRESSURE: "over-pressure",
    wire.FAULT_OVER_CAP: "pressure over the cap",
    wire.FAULT_HOLD_TOO_LONG: "pressure held too long",
    wire.FAULT_FILL_TIMEOUT: "does not fill (hose off?)",
    wire.FAULT_VENT_TIMEOUT: "does not vent",
    wire.FAULT_SENSOR: "sensor not plausible",
    wire.FAULT_OVER_TEMPERATURE: "over-temperature",
    wire.FAULT_UNDERRUN: "set-points ran out",
    wire.FAULT_ON_TOO_LONG: "on for too long",
    wire.FAULT_SESSION_TOO_LONG: "session too long",
}

STATES: Final = {
    wire.IDLE: "idle",
    wire.ARMED: "armed",
    wire.REFILL: "refill",
    wire.RUNNING: "running",
    wire.PAUSED: "paused",
    wire.STOPPING: "stopping",
    wire.FAULTED: "faulted",
}


def answer(code: int) -> str:
    """An answer code in words."""
    return ANSWERS.get(code, f"answer {code}")


def fault(code: int) -> str:
    """A fault code in words."""
    return FAULTS.get(code, f"fault {code}")


def state(number: int) -> str:
    """A device state in words."""
    return STATES.get(number, f"state {number}")
