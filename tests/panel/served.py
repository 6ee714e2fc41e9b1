"""A real service on simulated devices, with routines short enough for a test, in a home of its own."""

import json
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ports import free_port
from tests.running import ask, ready, running

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"

ROUTINES = {
    "brief": """\
format: 1
name: brief
title: Brief pulses
steps:
  - {do: pulse, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 3}
""",
    "lasting": """\
format: 1
name: lasting
title: Lasting pulses
purpose: Something to pause, skip and stop.
steps:
  - {do: pulse, title: First pulses, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 60}
  - {do: rest, title: A breath, seconds: 5}
  - {do: pulse, title: Second pulses, from: calf, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 60}
""",
    "holding": """\
format: 1
name: holding
title: A long hold
steps:
  - {do: hold, from: calf, pressure_mmhg: 30, seconds: 80}
""",
    "asking": """\
format: 1
name: asking
title: One that asks
steps:
  - {do: cue, say: Turn your feet a little, wait: true}
  - {do: pulse, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 60}
""",
    "icy": """\
format: 1
name: icy
title: Ice by hand
steps:
  - {do: cool, from: shin, seconds: 3, by_hand: ice in a cloth}
  - {do: pulse, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 5}
  - {do: cool, from: thigh, seconds: 300, by_hand: ice in a cloth}
""",
    "chilly": """\
format: 1
name: chilly
title: Ice for a moment
steps:
  - {do: cool, from: shin, seconds: 20, by_hand: ice in a cloth}
  - {do: pulse, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 5}
""",
    "spoiled": "format: 1\nname: spoiled\n",
    "hostile": f"""\
format: 1
name: hostile
title: {json.dumps(HOSTILE)}
purpose: {json.dumps(HOSTILE)}
why: {json.dumps(HOSTILE)}
steps:
  - {{do: cue, say: {json.dumps(HOSTILE)}, wait: true}}
  - {{do: pulse, title: {json.dumps(HOSTILE)}, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 60}}
""",
}


@dataclass
class Served:
    """A service that runs at `url`."""

    url: str
    process: "subprocess.Popen[str]"
    token: str | None = None

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        """The answer of the API; an error's status where there is one."""
        return ask(self.url, path, body, method, self.token)

    def state(self, device: str) -> Any:
        return self.ask(f"/devices/{device}", method="GET")

    def end(self) -> None:
        """As systemd ends it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)


@contextmanager
def served(
    folder: Path,
    ports: Sequence[str],
    http_port: int | None = None,
    token: str | None = None,
    environ: Mapping[str, str] | None = None,
    routines: Mapping[str, str] = ROUTINES,
) -> Iterator[Served]:
    """A service of its own in `folder`, with devices at `ports`; `token` is what `environ` has it ask for."""
    kept = folder / "home" / "routines"
    kept.mkdir(parents=True, exist_ok=True)
    for name, text in routines.items():
        (kept / f"{name}.yaml").write_text(text)
    own = {name: str(folder) for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")}
    own |= {"LEGATO_HOME": str(folder / "home"), **(environ or {})}
    given = [f"--port={port}" for port in ports]
    with running("serve", *given, f"--http-port={http_port or free_port()}", **own) as process:
        yield Served(ready(process), process, token)
