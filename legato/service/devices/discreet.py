"""Text that may be shown to anybody: files by name only, without their folders, which often name a person."""

import re
from typing import Final

_FOLDERS: Final = re.compile(r"(?:(?<=://)|(?<![\w./]))/(?:[^\s/'\":;,]+/)+")
"""The folders of an absolute path, in a sentence or after the scheme of a port."""


def short_port(port: str) -> str:
    """`/dev/serial/by-id/x` as `x`, `sim://folder/boots.yaml` as `sim://boots.yaml`."""
    scheme, colon, rest = port.rpartition("://")
    return scheme + colon + rest.rpartition("/")[2]


def without_folders(text: str, *ports: str) -> str:
    """`text`, which may mention `ports`, with every file path in it reduced to the file name."""
    for port in filter(None, ports):
        text = text.replace(port, short_port(port))
    return _FOLDERS.sub("", text)
