"""Under which heading `legato --help` shows a command."""

from typing import Final

ROUTINES: Final = "Routines and devices"
PLAYING: Final = "Playing"
SIMULATOR: Final = "The simulator"
PEOPLE: Final = "People, courses and the diary"
HARDWARE: Final = "Hardware and measurements"
SERVICE: Final = "The service, and what it plays"
