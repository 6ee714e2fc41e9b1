"""A session with a device: what may be asked of it, and what becomes of all that it says."""

from functools import partial

from legato.controller.errors import Misuse, PortLost
from legato.controller.isolation import every
from legato.controller.link import wire_names
from legato.controller.link.device_clock import DeviceClock
from legato.controller.link.device_messages import Fault as FaultMessage
from legato.controller.link.device_messages import Reply, Status
from legato.controller.link.endpoint import Received, State
from legato.controller.link.handshake import clear, fault_held
from legato.controller.link.line import Line
from legato.controller.session import evidence, outcomes, telemetry
from legato.controller.session.connection import Connection
from legato.controller.session.events import Connected, Fault, Outcome
from legato.controller.session.hold_tracker import RestLeft, alone
from legato.controller.session.phase import Phase
from legato.controller.session.player import Player
from legato.firmware import wire
from legato.profiles.canonical import is_same_build
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Schedule


class Session(Connection):
    """`async with Session(opener, rng) as session:` connects; leaving it vents the device and closes the port.

    `known` caches device descriptions by hash, `clear_fault` clears a latched fault at connect instead of raising
    DeviceFaulted (`keep_fault` connects and tells of it), and `reconnect_s` is how long a lost device is waited for.
    With `stop_first` the device gets an emergency stop before anything else. With `waits` a device that has refilled
    begins when a `trim` says so. Entering raises PortError, PortLost or DeviceFaulted.
    """

    @property
    def parts(self) -> tuple[Device]:
        """The one device, as of a pair both."""
        return (self.device,)

    @property
    def introduced(self) -> Connected:
        """What the device has said of itself when it was connected last."""
        welcome = self._met.welcome
        return Connected(self.device.name, welcome.version, welcome.boot_id)

    @property
    def is_faulted(self) -> bool:
        """Whether the device has told last that it holds a fault, or an emergency stop."""
        return self.status is not None and self.status.state == wire.FAULTED

    @property
    def clock(self) -> DeviceClock:
        """The estimate of the device's clock."""
        return self._connected.link.clock

    @property
    def phase(self) -> Phase:
        """How the run stands; OVER where there is none."""
        return Phase.OVER if self._player is None else self._player.phase

    @property
    def session_ms(self) -> int:
        """Where session time stood when the device told it last."""
        return 0 if self._player is None else self._player.session_ms

    @property
    def laid_on(self) -> str:
        """What a person has laid on by hand in the run, or the last one, and it was not said to be off."""
        return "" if self._player is None else self._player.laid_on

    @property
    def goes_on_at_ms(self) -> int:
        """Where a resume would go on."""
        return self._playing.goes_on_at_ms if self._is_playing else self.session_ms

    async def play(self, schedule: Schedule, from_ms: int = 0, percent: int = 100) -> Outcome:
        """Plays `schedule` from `from_ms`, at `percent` of it, and tells how it ended.

        Raises Misuse, PortLost or DeviceFaulted where it cannot even begin.
        """
        if self._is_playing:
            raise Misuse("a routine is playing already")
        if not is_same_build(schedule.device, self.device):
            raise Misuse(f"the routine is compiled for {schedule.device.name}, but {self.device.name} is connected")
        line = self._connected
        if line.loss is not None:
            raise PortLost(f"the device is lost: {line.loss}")
        if self.status is not None and self.is_faulted:
            raise fault_held(self.status)
        publish, spawn = self.events.publish, lambda job: self._spawn(job, "cue")
        self._player = Player(
            schedule, line, self._rng, publish, spawn, self._holds, waits=self._waits, beside=self.beside
        )
        return await self._player.play(from_ms, percent)

    async def pause(self) -> None:
        """Holds session time and lets the pressure out; returns when the device stands still."""
        await self._playing.pause()

    async def resume(self, from_ms: int | None = None) -> None:
        """Goes on after a pause, a waiting cue, or a loss: where it stands, or from `from_ms`."""
        await self._playing.resume(from_ms)

    def rest_left(self, session_ms: int) -> RestLeft:
        """How much longer this device has to rest before it goes on from `session_ms`."""
        return self._playing.rest_left(session_ms) if self._is_playing else alone(session_ms)

    @property
    def skips_after_ms(self) -> int:
        """After what a skip goes on; a question that stands there and that nobody has heard is not passed over."""
        return self._playing.skips_after_ms if self._is_playing else self.session_ms

    def insist_on_answer(self, what: str) -> None:
        """Raises Misuse while it is asked what neither a resume nor a skip may answer: whether something is off."""
        self._playing.insist_on_answer(what)

    async def skip(self, after_ms: int | None = None) -> None:
        """Goes to the next step that can be skipped to, after `after_ms` if given; where there is none, it stops.

        A massage that stands still stays there, and goes on from the new place with `resume`.
        """
        await self._playing.skip(after_ms)

    async def set_intensity(self, percent: int) -> None:
        """Plays at `percent` (0..100) of the compiled schedule."""
        await self._playing.set_intensity(percent)

    async def answer(self, cue: Cue) -> None:
        """Answers the cue that the massage waits for."""
        self._playing.answer(cue)

    async def stop(self) -> None:
        """Soft release; `play` returns once the device has confirmed."""
        self.release()

    def release(self) -> None:
        """The same for whoever must not wait: the frame is on the line when this returns."""
        self._playing.stop("asked for at the host")

    async def emergency_stop(self) -> None:
        """Everything off and open.

        Possible at any time; the frame is on the line when the first step of this is done. Where the device is lost, a
        run ends with that as its outcome; raises PortLost where nothing is playing, and nothing else would tell.
        """
        self.cut_off()
        if self._is_playing:
            self.record_cut_off()
        elif (loss := self._connected.loss) is not None:
            raise PortLost(f"the emergency stop cannot reach the device: {loss}")

    def record_cut_off(self) -> None:
        """What becomes of the run after `cut_off`."""
        if self._player is not None:
            self._player.was_cut_off()

    async def clear_fault(self) -> None:
        """Has the device's latched fault cleared, if there is one; waits until the air is out.

        Raises Misuse while a routine plays, DeviceFaulted where the fault stays, and whatever ended the line.
        """
        if self._is_playing:
            raise Misuse("a fault cannot be cleared while a routine is playing")
        if self.status is not None and self.is_faulted:
            await clear(self._connected, self.status)

    @property
    def may_trim(self) -> bool:
        """Whether `trim` makes sense now."""
        return self._connected.loss is None and self._player is not None and self._player.may_trim

    def trim(self, session_ms: int, at_device_ms: int, rate: int) -> None:
        """Has session time be `session_ms` at `at_device_ms` of `clock`, and run `rate` / 4096 faster than that.

        While the device refills, that is when it begins; `session_ms` is then where session time stands.
        """
        self._playing.trim(session_ms, at_device_ms, rate)

    # Listening.

    def _on_message(self, line: Line, received: Received) -> None:
        if line is not self._line:
            return
        self._kick.set()
        if received.is_foreign:
            line.lose(PortLost("the device has restarted"))
            return
        match received.message:
            case Status() as status:
                self._on_status(line, status)
            case Reply() as reply:
                if self._player is not None and reply.kind == wire.SETPOINTS:
                    self._player.on_reply(reply)
            case FaultMessage() as fault:
                self._on_fault(fault)

    def _on_status(self, line: Line, status: Status) -> None:
        self.status = status
        self._holds.take(status, line.link.boot_id)
        self._complaints.log("telemetry", every([partial(self._tell, line, status)]))
        player, link = self._player, line.link
        if player is not None and link.state is State.ARMED and link.session == player.session:
            player.on_status(status)

    def _tell(self, line: Line, status: Status) -> None:
        if self.events.has_listeners:
            self.events.publish(telemetry.of_status(status, line.link))

    def _on_fault(self, fault: FaultMessage) -> None:
        """Takes a fault once, however often the device repeats it."""
        if fault.number == self._fault_number:
            return
        self._fault_number = fault.number
        if self._is_playing:
            self._playing.on_fault(fault)
        else:
            where = outcomes.channel_name(fault, self.device)
            self.events.publish(Fault(wire_names.fault(fault.code), where, evidence.of_fault(fault, self.device)))

    @property
    def _playing(self) -> Player:
        if self._player is None or self._player.phase is Phase.OVER:
            raise Misuse("nothing is playing")
        return self._player
