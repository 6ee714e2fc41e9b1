"""Watches a device at every tick, and keeps what is broken."""

from legato.firmware import wire
from legato.profiles.device import Cooler, Heater, Quantity
from legato.profiles.envelope import in_force
from legato.sim.checks.frame_observer import FrameObserver
from legato.sim.checks.invariants import Violation
from legato.sim.checks.zone_check import RESTED_MMHG, ZoneCheck
from legato.sim.device import SimDevice
from legato.sim.faults.cable import Cable

SKIN_MAX_C = 43.0
SKIN_PERIOD_US = 1_000_000

SILENT_US = 2_000_000
EMPTY_US = 6_000_000
"""From the last word of the host until every vent is open, and until the air is out."""

NOMINAL = 0.9
"""A vent that lets through less than this much of what it should has failed."""

_AT_REST = (wire.IDLE, wire.FAULTED)


class InvariantChecker:
    """`broken` keeps the first time that each invariant did not hold; whatever watched the device before still does."""

    def __init__(self, device: SimDevice, cable: Cable) -> None:
        self.broken: dict[str, Violation] = {}
        self._device = device
        self._plant = device.plant
        self._watched = device.watch
        self._ear = FrameObserver(lambda: device.core.session, lambda: device.now_us)
        self._zones = [ZoneCheck(c) for c in in_force(device.device).chambers]
        self._vents = [b.vent.coefficient for b in device.plant.bladders]
        self._channels = [c.index for c in device.device.channels if c.quantity is Quantity.PRESSURE]
        places = zip(self._zones, device.plant.bladders, self._channels, strict=True)
        self._places = [(n, *place) for n, place in enumerate(places)]
        self._pads = [c for c in device.device.channels if isinstance(c.actuator, Heater | Cooler)]
        self._spoilt_until_us = [0] * len(self._zones)
        self._slack_l = [b.slack_l for b in device.plant.bladders]
        self._core = device.core
        self._state = device.core.state
        self._arms = self._clears = 0
        self._skin_due_us = 0
        device.watch = self._look
        cable.tap = self._ear.hear

    def _look(self, now_us: int) -> None:
        # Between two ticks of a slow loop, too, the valves go where they were sent.
        self._plant.advance(now_us)
        self._watched(now_us)
        state = self._device.core.state
        if state != self._state or self._device.core is not self._core:
            self._look_at_change(now_us, state)
        is_alone = now_us - self._ear.heard_us > SILENT_US
        if is_alone or state in _AT_REST:
            self._look_at_outputs(now_us, "deadman" if state not in _AT_REST else "arm")
        self._look_at_zones(now_us, state, is_alone)
        if now_us >= self._skin_due_us:
            self._skin_due_us = now_us + SKIN_PERIOD_US
            self._look_at_skin(now_us)

    def _look_at_change(self, now_us: int, state: int) -> None:
        """A session begins with an arm, and a fault ends with a clear, or with a new life of the firmware."""
        ear, device = self._ear, self._device
        is_new = device.core is not self._core
        if self._state in _AT_REST and state not in _AT_REST and ear.arms == self._arms:
            self._note(Violation("arm", now_us * 1e-6, "a session began that nobody armed"))
        if self._state == wire.FAULTED and state != wire.FAULTED and not is_new and ear.clears == self._clears:
            self._note(Violation("latch", now_us * 1e-6, "the latched fault cleared itself"))
        if state != wire.FAULTED:
            for zone in self._zones:
                zone.forget_fault()
        self._core, self._state, self._arms, self._clears = device.core, state, ear.arms, ear.clears

    def _look_at_outputs(self, now_us: int, invariant: str) -> None:
        """Everything off, every vent and dump open; fills only as a second way out of a fault."""
        board = self._device.board
        filling = board.fill if self._state != wire.FAULTED else 0
        if board.is_enabled or board.vent or board.dump or filling:
            on = "on" if board.is_enabled else "off"
            masks = f"fill {board.fill:b}, vent {board.vent:b}, dump {board.dump:b}"
            self._note(Violation(invariant, now_us * 1e-6, f"coils {masks}, master {on}"))

    def _look_at_zones(self, now_us: int, state: int, is_alone: bool) -> None:
        readings = self._device.core.readings
        for n, zone, bladder, channel in self._places:
            # Most are empty most of the time, and this is asked at every tick.
            if zone.is_quiet and (not bladder.pressure_mmhg or bladder.pressure_at(now_us) <= RESTED_MMHG):
                continue
            felt = bladder.pressure_at(now_us)
            self._note(zone.look(now_us, felt, readings[channel], is_known=self._ear.arms <= 1))
            if state == wire.FAULTED or is_alone:
                self._look_at_exhaust(now_us, n, felt, is_alone)

    def _look_at_exhaust(self, now_us: int, n: int, felt: float, is_alone: bool) -> None:
        zone, bladder = self._zones[n], self._plant.bladders[n]
        if bladder.slack_l != self._slack_l[n]:
            self._slack_l[n] = bladder.slack_l
            zone.displace()
        if self._state == wire.FAULTED:
            is_relieved = bool(self._device.board.fill & 1 << n)
            reading = self._device.core.readings[self._channels[n]]
            self._note(zone.look_at_exhaust(now_us, felt, reading, is_relieved=is_relieved))
        if not bladder.vent.is_open or bladder.vent.coefficient < NOMINAL * self._vents[n]:
            self._spoilt_until_us[n] = now_us + EMPTY_US
        silent_us = now_us - max(self._ear.heard_us, self._spoilt_until_us[n])
        # A limb that presses is not air that was kept in: what it adds goes with it.
        if is_alone and silent_us > EMPTY_US and felt - bladder.pressed_mmhg > RESTED_MMHG:
            what = f"{self._device.device.chambers[n].id} at {felt:.1f} mmHg"
            self._note(Violation("vented", now_us * 1e-6, what))

    def _look_at_skin(self, now_us: int) -> None:
        for pad in self._pads:
            skin_c = self._plant.models[pad.index].felt_at(now_us)
            if skin_c > SKIN_MAX_C:
                self._note(Violation("skin", now_us * 1e-6, f"{skin_c:.1f} degC under {pad.name}"))

    def _note(self, broken: Violation | None) -> None:
        if broken is not None:
            self.broken.setdefault(broken.invariant, broken)
