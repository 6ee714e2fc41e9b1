"""A device that falls off the bus while it is tried: the rule that did it is named, and what was found is kept."""

import asyncio
from random import Random
from xml.etree import ElementTree as Xml

import pytest

from legato.controller.errors import PortLost
from legato.profiles import load
from legato.sim import clock
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from legato.tools.conform import report
from legato.tools.conform.kit import Report, conform
from legato.tools.conform.rules import arming, framing

RULES = (framing.bad_crc, framing.too_long, arming.arm)


class Fragile(MemoryPipe):
    """A line that is gone after the first write of more than `bytes_borne`."""

    bytes_borne = 200
    is_gone = False

    def write(self, data: bytes) -> None:
        if self.is_gone:
            raise OSError("unplugged?")
        self.is_gone = len(data) > self.bytes_borne
        super().write(data)

    async def read(self) -> bytes:
        data = await super().read()
        if self.is_gone:
            raise OSError("unplugged?")
        return data


def reported(line: type[Fragile] = Fragile) -> Report:
    async def main() -> Report:
        loop = asyncio.get_running_loop()
        simulated = SimDevice(load.device("wrap-3"), 1, loop)
        simulated.start()
        return await conform(line(simulated, loop), RULES, Random(1), lambda _: None)

    return clock.run(main())


def test_the_rule_that_lost_the_line_is_broken_and_those_after_it_are_not_tried() -> None:
    found = reported()
    assert [(v.rule, v.broken) for v in found.verdicts] == [
        (framing.bad_crc, None),
        (framing.too_long, "the line was lost: unplugged?"),
    ]
    assert (found.untried, found.conforms) == ((arming.arm,), False)
    assert report.last_line(found).endswith("1 of 2 rules kept, 1 not tested: the line was lost: unplugged?")


def test_a_build_server_gets_all_three() -> None:
    suite = Xml.fromstring(report.as_junit(reported()))  # noqa: S314 - we wrote it
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert [[part.tag for part in case] for case in suite] == [[], ["failure"], ["skipped"]]


def test_a_line_that_is_lost_before_anything_was_tried_is_an_error() -> None:
    class Gone(Fragile):
        bytes_borne = 0

    with pytest.raises(PortLost, match=r"the line was lost: unplugged\?"):
        reported(Gone)
