"""`legato conform`: does the device on a port follow the rules of the protocol?"""

import asyncio
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from random import Random

from legato.app.simulated_port import open_sim
from legato.cli.exit_codes import Exit
from legato.controller.ports.opening import open_port
from legato.errors import UsageError
from legato.files import written
from legato.sim import clock
from legato.terminal import asking, output
from legato.tools.conform import report
from legato.tools.conform.bench import LOW_MMHG
from legato.tools.conform.kit import Report, RuleVerdict
from legato.tools.conform.kit import conform as play_rules
from legato.tools.conform.rule import Rule
from legato.tools.conform.rules import RULES

SIMULATED = "sim://"
QUESTION = (
    f"This fills the first chamber of the device to {LOW_MMHG:g} mmHg several times, stops it and lets it go silent, "
    "for about a minute. Is nobody wearing it, or does the wearer agree? [y/N] "
)


def conform(port: str, only: list[str], yes: bool, json: bool, junit: Path | None) -> Exit:
    """Tests the rules, prints the result of each, and fails if one is broken."""
    rules = _chosen(only)
    is_simulated = port.startswith(SIMULATED)
    if not (yes or is_simulated):
        asking.insist_on_yes("legato conform", QUESTION, "the device may move")
    tell: Callable[[RuleVerdict], None] = (
        (lambda _: None) if json else lambda verdict: output.data(report.line(verdict))
    )
    run = clock.run if is_simulated else asyncio.run
    found: Report = run(_conform(port, rules, Random(0) if is_simulated else Random(), tell))  # noqa: S311 - no secret
    if json:
        output.as_json(report.as_dict(found))
    else:
        output.data(report.last_line(found))
    if junit is not None:
        with written(junit) as file:
            file.write(report.as_junit(found))
    if found.lost:
        return Exit.LINK_LOST
    return Exit.DONE if found.conforms else Exit.FAILED


async def _conform(port: str, rules: Sequence[Rule], rng: Random, tell: Callable[[RuleVerdict], None]) -> Report:
    line = await open_port(port, {"sim": open_sim})
    try:
        return await play_rules(line, rules, rng, tell)
    finally:
        await line.close()


def _chosen(only: list[str]) -> list[Rule]:
    by_name = {rule.name: rule for rule in RULES}
    for name in only:
        if name not in by_name:
            near = get_close_matches(name, by_name, 1)
            hint = f"did you mean {near[0]}?" if near else f"the rules are {', '.join(by_name)}"
            raise UsageError(f"legato conform: there is no rule {name}; {hint}")
    return [by_name[name] for name in only] or list(RULES)
