"""The live view in a terminal: step, progress, pressure of each zone commanded and measured, link health, keys."""

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from controller.events import Event
from legato.output import clock
from legato.progress import Progress
from profiles.anatomy import Side
from profiles.device import HARD_CAP_MMHG, Channel, Quantity

BAR_WIDTHS = (6, 24)
"""Narrowest and widest bar, in columns; a terminal with less room gets figures only."""

BESIDE_BARS = 46
"""Columns that names, figures and gaps take beside two bars."""

KEYS = "x or Esc emergency stop   q stop   space pause/resume   + - intensity   s skip"
_BEFORE_RIGHT = (Side.LEFT, Side.BOTH)


class LiveView:
    """Redraws itself with every event; gives the terminal back when closed.

    What must never be hidden, news and keys, stands at the top: a terminal that is too low cuts the zones.
    """

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console = console
        self._progress = progress
        self._top_mmhg = _top(progress)
        self._begin()

    def show(self, _event: Event) -> None:
        if self._console.size != self._size:
            self.close()
            self._console.clear()
            self._begin()
        self._live.update(self._drawn(), refresh=True)

    def close(self) -> None:
        self._live.stop()

    def _begin(self) -> None:
        """Takes as much of the terminal as there is at this moment."""
        self._size = self._console.size
        room = (self._size.width - BESIDE_BARS) // 2
        self._bar_width = min(room, BAR_WIDTHS[1]) if room >= BAR_WIDTHS[0] else 0
        self._live = Live(self._drawn(), console=self._console, auto_refresh=False, vertical_overflow="crop")
        self._live.start()

    def _drawn(self) -> RenderableType:
        progress = self._progress
        return Group(
            _head(progress),
            ProgressBar(
                total=max(progress.schedule.duration_ms, 1),
                completed=progress.session_ms,
                width=min(self._size.width - 1, 78),
            ),
            _wrapped(progress.news, "bold" if progress.cue or progress.waits_for_resume else ""),
            _wrapped(KEYS, "dim"),
            Text(""),
            self._zones(),
            Text(""),
            _link(progress),
        )

    def _zones(self) -> Table:
        """A row for each place from the top of the leg down, left before right."""
        table = Table.grid(padding=(0, 2))
        if any(a.side is Side.RIGHT for a in self._progress.schedule.device.actuators):
            table.add_row("", Text("left", style="dim"), Text("right", style="dim"))
        rows: dict[tuple[float, str], list[RenderableType]] = {}
        for channel in sorted(
            self._progress.schedule.device.channels, key=lambda c: c.actuator.side not in _BEFORE_RIGHT
        ):
            place = (-channel.actuator.from_cm, _place(channel))
            rows.setdefault(place, [Text(_place(channel), justify="right")]).append(self._cell(channel))
        for _, cells in sorted(rows.items(), key=lambda row: row[0]):
            table.add_row(*cells)
        return table

    def _cell(self, channel: Channel) -> Text:
        commanded, measured = _values(channel, self._progress)
        if channel.quantity is not Quantity.PRESSURE:
            return Text(f"{commanded:5.0f} {channel.unit}")
        shown = 0.0 if measured is None else measured
        text = bar(commanded / self._top_mmhg, shown / self._top_mmhg, self._bar_width) if self._bar_width else Text()
        return text.append(f" {shown:3.0f} of {commanded:3.0f}" if measured is not None else "  no sensor")


def bar(commanded: float, measured: float, width: int) -> Text:
    """A bar as long as what is measured, with a mark at what is commanded; both as parts of the scale."""
    filled = min(max(round(measured * width), 0), width)
    mark = min(max(round(commanded * width), 0), width - 1)
    text = Text("█" * filled + "·" * (width - filled))
    text.stylize("cyan", 0, filled)
    text.stylize("dim", filled, width)
    text.plain = text.plain[:mark] + "┃" + text.plain[mark + 1 :]
    text.stylize("bold yellow", mark, mark + 1)
    return text


def _head(progress: Progress) -> Text:
    now, whole = clock(progress.session_ms / 1000), clock(progress.schedule.duration_ms / 1000)
    title = f"{progress.schedule.profile} on {progress.schedule.device.name}"
    head = Text(title, style="bold").append(f"   {progress.now}   {now} of {whole}, {clock(progress.left_s)} left")
    return head.append(f"   intensity {progress.percent} %\n").append(progress.step)


def _link(progress: Progress) -> Text:
    latest = progress.latest
    if latest is None:
        return Text("link: waiting for the device", style="dim")
    return Text(
        f"link: round trip {latest.rtt_ms:.0f} ms, {latest.slack_ms / 1000:.1f} s ahead, lost {latest.lost}, "
        f"re-sent {latest.resent}, bad {latest.bad_frames}, set-points at most {latest.late_max_ms} ms late",
        style="dim",
    )


def _wrapped(text: str, style: str) -> Text:
    """Text that goes on in the next line where the terminal is narrow."""
    return Text(text, style=style, no_wrap=False, overflow="fold")


def _values(channel: Channel, progress: Progress) -> tuple[float, float | None]:
    if progress.latest is None:
        return 0.0, 0.0
    return progress.latest.commanded[channel.index], progress.latest.measured[channel.index]


def _place(channel: Channel) -> str:
    words = channel.name.replace("_", " ").replace("-", " ").replace(".", " ").split()
    return " ".join(word for word in words if word not in {"left", "right"})


def _top(progress: Progress) -> float:
    """The scale's end in mmHg: a little above what the routine asks for."""
    pressures = (s.target for s in progress.schedule.setpoints if _is_pressure(progress, s.channel))
    return min(max(pressures, default=HARD_CAP_MMHG) * 1.25 + 1, HARD_CAP_MMHG)


def _is_pressure(progress: Progress, channel: int) -> bool:
    return progress.schedule.device.channels[channel].quantity is Quantity.PRESSURE
