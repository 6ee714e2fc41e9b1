"""A page whose tables are measured, not typed: the text between two marks is replaced, the rest is left unchanged."""

import re
from pathlib import Path

from legato.errors import UnusableFile
from legato.files import insist_on_file

_MARK = "<!-- measured: {} -->"
_END = "<!-- end -->"


def put(page: str, name: str, text: str) -> str:
    """`page` with `text` as the part `name`; raises UnusableFile if the page has no such part."""
    mark = _MARK.format(name)
    part = re.compile(f"{re.escape(mark)}\n.*?{re.escape(_END)}\n", re.DOTALL)
    if len(part.findall(page)) != 1:
        raise UnusableFile(f"the page must have one part between {mark} and {_END}")
    return part.sub(lambda _: f"{mark}\n{text}{_END}\n", page)


def write(path: Path, parts: dict[str, str]) -> None:
    """Puts all `parts` into the page at `path`, or writes nothing and raises UnusableFile."""
    insist_on_file(path)
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableFile(f"{path}: cannot be read: {error}") from None
    for name, text in parts.items():
        page = put(page, name, text)
    path.write_text(page, encoding="utf-8")
