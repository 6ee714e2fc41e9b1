"""Runs the kit: connects to a device, tests rule after rule, and leaves the device at rest."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random
from typing import Final

from legato.controller.errors import NotLegato, PortLost
from legato.controller.link import wire_names
from legato.controller.link.device_messages import Welcome
from legato.controller.link.host_messages import Stop
from legato.controller.ports.port import Port
from legato.firmware import wire
from legato.profiles import canonical
from legato.profiles.device import Device
from legato.tools.conform.bench import STATUS_S, Bench
from legato.tools.conform.broken import Broken
from legato.tools.conform.probe import PassedBytes, Probe
from legato.tools.conform.rule import Rule
from legato.tools.conform.rules.greeting import description

MEETING_TRIES: Final = 10
"""Five seconds: some boards restart when their port is opened."""

NOBODY: Final = "no Legato device on this port: nothing answered with WELCOME"


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """The result of a rule: `broken` says why it is broken, None if kept; `passed` has the last bytes on the line."""

    rule: Rule
    broken: str | None
    seconds: float
    passed: tuple[PassedBytes, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The device that was tested (`device` is None if its description is not valid), and a verdict for each rule.

    If the connection was lost, `lost` says why, and the remaining rules are `untried`. `latched` is the fault that the
    device held at first; it has to be cleared before the first rule can be tested.
    """

    welcome: Welcome
    device: Device | None
    verdicts: tuple[RuleVerdict, ...]
    lost: str = ""
    untried: tuple[Rule, ...] = ()
    latched: str = ""

    @property
    def conforms(self) -> bool:
        """Whether every rule was tested and is kept."""
        return not (self.failed or self.lost)

    @property
    def failed(self) -> list[RuleVerdict]:
        """The verdicts on broken rules."""
        return [verdict for verdict in self.verdicts if verdict.broken is not None]


async def conform(port: Port, rules: Sequence[Rule], rng: Random, tell: Callable[[RuleVerdict], None]) -> Report:
    """Tests `rules` on the device on `port`; calls `tell` with each verdict.

    Raises:
        NotLegato: nothing on the port answers with WELCOME.
        PortLost: the connection was lost before that.
    """
    async with _at_work(port, rng) as bench:
        welcome = await _met(bench)
        latched = await _latched(bench) if welcome and welcome.state == wire.FAULTED else ""
        verdicts = await _tried_all(bench, rules, tell) if welcome else []
    if welcome is None:
        raise PortLost(bench.probe.lost) if bench.probe.lost else NotLegato(NOBODY)
    return Report(welcome, bench.device, tuple(verdicts), bench.probe.lost, tuple(rules[len(verdicts) :]), latched)


@asynccontextmanager
async def _at_work(port: Port, rng: Random) -> AsyncIterator[Bench]:
    """A bench that listens and sends heartbeats; however it ends, the device is sent a STOP."""
    bench = Bench(Probe(port), rng)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bench.probe.listen()), group.create_task(bench.heart())]
        try:
            yield bench
        finally:
            with suppress(Broken):
                bench.probe.write(wire.encode(wire.STOP, 0, bench.session, Stop(bench.next_epoch()).pack()))
            for task in tasks:
                task.cancel()


async def _met(bench: Bench) -> Welcome | None:
    """The device's WELCOME; None if there is none, or the connection is lost."""
    for _ in range(MEETING_TRIES):
        with suppress(Broken):
            welcome, _session = await bench.hello()
            with suppress(Broken, canonical.BadDescription):
                bench.device = canonical.from_wire(await description(bench))
            return welcome
        if bench.probe.lost:
            break
    return None


async def _latched(bench: Bench) -> str:
    """The latched fault, in words; a device that does not report it breaks a rule that tests this."""
    with suppress(Broken):
        return wire_names.fault((await bench.state(wire.FAULTED, STATUS_S)).fault_code)
    return ""


async def _tried_all(bench: Bench, rules: Sequence[Rule], tell: Callable[[RuleVerdict], None]) -> list[RuleVerdict]:
    """A verdict for each rule, up to one that loses the connection; the device is left at rest."""
    verdicts = []
    for rule in rules:
        verdicts.append(await _judged(bench, rule))
        tell(verdicts[-1])
        if bench.probe.lost:
            break
    with suppress(Broken):
        await bench.calm()
    return verdicts


async def _judged(bench: Bench, rule: Rule) -> RuleVerdict:
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    broken = await _tried(bench, rule)
    passed = [PassedBytes(p.at_s - begun_s, p.is_ours, p.data) for p in bench.probe.passed]
    return RuleVerdict(rule, broken, loop.time() - begun_s, tuple(passed))


async def _tried(bench: Bench, rule: Rule) -> str | None:
    """Why the rule is broken, or None; a frame that matches no layout breaks any rule."""
    bench.probe.begin()
    try:
        await bench.calm()
        await rule.play(bench)
    except Broken as broken:
        return str(broken)
    return bench.probe.breaches[0] if bench.probe.breaches else None
