"""`legato flash`: copies the reference firmware onto a MicroPython board."""

from dataclasses import dataclass
from pathlib import Path

from legato.app.duplicate_ports import ambiguity
from legato.errors import Failed, NotAllowed, UsageError
from legato.profiles import load
from legato.terminal import asking, output
from legato.tools.flash.copying import Remote
from legato.tools.flash.image import BOARDS, Board, Image, image
from legato.tools.flash.prompt import insist_on_prompt


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether the person has already said `yes`, and whether they may be asked."""

    yes: bool
    may_ask: bool


def flash(port: str, device: str, board: str, main: Path | None, mpy: bool, dry_run: bool, consent: Consent) -> None:
    """Asks, copies, verifies every file by its hash, and restarts the board; `dry_run` only lists the files."""
    if board not in BOARDS:
        raise UsageError(f"legato flash: there is no board {board}; the boards are {', '.join(BOARDS)}")
    files = image(load.device(device), BOARDS[board], main, mpy)
    if dry_run:
        output.columns([(name, f"{len(data)} bytes") for name, data in files.items()])
        return
    if unclear := ambiguity(port):
        raise NotAllowed(f"legato flash: {unclear}")
    insist_on_prompt(port)
    remote = Remote(port)
    _insist_on(BOARDS[board], remote)
    _ask(port, device, files, consent)
    remote.put(files)
    wrong = remote.differing(files)
    if wrong:
        raise Failed(f"not copied correctly: {', '.join(wrong)}; flash the board again before you use it")
    remote.reset()
    output.data(
        f"{len(files)} files copied, all hashes match; the board restarts. Open its strap and reset it to play."
    )


def _insist_on(board: Board, remote: Remote) -> None:
    found = remote.platform()
    if found != board.platform:
        what = f"the board on this port is {found}, not {board.platform}; the wrong pins would be driven"
        raise NotAllowed(f"legato flash: {what}")


def _ask(port: str, device: str, files: Image, consent: Consent) -> None:
    if consent.yes:
        return
    if not consent.may_ask:
        raise UsageError("legato flash: --no-input forbids to ask; --yes confirms that it may be overwritten")
    size = sum(map(len, files.values())) // 1000
    what = f"This replaces main.py, device.py and firmware/ on {port} with {len(files)} files ({size} kB) for {device}."
    asking.insist_on_yes("legato flash", f"{what} Go on? [y/N] ", "it may be overwritten")
