"""How the monitor shows a frame: a line for people, an object for programs."""

from typing import Any

from legato.tools.monitor.frames import Bad, Frame
from legato.tools.monitor.reader import Meant

BAD = "BAD"


def text(seen: Meant | Bad) -> str:
    """`  12.340000 s  host    4660  12  RUN  epoch 1, session_ms 0, at_device_ms NOW`"""
    if isinstance(seen, Bad):
        return f"{_head(seen)}             {BAD}  {seen.why}: {seen.data.hex(' ')}"
    frame = seen.frame
    fields = ", ".join(f"{name} {_shown(value)}" for name, value in seen.fields.items())
    return f"{_head(frame)}  {frame.session:5} {frame.seq:3}  {seen.name:<15}  {fields}".rstrip()


def as_dict(seen: Meant | Bad) -> dict[str, Any]:
    """The frame as an object, for programs."""
    if isinstance(seen, Bad):
        return {**_when(seen), "bad": seen.why, "hex": seen.data.hex()}
    frame = seen.frame
    return {**_when(frame), "session": frame.session, "seq": frame.seq, "message": seen.name, "fields": seen.fields}


def _when(seen: Frame | Bad) -> dict[str, Any]:
    return {"t": seen.at_s, "from": "host" if seen.is_ours else "device"}


def _head(seen: Frame | Bad) -> str:
    return f"{seen.at_s:11.6f} s  {'host  ' if seen.is_ours else 'device'}"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return "[" + "; ".join(f"{name} {_shown(inner)}" for name, inner in value.items()) + "]"
        case list():
            return "[" + "; ".join(_row(row) for row in value) + "]"
    return str(value)


def _row(row: dict[str, Any]) -> str:
    ramp = f" in {row['ramp_ms']} ms" if row["ramp_ms"] else " immediately"
    return f"{row['at_ms']} ms {row['channel']} to {row['target']}{ramp}"
