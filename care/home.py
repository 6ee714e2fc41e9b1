"""Where everything personal is kept. It imports little: `legato stop` asks it, too."""

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path


def home(environ: Mapping[str, str]) -> Path:
    """The folder of everything personal: `LEGATO_HOME`, or the platform's place for user data."""
    return Path(environ["LEGATO_HOME"]) if environ.get("LEGATO_HOME") else user_data_path("legato")
