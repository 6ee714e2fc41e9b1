"""What a home system wants to know of routines and courses."""

from legato.app import people, routine_library
from legato.care.planner import State
from legato.cli.commands import course

_ASKS = (State.DUE, State.OVERDUE)


def routine_names() -> tuple[str, ...]:
    """The names of all routines."""
    return tuple(profile.name for profile in routine_library.everything())


def is_course_due() -> bool:
    """Whether a course of anybody's is due."""
    now = people.now()
    followed = (following for name in people.store().names() for following in course.followed_by(name))
    return any(following.plan(now).state in _ASKS for following in followed)
