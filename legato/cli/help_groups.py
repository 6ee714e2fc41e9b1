"""The headings under which `legato --help` groups the commands."""

from typing import Final

ROUTINES: Final = "Routines and devices"
PLAYING: Final = "Playing"
SIMULATOR: Final = "The simulator"
PEOPLE: Final = "People, courses and the diary"
HARDWARE: Final = "Hardware and measurements"
SERVICE: Final = "The service and its devices"
