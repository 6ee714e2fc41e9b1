"""What is measured of warmth, cold, motors and words: when they come, for how long, and what waits for what."""

from legato.profiles.anatomy import Zone
from legato.profiles.device import Channel, Motor, Quantity, Roller
from legato.profiles.felt_zones import felt
from legato.profiles.schedule import Cue
from legato.profiles.words import zone_word
from tests.articles.found import Found, judged
from tests.articles.played import Played

WARM_C = 34.0
"""Above what skin under a pad comes to by itself."""


def warms_after(played: Played, asked: str, minutes: float) -> Found:
    """Nothing is warm before the question is answered, and afterwards it is for so many minutes, pad or by hand."""
    question = _cue(played, asked)
    heats = [c for c in played.schedule.device.channels if c.quantity is Quantity.TEMPERATURE]
    spans = [(a / 1000, b / 1000) for c in heats for a, b in played.tracks[c.index].spans(WARM_C)]
    if question is None:
        return judged(False, "the question is not asked")
    if not spans:
        return _by_hand(played, "heating pad", minutes, question.session_ms / 1000)
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    holds = first >= question.session_ms / 1000 and last - first >= 0.8 * minutes * 60
    return judged(holds, f"asked at {question.session_ms / 1000:.0f} s, warm from {first:.0f} s to {last:.0f} s")


def warms(played: Played, zone: str, minutes: float) -> Found:
    """What warms the zone does so for so many minutes."""
    heats = [
        c for c in played.schedule.device.channels if c.quantity is Quantity.TEMPERATURE and c.actuator.zone == zone
    ]
    spans = [(a, b) for c in heats for a, b in played.tracks[c.index].spans(WARM_C)]
    lasting = sum(b - a for a, b in spans) / 60_000
    top = max((max(played.tracks[c.index].values) for c in heats), default=0.0)
    said = [line for line in played.said("dropped") if "heat" in line and zone_word(Zone(zone)) in line]
    return judged(lasting >= 0.9 * minutes, f"{lasting:.0f} min at {top:.0f} °C", said)


def never_warm(played: Played) -> Found:
    """Nothing warms, and nobody is asked to lay on anything warm."""
    heats = [c for c in played.schedule.device.channels if c.quantity is Quantity.TEMPERATURE]
    top = max((max(played.tracks[c.index].values) for c in heats), default=0.0)
    asked = [cue for cue in played.schedule.cues if "heating" in cue.say]
    limit = f"no warmer than {top:.0f} °C" if top else "no heater is on"
    return judged(top < WARM_C and not asked, f"{limit}, {len(asked)} requests to warm")


def unanswered(played: Played) -> Found:
    """Where nobody answers, nothing is warm on the trace, and all that came after the question is left out."""
    heats = [c for c in played.schedule.device.channels if c.quantity is Quantity.TEMPERATURE]
    top = max((max(played.tracks[c.index].values) for c in heats), default=0.0)
    ends, whole = played.tracks[0].times[-1] / 1000, played.schedule.duration_ms / 1000
    measured = f"ends after {ends:.0f} s of {whole:.0f} s" + (f", no warmer than {top:.0f} °C" if heats else "")
    return judged(top < WARM_C and ends < whole - 60, measured)


def cools(played: Played, what: str, least_s: float, most_s: float) -> Found:
    """Cold for a time between the two, laid on and taken off on request, with nothing pressing meanwhile."""
    return _by_hand(played, what, least_s / 60, 0.0, most_s / 60)


def _by_hand(played: Played, what: str, least_min: float, after_s: float, most_min: float = 60.0) -> Found:
    on, off = _cue(played, what), _cue(played, "Confirm when it is off")
    if on is None or off is None or not (on.wait and off.wait):
        return judged(False, f"nobody is asked to put on {what}", _left_out(played))
    begins, ends = on.session_ms / 1000, off.session_ms / 1000
    meanwhile = [p for p in played.presses() if p.begins < ends and p.ends > begins]
    holds = least_min <= (ends - begins) / 60 <= most_min and begins >= after_s and not meanwhile
    measured = f"“{on.say}” At {begins:.0f} s; {(ends - begins) / 60:.0f} min, {len(meanwhile)} presses meanwhile"
    return judged(holds, measured)


def strokes_wait(played: Played, what: str) -> Found:
    """No stroke begins before the answer that what was laid on is off."""
    off = _cue(played, "Confirm when it is off")
    if off is None:
        return judged(False, f"nobody is asked to take off {what}", _left_out(played))
    first = min((p.begins for p in played.presses()), default=0.0)
    return judged(off.wait and first >= off.session_ms / 1000, f"“{off.say}” The first stroke at {first:.0f} s")


def _left_out(played: Played) -> list[str]:
    """What the report says of warmth and cold that nothing plays."""
    lines = [line for line in played.said("dropped") if "plays nothing" in line]
    return [line for line in lines if "asked heat" in line or "asked cool" in line]


def motors(played: Played, zones: list[str]) -> Found:
    """Motors or rollers work in each of the zones."""
    moving = [c for c in played.schedule.device.channels if isinstance(c.actuator, Motor | Roller)]
    worked = {z: s for z in zones if (s := _seconds(played, moving, z))}
    measured = ", ".join(f"{zone_word(Zone(zone))} {seconds:.0f} s" for zone, seconds in worked.items())
    missing = [zone for zone in zones if zone not in worked]
    return judged(not missing, measured or "no motor works", played.lost(missing))


def _seconds(played: Played, moving: list[Channel], zone: str) -> float:
    own = [c for c in moving if c.actuator.zone == zone and c.quantity is Quantity.INTENSITY]
    return sum(b - a for c in own for a, b in played.tracks[c.index].spans(0.0)) / 1000


def covers(played: Played, zones: list[str]) -> Found:
    """Something presses or moves in each of the zones."""
    missing = [zone for zone in zones if zone not in felt(played.schedule)]
    there = [zone_word(Zone(zone)) for zone in zones if zone not in missing]
    return judged(not missing, f"felt at {', '.join(there) or 'none of them'}", played.lost(missing))


def tells(played: Played, say: str, wait: bool = False, before: str | None = None) -> Found:
    """A cue with these words is said, before the step `before` if there is one."""
    cue = _cue(played, say)
    if cue is None:
        return judged(False, f"nothing says “{say}”")
    then = played.windows(before)[0][0] if before else float("inf")
    waits = ", waits for the answer" if cue.wait else ""
    return judged(
        cue.session_ms / 1000 <= then and cue.wait >= wait, f"at {cue.session_ms / 1000:.0f} s: “{cue.say}”{waits}"
    )


def in_order(played: Played, steps: list[str]) -> Found:
    """The steps play one after the other; of one of which nothing plays, the report says so."""
    at = {step: next((one for one in played.windows(step) if _plays(played, *one)), None) for step in steps}
    gone = [line for step, one in at.items() if one is None for line in played.said("dropped", title=step)]
    starts = [one[0] for one in at.values() if one]
    measured = ", then ".join(f"“{step}” at {one[0]:.0f} s" for step, one in at.items() if one)
    return judged(len(starts) == len(steps) and starts == sorted(starts), measured, gone)


def _plays(played: Played, start: float, end: float) -> bool:
    """Whether anything plays or is said in a window; a question takes no time of the routine's."""
    return end > start or any(cue.session_ms / 1000 == start for cue in played.schedule.cues)


def _cue(played: Played, words: str) -> Cue | None:
    return next((cue for cue in played.schedule.cues if words in cue.say), None)
