"""What a home system wants to know of routines and courses."""

from care.planner import State
from legato import people
from legato.commands import course
from legato.serve import library

Overview = tuple[tuple[str, ...], bool]

_ASKS = (State.DUE, State.OVERDUE)


def overview() -> Overview:
    """The names of all routines, and whether a course of anybody's is due."""
    now = people.now()
    followed = (following for name in people.store().names() for following in course.followed_by(name))
    is_due = any(following.plan(now).state in _ASKS for following in followed)
    return tuple(profile.name for profile in library.everything()), is_due
