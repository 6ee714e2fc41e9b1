"""Events in words, for the person at the keyboard."""

from legato.controller.session import narration
from legato.controller.session.events import CueShown, Event, Found, Paused


def sentence(event: Event) -> str | None:
    """The event in words, with the key that continues if something is waiting for one."""
    match event:
        case CueShown() if event.cue.wait:
            return question(event.cue.say)
        case Paused() | Found():
            return f"{narration.sentence(event)} (space resumes)"
        case _:
            return narration.sentence(event)


def question(say: str) -> str:
    """The question, with the key that continues."""
    return f'"{say}" (space continues)'
