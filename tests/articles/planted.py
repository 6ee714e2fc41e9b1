"""Faults to plant into a routine as it plays."""

from collections.abc import Callable
from dataclasses import replace

from legato.profiles.device import Quantity
from legato.profiles.schedule import Span, Track
from tests.articles.played import Played

Fault = Callable[[Played], Played]


def _curves(change: Callable[[Track], Track], only: str) -> Fault:
    """The curves of all channels with `only` in their name are others."""

    def planted(played: Played) -> Played:
        pairs = zip(played.schedule.device.channels, played.tracks, strict=True)
        return replace(played, tracks=tuple(change(t) if only in c.name else t for c, t in pairs))

    return planted


def later(seconds: float, only: str = "") -> Fault:
    """Everything there comes so much later, or earlier."""
    return _curves(lambda t: Track(tuple(ms + seconds * 1000 for ms in t.times), t.values), only)


def as_firm(factor: float, only: str = "") -> Fault:
    """Everything there is so many times as firm."""
    return _curves(lambda t: Track(t.times, tuple(v * factor for v in t.values)), only)


def gone(only: str) -> Fault:
    """Nothing happens there."""
    return as_firm(0.0, only)


def always(value: float, only: str) -> Fault:
    """What is there stays as it is, from the beginning to the end."""
    return _curves(lambda t: Track(t.times, tuple(value for _ in t.values)), only)


def growing(only: str = "") -> Fault:
    """Everything there grows firmer and firmer."""
    return _curves(lambda t: Track(t.times, tuple(_grown(t, i) for i in range(len(t.times)))), only)


def _grown(track: Track, i: int) -> float:
    share = track.times[i] / track.times[-1]
    return track.values[i] * (2 * share) ** 3


def nothing_until(seconds: float) -> Fault:
    """Nothing happens before that."""
    return _curves(lambda t: Track(t.times, tuple(_from(t, i, seconds * 1000) for i in range(len(t.times)))), "")


def _from(track: Track, i: int, ms: float) -> float:
    return track.values[i] if track.times[i] >= ms else 0.0


def swapped(one: str, other: str) -> Fault:
    """Each of two channels does what the other is to do."""

    def planted(played: Played) -> Played:
        index = {c.name: c.index for c in played.schedule.device.channels}
        tracks = list(played.tracks)
        tracks[index[one]], tracks[index[other]] = tracks[index[other]], tracks[index[one]]
        return replace(played, tracks=tuple(tracks))

    return planted


def upside_down(played: Played) -> Played:
    """The highest place of the left leg does what the lowest is to do, and so on: strokes run down."""
    left = [c for c in played.schedule.device.channels if c.name.startswith("left") and c.quantity is Quantity.PRESSURE]
    left.sort(key=lambda c: c.actuator.from_cm)
    tracks = list(played.tracks)
    for here, there in zip(left, reversed(left), strict=True):
        tracks[here.index] = played.tracks[there.index]
    return replace(played, tracks=tuple(tracks))


def in_unison(played: Played) -> Played:
    """Behind the left knee the same happens as in front of it, at the same time."""
    index = {c.name: c.index for c in played.schedule.device.channels}
    tracks = list(played.tracks)
    tracks[index["left_knee_back"]] = tracks[index["left_knee_front"]]
    return replace(played, tracks=tuple(tracks))


def wordless(played: Played) -> Played:
    """Nothing is said."""
    return replace(played, schedule=replace(played.schedule, cues=()))


def unset(only: str) -> Fault:
    """Nothing is ever commanded there."""

    def planted(played: Played) -> Played:
        channels = played.schedule.device.channels
        kept = tuple(s for s in played.schedule.setpoints if only not in channels[s.channel].name)
        return replace(played, schedule=replace(played.schedule, setpoints=kept))

    return planted


def last_first(played: Played) -> Played:
    """The steps play in the opposite order."""
    end = played.schedule.duration_ms
    spans = tuple(Span(s.step, end - s.end_ms, end - s.start_ms) for s in played.schedule.spans)
    return replace(played, schedule=replace(played.schedule, spans=spans))
