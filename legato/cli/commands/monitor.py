"""`legato monitor`: the traffic on the wire, decoded frame by frame."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from legato.app.simulated_port import open_sim
from legato.controller.link.noise import ADVICE, unreadable
from legato.controller.ports.opening import open_port
from legato.controller.ports.traffic_recorder import Chunk
from legato.errors import UnusableFile, UsageError
from legato.process.signals import ending_signals
from legato.profiles import load
from legato.profiles.canonical import description_hash
from legato.profiles.device import Device
from legato.sim.device import as_simulated
from legato.terminal import output
from legato.tools.monitor import layouts, lines, tapes
from legato.tools.monitor.frames import Bad, Cutter, Frame
from legato.tools.monitor.reader import Meant, Reader
from legato.tools.monitor.watching import Watcher

SUFFIX = ".jsonl"
ALL = frozenset({*layouts.NAMES.values(), lines.BAD})


def monitor(source: str, only: str, follow: bool, seconds: float | None, json: bool) -> None:
    """Shows a recording to its end, or a device until Ctrl-C, SIGTERM or the end of `seconds`."""
    screen = Screen(_chosen(only), json)
    path = Path(source)
    if "://" not in source and path.is_file():
        _show_tape(path, follow, screen)
    elif path.suffix == SUFFIX and not path.exists():
        raise UnusableFile(f"{source}: there is no such recording; `play --record` and `replay --record` write one")
    elif follow:
        raise UsageError(f"legato monitor: --follow needs a recording, and {source} is not a file")
    else:
        asyncio.run(_watch(source, seconds, screen))
    output.say(screen.total())


class Screen:
    """Decodes and shows traffic."""

    def __init__(self, only: frozenset[str], json: bool) -> None:
        self._only = only
        self._json = json
        self._cutter = Cutter()
        self._reader = Reader({description_hash(device): device for device in _builtin()})
        self._counts: Counter[str] = Counter()
        self._last_s = 0.0

    def take(self, chunk: Chunk) -> None:
        """A piece of traffic."""
        self._last_s = chunk.at_s
        for piece in self._cutter.feed(chunk):
            self._show(self._reader.read(piece) if isinstance(piece, Frame) else piece)

    def end(self) -> None:
        """There is no more traffic."""
        for piece in self._cutter.end(self._last_s):
            self._show(piece)

    def total(self) -> str:
        """The totals."""
        counts = self._counts
        host, device, bad = counts["host"], counts["device"], counts[lines.BAD]
        total = f"{host} frames of the host, {device} of the device, {bad} bad"
        return f"{total}\nbad line: {unreadable(bad, host + device)}; {ADVICE}" if bad and host + device else total

    def _show(self, seen: Meant | Bad) -> None:
        name = lines.BAD if isinstance(seen, Bad) else seen.name
        self._counts[lines.BAD if isinstance(seen, Bad) else seen.sender] += 1
        if name not in self._only and self._only:
            return
        if self._json:
            output.as_json_line(lines.as_dict(seen))
        else:
            output.data(lines.text(seen))


def _show_tape(path: Path, follow: bool, screen: Screen) -> None:
    try:
        for chunk in tapes.chunks(path, follow):
            screen.take(chunk)
        screen.end()
    except KeyboardInterrupt:
        if not follow:
            raise


async def _watch(port: str, seconds: float | None, screen: Screen) -> None:
    loop, line = asyncio.get_running_loop(), await open_port(port, {"sim": open_sim})
    watching = loop.create_task(Watcher(line, screen.take).watch())
    for number in ending_signals():
        loop.add_signal_handler(number, watching.cancel)
    try:
        async with asyncio.timeout(seconds):
            await watching
    except (TimeoutError, asyncio.CancelledError):
        pass
    finally:
        await line.close()


def _builtin() -> Iterator[Device]:
    """The devices that are recognised without a description on the line: as built, and as simulated."""
    for device in load.builtin_devices().values():
        yield device
        yield as_simulated(device)


def _chosen(only: str) -> frozenset[str]:
    """The names of messages from `setpoints,fault`; an empty set means everything, unnamed messages included."""
    names = frozenset(word.strip().upper() for word in only.split(",") if word.strip())
    if names - ALL:
        known = ", ".join(sorted(ALL)).lower()
        what = ", ".join(sorted(names - ALL)).lower()
        raise UsageError(f"legato monitor: --only {what}: no such message; the messages are {known}")
    return names
