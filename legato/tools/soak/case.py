"""One session of a soak: what is played, on what, for whom, and with which faults."""

from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

from ruamel.yaml import YAML

from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.sim.faults.script import Script

Wish = Literal["pause", "resume", "skip", "intensity", "stop", "emergency_stop"]


@dataclass(frozen=True, slots=True)
class Touch:
    """What the person does at `at_s`; `percent` belongs to `intensity`."""

    at_s: float
    wish: Wish
    percent: int = 100

    def __str__(self) -> str:
        return f"{self.at_s:g} s: {self.wish}" + (f" {self.percent} %" if self.wish == "intensity" else "")


@dataclass(frozen=True, slots=True)
class Case:
    """One session; `seed` determines everything random in the run: noise, boot ids, session ids, random faults."""

    seed: int
    profile: Profile
    device: Device
    restrictions: Restrictions
    script: Script
    touches: tuple[Touch, ...]


def as_text(case: Case) -> str:
    """The case as text; routine and faults are in the format of `legato replay --faults`."""
    lines = [f"# seed {case.seed}, device {case.device.name}"]
    if case.restrictions != Restrictions():
        lines.append(f"# person: {case.restrictions}")
    lines += [f"# {touch}" for touch in case.touches]
    script = case.script.model_dump(mode="json", exclude_none=True)
    profile = case.profile.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return "\n".join([*lines, "--- # faults", _yaml(script), "--- # routine", _yaml(profile)])


def _yaml(data: dict[str, Any]) -> str:
    text = StringIO()
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 120
    yaml.dump(data, text)
    return text.getvalue().rstrip()
