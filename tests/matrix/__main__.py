"""`make matrix`: what a service must bear. `python -m tests.matrix PART [what of it]`; without a part, all of them."""

import sys
from collections.abc import Callable
from typing import Final

from tests.matrix import side_channels, versions

PARTS: Final[dict[str, Callable[..., int]]] = {
    "side-channels": side_channels.main,
    "versions": versions.main,
}


def main(part: str | None = None, *only: str) -> int:
    """1 where a cell of any part is wrong."""
    if part is not None and part not in PARTS:
        sys.exit(f"there is no part {part}; there are {', '.join(PARTS)}")
    return max(PARTS[name](*only) for name in ([part] if part else PARTS))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
