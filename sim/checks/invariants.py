"""The invariants by name, and one of them broken."""

from dataclasses import dataclass

INVARIANTS = {
    "cap": "no zone is above its cap by more than its sensor's error for more than 0.5 s",
    "hold": "no zone is held longer than its limit",
    "skin": "skin is never above 43 degC",
    "deadman": "every vent is open and every motor and heater off within 2.0 s of losing the host",
    "vented": "every zone is below 8 mmHg within 6 s of losing the host, but for what a leg that moves presses",
    "arm": "nothing moves without arm",
    "latch": "a latched fault never clears itself",
    "relief": "where the exhaust has failed, every remaining path is open within 0.5 s, with the pump off",
    "no rise": "after a fault the pressure never rises again",
    "cause": "every stop names its cause and its evidence",
    "confirmed": "nothing that was confirmed to the person is lost",
    "false alarm": "where nothing has gone wrong, nothing but the person ends a run early",
    "end": "every run ends, with the device at rest",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """`invariant` (a key of `INVARIANTS`) did not hold at `at_s`."""

    invariant: str
    at_s: float
    what: str

    def __str__(self) -> str:
        return f"{self.invariant} at {self.at_s:.2f} s: {self.what}"
