"""Everything that moves and everything that is measured: air, motors, heat, their monitors, and the master enable."""

from . import wire
from .air import AirSystem
from .board import Io
from .chamber_monitor import QUIET, ChamberMonitor
from .config import COLD, HEAT, PRESSURE, Config
from .drive import Drive
from .ramp import Ramp
from .relief import Relief
from .thermostat import Thermostat

VENTED = 80
"""Below 8 mmHg a chamber counts as vented."""


class Hardware:
    """A trip leaves its cause in `code`, `channel`, `a` and `b`; the core latches it and calls `shut`."""

    def __init__(self, config: Config, ramps: list[Ramp], io: Io, readings: list[int]) -> None:
        self.code = 0
        self.channel = wire.NO_CHANNEL
        self.a = 0
        self.b = 0
        self.air = AirSystem(config, ramps, io)
        self._io = io
        self._readings = readings
        self._monitors = [ChamberMonitor(c, config.channels[c.channel].cap) for c in self.air.chambers]
        self._drives: list[Drive] = []
        self._heat: list[Thermostat] = []
        for channel, settings in enumerate(config.channels):
            if settings.kind == HEAT or settings.kind == COLD:
                self._heat.append(Thermostat(channel, settings, ramps[channel], io))
            elif settings.kind != PRESSURE:
                self._drives.append(Drive(channel, settings, ramps[channel], io))
        self._commanded = [0] * len(config.channels)
        self._is_on = False
        self._relief = Relief(self.air.chambers)

    def sense(self, ticks: int) -> bool:
        """Measure, and let the monitors judge, `ticks` after the last call. True if one trips."""
        readings = self._readings
        self._io.measure(readings)
        for monitor in self._monitors:
            chamber = monitor.chamber
            reading = readings[chamber.channel]
            if monitor.is_idle and reading <= QUIET and not chamber.command:
                chamber.pressure = reading
            elif monitor.check(reading, ticks):
                return self._trip(monitor.code, chamber.channel, monitor.a, monitor.b)
        return False

    def control(self, session_ms: int, level: int, motor_level: int, rises: bool, heats: bool, ticks: int) -> bool:
        """Move everything on, `ticks` after the last call; pressures only rise if `rises`. True if a limit trips."""
        self._power(True)
        self.air.control(session_ms, level, rises)
        for drive in self._drives:
            code = drive.control(session_ms, motor_level, ticks)
            if code:
                return self._trip(code, drive.channel, drive.a, drive.b)
        for pad in self._heat:
            code = pad.control(session_ms, self._readings[pad.channel], heats, ticks)
            if code:
                return self._trip(code, pad.channel, pad.a, pad.b)
        return False

    def shut(self) -> None:
        """Safe state: everything off, all vents open, at once."""
        self._relief.reset()
        self.air.shut(0)
        for monitor in self._monitors:
            monitor.forget_contact()
        self._power(False)
        for drive in self._drives:
            drive.shut()
        for pad in self._heat:
            pad.shut()

    def loosen(self) -> None:
        """While paused: whoever wears the bladders may get up."""
        for monitor in self._monitors:
            monitor.loosen()

    def relieve(self, ticks: int) -> None:
        """While faulted, `ticks` after the last call: where a vent does not let the air out, open a second way."""
        self._io.measure(self._readings)
        for monitor in self._monitors:
            monitor.sit_out(self._readings[monitor.chamber.channel], ticks)
        before = self._relief.mask
        relief = self._relief.watch(self._readings, ticks)
        if relief != before:
            self.air.shut(relief)

    def is_vented(self) -> bool:
        """Whether every chamber reads below 8 mmHg."""
        return all(self._readings[chamber.channel] < VENTED for chamber in self.air.chambers)

    def clear(self) -> None:
        """The fault was cleared: all monitors start anew."""
        self.shut()
        for monitor in self._monitors:
            monitor.clear()

    def commanded(self) -> list[int]:
        """What is commanded on every channel, in half-units."""
        for chamber in self.air.chambers:
            self._commanded[chamber.channel] = chamber.command // 5
        for drive in self._drives:
            self._commanded[drive.channel] = drive.command
        for pad in self._heat:
            self._commanded[pad.channel] = pad.command
        return self._commanded

    def _power(self, on: bool) -> None:
        if on != self._is_on:
            self._is_on = on
            self._io.master(int(on))

    def _trip(self, code: int, channel: int, a: int, b: int) -> bool:
        self.code = code
        self.channel = channel
        self.a = a
        self.b = b
        return True
