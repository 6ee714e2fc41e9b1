"""Opens the diary of all people; a damaged one is moved aside, with a warning."""

import logging

from legato.app import people, wall_clock
from legato.care.diary import Diary

_LOG = logging.getLogger(__name__)


def open_diary() -> Diary:
    """The diary of this computer; its `moved_aside` says where a damaged one was put, if there was one.

    Raises:
        DiaryError: it cannot be opened.
    """
    opened = Diary(people.store().diary, wall_clock.now())
    if opened.moved_aside is not None:
        _LOG.warning("the diary was damaged and has been moved to %s; a new one was started", opened.moved_aside)
    return opened
