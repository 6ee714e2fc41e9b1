"""The events of a session in words, for whoever sits at the keys."""

from legato.controller.session import narration
from legato.controller.session.events import CueShown, Event, Found, Paused


def sentence(event: Event) -> str | None:
    """The event as a person would say it, with the key that goes on where something waits for one."""
    text = narration.sentence(event)
    return None if text is None else text + _hint(event)


def _hint(event: Event) -> str:
    match event:
        case CueShown() if event.cue.wait:
            return " (space goes on)"
        case Paused() | Found():
            return " (space resumes)"
        case _:
            return ""
