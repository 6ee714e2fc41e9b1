"""Where all personal data is kept. It imports little, since `legato stop` needs it, too."""

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path

from legato.care.errors import CareError


def home(environ: Mapping[str, str]) -> Path:
    """The folder for personal data: `LEGATO_HOME`, or the platform's folder for user data.

    Raises:
        CareError: no home folder is known.
    """
    if given := environ.get("LEGATO_HOME"):
        return Path(given)
    try:
        return user_data_path("legato")
    except RuntimeError as error:
        what = "no home folder is known for people and the diary; set LEGATO_HOME, or HOME, to a whole path"
        raise CareError(what) from error
