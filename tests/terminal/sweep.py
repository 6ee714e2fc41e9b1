"""Every subcommand, one after the other in a single process, whose streams and surroundings whoever starts it chooses.

`python -m tests.terminal.sweep RESULTS` writes into that file a line of JSON for each: what was asked, the exit code,
and what was said where it went wrong. It runs in a folder of its own, which has `arrow.yaml` in it.
"""

import json
import shlex
import sys
from pathlib import Path
from unittest.mock import patch

from legato.cli import main as cli
from legato.cli.exit_codes import explained
from legato.process.startup import prepare

COMMANDS = """
0 --help
0 --version
2 nonsense
0 profiles
0 devices
0 show ./arrow.yaml
0 show ./arrow.yaml --json
0 check ./arrow.yaml --device chair-1
3 check nonsense
0 preview ./arrow.yaml --device chair-1
0 preview ./arrow.yaml --device chair-1 --json
0 diff ./arrow.yaml goddard --device chair-1
0 diff ./arrow.yaml goddard --device chair-1 --json
0 schema profile
0 schema profile --markdown
0 schema device --markdown
0 new mine
0 replay ./arrow.yaml --device chair-1 --record wire.jsonl
0 monitor wire.jsonl --only setpoints
0 monitor sim://wrap-3 --for 0.1 --json
0 faults
0 soak --sessions 1
0 ports
0 firmware wrap-3 --c
0 conform sim://wrap-3 --yes --rule bad_crc
2 calibrate sim://wrap-3 --out calibrated.yaml
0 flash none --device wrap-3 --dry-run
4 flash none --device wrap-3
0 doctor
0 screen --person ada --answers answers.yaml
2 screen --again
0 screen --questions
0 recommend sleep
0 guide
0 guide foot --json
2 guide nonsense
0 choose --minutes 20 --budget little --often weekly
0 note --before --pain 3 --text 'links → rechts'
0 history
0 history --json
0 person list
0 person use ada
0 person set --comfort-cap 40
0 person show
0 course start daily
0 course next
0 course status
0 course export daily
2 course done nonsense
0 course stop daily
3 mqtt check
3 mqtt purge --yes
0 config show
0 config path
3 serve --config nonsense.yaml
2 sim --tcp nonsense
0 service install --user --print
1 service health
2 service uninstall --user --yes
2 play ./arrow.yaml
2 stop
2 stop --emergency
5 status
5 watch
5 pause
5 resume
5 skip
5 intensity 50
5 clear-fault
"""
"""Each with its exit code. None takes long, and none needs a device, a service or a person; what cannot be is told."""


def commands() -> dict[str, int]:
    """Every command, and the exit code that it has where nothing stands in its way."""
    lines = (line.partition(" ") for line in COMMANDS.split("\n") if line)
    return {command: int(code) for code, _, command in lines}


def main(results: Path) -> None:
    """Runs all of them."""
    said: list[str] = []

    def told(error: BaseException) -> tuple[int, str]:
        code, message = explained(error)
        said.append(message)
        return code, message

    with patch("legato.cli.main.explained", told), results.open("w", encoding="utf-8") as file:
        for command in commands():
            said.clear()
            code = cli.run(shlex.split(command))
            file.write(json.dumps({"command": command, "code": code, "said": said}) + "\n")


if __name__ == "__main__":
    prepare()
    main(Path(sys.argv[1]))
