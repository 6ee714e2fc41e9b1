"""Two routines compared on one device: how long, how strong, how each zone is pressed, which steps differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import ndiff

from legato.app import report_text
from legato.app.compile_for import compiled
from legato.draw import curves
from legato.draw.curves import Curve, Curves
from legato.errors import UsageError
from legato.profiles.device import Device
from legato.profiles.profile import Profile

PRESSED_MMHG = 10.0
"""Above this a zone counts as pressed; the light contact between strokes is below it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The curves of both on the device, and their steps as a diff: `-` only in the first, `+` only in the second."""

    device: Device
    plans: tuple[Curves, Curves]
    steps: Sequence[str]

    @property
    def zones(self) -> Iterator[tuple[Curve, Curve]]:
        """The same zone of one leg in both, from the top down."""
        return zip(self.plans[0].one_leg[::-1], self.plans[1].one_leg[::-1], strict=True)


def compare(first: Profile, second: Profile, device: Device) -> Comparison:
    """Both routines as they play on the device.

    Raises:
        CompileError: one cannot be played safely on it.
    """
    a, b = (curves.of_schedule(compiled(profile, device)) for profile in (first, second))
    return Comparison(device, (a, b), list(_steps(first, second)))


def pressed_s(plan: Curves, curve: Curve) -> float:
    """How long one channel presses, in seconds."""
    pressed = [mmhg > PRESSED_MMHG for mmhg in curve.commanded]
    return pressed.count(True) / len(pressed) * plan.duration_s


def insist_on_two(first: str, second: str) -> None:
    """Raises UsageError if a routine would be compared with itself."""
    if first == second:
        raise UsageError(f"{first} does not differ from itself; name two routines")


def _steps(a: Profile, b: Profile) -> Iterator[str]:
    lines = ndiff(list(report_text.steps(a)), list(report_text.steps(b)))
    return (line.rstrip() for line in lines if not line.startswith("?"))
