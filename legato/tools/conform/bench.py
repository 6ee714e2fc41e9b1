"""What every rule needs: the steps of a session, one at a time, and a way to bring the device back to rest."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final

from legato.controller.link import wire_names
from legato.controller.link.device_messages import Reply, Status, Welcome
from legato.controller.link.host_messages import Arm, Clear, Hello, Request, Run, SetPoints, Stop
from legato.controller.link.protocol_names import CODES, STATES, with_number
from legato.firmware import wire
from legato.firmware.ticks import ticks_diff
from legato.profiles.device import Chamber, Device
from legato.profiles.schedule import SetPoint
from legato.tools.conform.broken import Broken, check
from legato.tools.conform.probe import ANSWER_S, Heard, Probe

LOW_MMHG: Final = 12.0
"""Nothing is filled higher than this, so that the kit is safe on real hardware, even while worn."""

EMPTY_MMHG: Final = 8.0
VENT_S: Final = 5.0

HEARTBEAT_S: Final = 0.25
REST_S: Final = 30.0
FILL_S: Final = 40.0
"""A small pump takes a long time to bring a large bladder to first contact."""

STATUS_S: Final = 1.5
"""Longer than the longest interval between STATUS messages."""

_TRY_AGAIN_S: Final = 0.3
_TRIES: Final = 50

_OVER: Final = (wire.IDLE, wire.FAULTED)


@dataclass(frozen=True, slots=True)
class LowChamber:
    """The chamber that is filled: its channel and its cap."""

    channel: int
    cap_mmhg: float


class Bench:
    """The device under test, and the kit's session with it."""

    def __init__(self, probe: Probe, rng: Random) -> None:
        self.probe = probe
        self.session = 0
        self.device: Device | None = None
        self.is_beating = False
        self._rng = rng
        self._epoch = 0
        self._rows_seq = 0

    @property
    def chamber(self) -> LowChamber:
        """The first chamber; raises Broken if the description has none."""
        for channel in self.device.channels if self.device else ():
            if isinstance(channel.actuator, Chamber):
                return LowChamber(channel.index, channel.actuator.cap_mmhg)
        raise Broken("there is nothing to fill: the device has no description, or one without a chamber")

    def next_epoch(self) -> int:
        """An epoch that is new to the session."""
        self._epoch += 1
        return self._epoch

    # One frame and its reply.

    def say(self, kind: int, payload: bytes = b"", *, session: int | None = None, seq: int | None = None) -> int:
        """Sends a frame and sets the mark: only later frames count. Returns its sequence number."""
        seq = self.probe.next_seq() if seq is None else seq
        self.probe.mark()
        self.probe.write(wire.encode(kind, seq, self.session if session is None else session, payload))
        return seq

    async def replied(self, kind: int, seq: int) -> Reply:
        """The REPLY to a frame that was sent."""

        def picks(heard: Heard) -> Reply | None:
            reply = heard.message
            return reply if isinstance(reply, Reply) and (reply.kind, reply.seq) == (kind, seq) else None

        return await self.probe.until(picks, ANSWER_S, f"REPLY to message 0x{kind:02x} number {seq}")

    async def ask(
        self, kind: int, payload: bytes = b"", *, session: int | None = None, seq: int | None = None
    ) -> Reply:
        """Sends a frame and returns the REPLY to it."""
        return await self.replied(kind, self.say(kind, payload, session=session, seq=seq))

    async def wants(self, code: int, message: Request, *, session: int | None = None) -> Reply:
        """Sends a request that must be answered with `code`; returns the reply."""
        return answered(code, await self.ask(message.kind, message.pack(), session=session), type(message).__name__)

    async def beat(self) -> Reply:
        """Sends a heartbeat; returns the reply."""
        return answered(wire.OK, await self.ask(wire.HEARTBEAT), "HEARTBEAT")

    async def status(self, is_so: Callable[[Status], bool], within_s: float, what: str) -> Status:
        """The first STATUS since the mark for which `is_so` holds."""

        def picks(heard: Heard) -> Status | None:
            return heard.message if isinstance(heard.message, Status) and is_so(heard.message) else None

        return await self.probe.until(picks, within_s, f"STATUS with {what}")

    async def state(self, state: int, within_s: float) -> Status:
        """The first STATUS since the mark with this `state`."""
        return await self.status(lambda s: s.state == state, within_s, f"state {STATES[state]}")

    async def fresh(self) -> Status:
        """The current status: a STATUS made after the device had received everything sent so far."""
        now_ms = (await self.ask(wire.HEARTBEAT)).device_ms
        return await self.status(lambda s: ticks_diff(s.device_ms, now_ms) > 0, STATUS_S, "the present time")

    async def vented(self, channel: int) -> Status:
        """The first STATUS since the mark in which the chamber is empty; a missing reading does not count as empty."""

        def is_empty(status: Status) -> bool:
            measured = status.measured[channel]
            return status.commanded[channel] == 0 and measured is not None and measured <= EMPTY_MMHG

        return await self.status(is_empty, VENT_S, "a vented chamber")

    def statuses(self) -> list[Status]:
        """Every STATUS since the mark."""
        return [heard.message for heard in self.probe.since_mark() if isinstance(heard.message, Status)]

    # Steps of a session.

    async def hello(self, session: int = 0) -> tuple[Welcome, int]:
        """The device's WELCOME to a HELLO of `session`, and the session id in its header."""
        seq = self.say(wire.HELLO, Hello().pack(), session=session)

        def picks(heard: Heard) -> tuple[Welcome, int] | None:
            is_ours = isinstance(heard.message, Welcome) and heard.seq == seq
            return (heard.message, heard.session) if is_ours and isinstance(heard.message, Welcome) else None

        return await self.probe.until(picks, ANSWER_S, f"WELCOME to HELLO number {seq}")

    async def arm(self) -> Welcome:
        """Opens a new session and starts heartbeats. Returns the WELCOME before it."""
        welcome, last = await self.hello()
        self.begin(self.other_session(last))
        await self.wants(wire.OK, Arm(welcome.boot_id, welcome.nonce))
        self.is_beating = True
        return welcome

    def begin(self, session: int) -> None:
        """What follows belongs to `session`: epochs and set-point frames are counted from zero again."""
        self.session, self._epoch, self._rows_seq = session, 0, 0

    def other_session(self, than: int) -> int:
        """A session id that is neither `than` nor the current one."""
        return next(s for s in iter(lambda: self._rng.randrange(1, 1 << 16), 0) if s not in (than, self.session))

    async def feed(self, frame: SetPoints, *, seq: int | None = None) -> Reply:
        """Sends a set-point frame with the next number, or with `seq`."""
        reply = await self.ask(frame.kind, frame.pack(), seq=self._rows_seq if seq is None else seq)
        self._rows_seq = reply.expected
        return reply

    async def plan(self, *rows: SetPoint, until_ms: int, end: bool = False) -> Reply:
        """Sends set-points from session time 0 on, which must be accepted."""
        return answered(wire.OK, await self.feed(SetPoints(0, until_ms, rows, end)), "SETPOINTS")

    async def run(self, until_ms: int, *rows: SetPoint, end: bool = False) -> None:
        """Arms, sends a plan and starts session time."""
        await self.arm()
        await self.plan(*rows, until_ms=until_ms, end=end)
        await self.wants(wire.OK, Run(self.next_epoch(), 0))
        status = await self.status(lambda s: s.state in (wire.RUNNING, wire.FAULTED), FILL_S, "state RUNNING")
        check(status.state == wire.RUNNING, f"it trips instead of RUNNING: {wire_names.fault(status.fault_code)}")

    async def hold(self) -> int:
        """Holds the low pressure in the low chamber, with ten seconds of plan; returns its channel."""
        channel = self.chamber.channel
        await self.run(10_000, SetPoint(0, channel, LOW_MMHG, 0))
        return channel

    # Between the rules.

    async def heart(self) -> None:
        """Sends heartbeats until cancelled, while `is_beating`; the replies are ignored."""
        while True:
            if self.is_beating:
                with suppress(Broken):
                    self.probe.write(wire.encode(wire.HEARTBEAT, self.probe.next_seq(), self.session))
            await asyncio.sleep(HEARTBEAT_S)

    async def calm(self) -> None:
        """Brings the device to IDLE, whatever the last rule left behind; raises Broken if it does not get there."""
        self.is_beating = False
        welcome, self.session = await self.hello()
        state = welcome.state if welcome.state in _OVER else await self._stopped()
        if state == wire.FAULTED:
            await self._cleared()

    async def _stopped(self) -> int:
        """Ends the current session; returns the state after it."""
        status = await self.status(lambda _: True, STATUS_S, "anything")
        self.say(wire.STOP, Stop((status.epoch + 1) & 0xFF).pack())
        return (await self.status(lambda s: s.state in _OVER, REST_S, "state IDLE or FAULTED")).state

    async def _cleared(self) -> None:
        clear = Clear((await self.state(wire.FAULTED, STATUS_S)).fault_number)
        for _ in range(_TRIES):
            if (await self.ask(clear.kind, clear.pack())).code == wire.OK:
                return
            await asyncio.sleep(_TRY_AGAIN_S)
        raise Broken(f"fault {clear.number} cannot be cleared after {_TRIES * _TRY_AGAIN_S:g} s of venting")


def answered(code: int, reply: Reply, what: str) -> Reply:
    """The reply; raises Broken unless it carries `code`."""
    check(reply.code == code, f"{what} is answered {with_number(CODES, reply.code)}, not {with_number(CODES, code)}")
    return reply
