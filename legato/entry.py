"""Where the `legato` script begins: Ctrl-C is answered from the first moment on, also while the rest is imported."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The command line; see `legato.cli.main`. A stop does not wait for it."""
    try:
        from legato.startup import prepare

        prepare()
        from legato.quick import stop

        code = stop(sys.argv[1:])
        if code is not None:
            sys.exit(code)
        from legato.cli import main as run

        run()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
