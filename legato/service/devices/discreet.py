"""What may be told to anybody: a file by its name, never the folders it lies in, which often name a person."""

import re
from typing import Final

_FOLDERS: Final = re.compile(r"(?:(?<=://)|(?<![\w./]))/(?:[^\s/'\":;,]+/)+")
"""Those of an absolute path, in a sentence or behind the scheme of a port."""


def short_port(port: str) -> str:
    """`/dev/serial/by-id/x` as `x`, `sim://folder/boots.yaml` as `sim://boots.yaml`."""
    scheme, colon, rest = port.rpartition("://")
    return scheme + colon + rest.rpartition("/")[2]


def without_folders(text: str, *ports: str) -> str:
    """`text`, which may speak of `ports`, with every file in it by its name alone."""
    for port in filter(None, ports):
        text = text.replace(port, short_port(port))
    return _FOLDERS.sub("", text)
