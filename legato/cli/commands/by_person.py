"""`legato profiles --by-person`: which built-in routines each person on this computer may play, and why not."""

from typing import Any

from legato.app.people import NOBODY
from legato.app.suitability import Suitability, everyones
from legato.care.gate import Allowed, Caution, GateRefusal
from legato.errors import UsageError
from legato.profiles import load
from legato.terminal import output

WORDS = {Allowed: "plays", Caution: "caution", GateRefusal: "refused"}


def profiles_by_person(device: str, json: bool) -> None:
    """A table of every person and every built-in routine on one device.

    Raises:
        UsageError: there are no people yet.
    """
    target = load.device(device)
    table = everyones(target)
    for error in table.left_out:
        output.say(f"left out: {error}")
    if not table.cells:
        raise UsageError(NOBODY)
    if json:
        cells = table.cells.items()
        output.as_json([_as_dict(routine, who, cell) for routine, row in cells for who, cell in row.items()])
        return
    first = next(iter(table.cells.values()))
    rows = ((routine, *map(_shown, row.values())) for routine, row in table.cells.items())
    output.columns([("", *first), *rows])
    output.data(f"the highest pressure on {target.name} in mmHg; a caution must be acknowledged first")
    for line in dict.fromkeys(f"refused to {who}: {why}" for who, why in table.refusals):
        output.data(line)


def _word(cell: Suitability) -> str:
    return WORDS[type(cell.verdict)]


def _shown(cell: Suitability) -> str:
    return _word(cell) if cell.peak_mmhg is None else f"{_word(cell)} {cell.peak_mmhg:g}"


def _as_dict(routine: str, who: str, cell: Suitability) -> dict[str, Any]:
    head = {"routine": routine, "person": who, "verdict": _word(cell)}
    return {**head, "reasons": cell.reasons, "peak_mmhg": cell.peak_mmhg}
