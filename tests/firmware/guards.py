"""One chamber's guard without anything round it: what the tests of its limits share."""

from legato.firmware.chamber import ChamberController
from legato.firmware.chamber_monitor import ChamberMonitor
from legato.firmware.config import Air
from legato.firmware.ramp import Ramp

HOLD_S = 20


def air(**other: int) -> Air:
    """Slack for 0.4 s of its pump, then a rise of 60 mmHg/s."""
    settings = {"pump": 0, "hold_ms": HOLD_S * 1000, "coil_ms": 0, "contact_ms": 400, "rise_mmhg_s": 60}
    return Air(**settings | {"vent_ms": 1700} | other)


def guard(cap_mmhg: float = 110) -> ChamberMonitor:
    """The guard of a chamber that asks for nothing, and has felt nothing yet."""
    return ChamberMonitor(ChamberController(0, 0, air(), Ramp()), round(cap_mmhg * 2))


def holding(mmhg: float, cap_mmhg: float = 110) -> ChamberMonitor:
    """The guard of a chamber that is kept at a pressure."""
    one = guard(cap_mmhg)
    one.chamber.command = round(mmhg * 10)
    one.chamber.venting = one.chamber.releasing = False
    assert not one.check(round(mmhg * 10), 1)
    return one


def filling(one: ChamberMonitor) -> ChamberMonitor:
    """The same while its pump fills it, and it alone, up to 40 mmHg."""
    one.chamber.command, one.chamber.sharing = 400, 1
    one.chamber.venting = one.chamber.releasing = False
    return one


def tripped_after(one: ChamberMonitor, tenths: int, most: int = 3000) -> int | None:
    """Ticks of 10 ms until it trips at this reading."""
    return next((tick for tick in range(1, most + 1) if one.check(tenths, 1)), None)
