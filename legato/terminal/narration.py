"""What happens in words, for whoever sits at the keys."""

from legato.controller.session import narration
from legato.controller.session.events import CueShown, Event, Found, Paused


def sentence(event: Event) -> str | None:
    """The event as a person would say it, with the key that goes on where something waits for one."""
    match event:
        case CueShown() if event.cue.wait:
            return question(event.cue.say)
        case Paused() | Found():
            return f"{narration.sentence(event)} (space resumes)"
        case _:
            return narration.sentence(event)


def question(say: str) -> str:
    """What is asked, with the key that goes on."""
    return f'"{say}" (space goes on)'
