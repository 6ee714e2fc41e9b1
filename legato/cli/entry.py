"""The entry point of the `legato` script: Ctrl-C is handled from the start, even while modules are being imported."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The command line; see `legato.cli.main.main`. A stop does not wait for its imports."""
    try:
        from legato.process.startup import prepare

        prepare()
        from legato.cli.fast_stop import stop

        code = stop(sys.argv[1:])
        if code is not None:
            sys.exit(code)
        from legato.cli.main import main as run

        run()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
