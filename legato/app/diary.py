"""The diary of all people, opened; one that was damaged is moved aside, which is worth a warning."""

import logging

from legato.app import people, wall_clock
from legato.care.diary import Diary

_LOG = logging.getLogger(__name__)


def open_diary() -> Diary:
    """The diary of this computer, with `moved_aside` where a damaged one was put, if there was one.

    Raises:
        DiaryError: it cannot be opened.
    """
    opened = Diary(people.store().diary, wall_clock.now())
    if opened.moved_aside is not None:
        _LOG.warning("the diary was damaged and is now %s; a new one was begun", opened.moved_aside)
    return opened
