"""A connection to a device: one port, the loops that serve it, and answers to wait for.

Every failure goes through `lose`.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from legato.controller.errors import ControllerError, NoAnswer, PortLost, Refused
from legato.controller.isolation import words
from legato.controller.link import wire_names
from legato.controller.link.debug_text import DebugText
from legato.controller.link.device_clock import WRAP_MS
from legato.controller.link.device_messages import DescriptionPart, DeviceMessage, Reply, Status, Welcome
from legato.controller.link.endpoint import Endpoint, Received
from legato.controller.link.host_messages import Request, SetPoints
from legato.controller.link.noise import bad_line
from legato.controller.link.traffic import Traffic
from legato.controller.ports.port import Port
from legato.firmware import wire

HEARTBEAT_S: Final = 0.25
SILENT_S: Final = 2.0
"""Without a valid frame for this long the device counts as lost."""

NO_STATUS_S: Final = 3.0
"""The same without a status, of which an open session has thirty in that time: noise does not swallow them all.

A host that does not know how the device stands must not keep it going.
"""

PROGRESS_S: Final = 1.0
"""Without a turn of feed and reception for this long the host must not claim to be well."""

_LATE_S: Final = 0.1
_RECHECK_S: Final = 0.01


Answer = TypeVar("Answer", Welcome, DescriptionPart, Reply)


class Connection:
    """One port, open, and the device behind it.

    `on_message` gets every message of the device, `on_lost` the one error that ended it, `debug_text` all its text.
    """

    def __init__(
        self,
        port: Port,
        traffic: Traffic,
        on_message: Callable[["Connection", Received], None],
        on_lost: Callable[["Connection", ControllerError], None],
        debug_text: DebugText,
    ) -> None:
        self.endpoint = Endpoint(traffic)
        self.debug_text = debug_text
        self.heard_s = 0.0
        self.loss: ControllerError | None = None
        self._status_s = 0.0
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._on_message = on_message
        self._on_lost = on_lost
        self._waiting: dict[int, asyncio.Future[DeviceMessage]] = {}
        self._watching: list[tuple[Callable[[Status], bool], asyncio.Future[Status]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def request(self, message: Request) -> Reply:
        """The device's consent to `message`; raises Refused, or whatever ended the connection."""
        return await self.ask(message, Reply)

    async def ask(self, message: Request, kind: type[Answer]) -> Answer:
        """The answer of this `kind` to `message`; raises Refused, or whatever ended the connection."""
        answer = await self._answer_to(message)
        if isinstance(answer, Reply) and answer.code != wire.OK:
            if answer.code == wire.WRONG_BOOT:
                # Nothing else shows it: before its first session a device that has restarted looks as it did before.
                self._loop.call_soon(self.lose, PortLost("the device has restarted"))
            raise Refused(type(message).__name__.lower(), answer.code, wire_names.answer(answer.code))
        if not isinstance(answer, kind):
            raise NoAnswer(f"the device answers {type(message).__name__} with {type(answer).__name__}")
        return answer

    def send_until_answered(self, message: Request) -> "asyncio.Future[DeviceMessage]":
        """Sends `message` until it is answered; the future is only to see whether it has been."""
        answer = self._answer_to(message)
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        return answer

    def send_urgently(self, message: Request) -> None:
        """Sends `message`, which is urgent, at once, and again until it is settled; does not wait for that."""
        if self.loss is not None:
            return
        seq, frame = self.endpoint.urgent(message)
        try:
            # Before all else that is due, and before anything is kept: where that fails, this is out.
            self._write(frame)
        finally:
            self.endpoint.sent(seq, message, frame, self._loop.time())
        self.flush()

    def device_ms_in(self, seconds: float) -> int:
        """What the device's clock will say in so many seconds, as on the wire."""
        return round(self.endpoint.clock.host_to_device(self._loop.time() + seconds)) % WRAP_MS

    async def until(self, is_so: Callable[[Status], bool]) -> Status:
        """The next status of which `is_so` holds; raises whatever ended the connection."""
        self._check()
        future: asyncio.Future[Status] = self._loop.create_future()
        self._watching.append((is_so, future))
        return await future

    def feed(self, frame: SetPoints) -> None:
        """Queues a set-point frame for the next `flush`."""
        self.endpoint.feed(frame, self._loop.time())

    def flush(self) -> None:
        """Puts on the line what is due, and again by itself when more will be.

        While the device is silent only what is urgent goes: anything else would pass for a sign of life, from a host
        that hears nothing.
        """
        now_s = self._loop.time()
        is_silent = self.endpoint.is_live and self.heard_s < now_s - PROGRESS_S
        self._send(urgent_only=is_silent)
        if self.loss is None:
            self._wind_timer(now_s + _RECHECK_S if is_silent else now_s)

    def lose(self, error: Exception) -> None:
        """The one way a connection ends: all who wait get `error`, as one of ours, and nothing is sent any more."""
        if self.loss is not None:
            return
        if not isinstance(error, ControllerError):
            error = _of_ours(error)
        self.loss = error
        if self._timer is not None:
            self._timer.cancel()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(error)
        for _, status in self._watching:
            if not status.done():
                status.set_exception(error)
        self._on_lost(self, error)

    async def close(self) -> None:
        """Closes the port; whoever still waits for an answer gets PortLost."""
        self.lose(PortLost("the connection was closed"))
        await self._port.close()

    async def receive(self) -> None:
        """The receive loop; ends with the connection."""
        while self.loss is None:
            try:
                self._take(await self._port.read())
            except (OSError, ControllerError) as error:
                self.lose(error)

    async def heartbeat(self, progress_s: Callable[[], float]) -> None:
        """The heartbeat loop: beats only while reception and `progress_s`, the feed's last turn, are recent."""
        due_s = self._loop.time()
        while self.loss is None:
            now_s, pause_s = self._loop.time(), _RECHECK_S
            if now_s > due_s + _LATE_S:
                # This process was stopped for a while: what arrived meanwhile is read first, and judged next time.
                pass
            elif self.heard_s < now_s - SILENT_S:
                self.lose(bad_line(self.endpoint) or NoAnswer(f"nothing valid came from the device for {SILENT_S:g} s"))
            elif self._owes_status(now_s):
                self.lose(NoAnswer(f"the device has not reported its state for {NO_STATUS_S:g} s"))
            elif min(self.heard_s, progress_s()) >= now_s - PROGRESS_S:
                self.endpoint.heartbeat(now_s)
                self.flush()
                pause_s = HEARTBEAT_S
            due_s = now_s + pause_s
            await asyncio.sleep(pause_s)

    def _take(self, data: bytes) -> None:
        for received in self.endpoint.receive(data, self._loop.time()):
            self.heard_s = self._loop.time()
            for seq in received.settles:
                self._settle(seq, received.message)
            if isinstance(received.message, Status):
                self._status_s = self.heard_s
                if self._watching:
                    self._show(received.message)
            self._on_message(self, received)
        self.flush()
        self.debug_text.take(self.endpoint.text)

    def _owes_status(self, now_s: float) -> bool:
        """Whether a status is overdue; at rest the device owes none."""
        if not self.endpoint.is_live:
            self._status_s = now_s
        return self._status_s < now_s - NO_STATUS_S

    def _settle(self, seq: int, message: DeviceMessage) -> None:
        future = self._waiting.pop(seq, None)
        if future is not None and not future.done():
            future.set_result(message)

    def _show(self, status: Status) -> None:
        watching, self._watching = self._watching, []
        for is_so, future in watching:
            if future.done():
                continue
            if is_so(status):
                future.set_result(status)
            else:
                self._watching.append((is_so, future))

    def _answer_to(self, message: Request) -> "asyncio.Future[DeviceMessage]":
        self._check()
        future: asyncio.Future[DeviceMessage] = self._loop.create_future()
        self._waiting[self.endpoint.request(message, self._loop.time())] = future
        self.flush()
        return future

    def _send(self, *, urgent_only: bool) -> None:
        """Puts on the line what is due."""
        if self.loss is not None:
            return
        try:
            data = self.endpoint.output(self._loop.time(), urgent_only=urgent_only)
        except NoAnswer as error:
            self.lose(error)
        else:
            if data:
                self._write(data)

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except OSError as error:
            self.lose(error)

    def _check(self) -> None:
        if self.loss is not None:
            raise self.loss

    def _wind_timer(self, not_before_s: float) -> None:
        due_s = self.endpoint.next_due_s
        if due_s is None or (self._timer is not None and self._loop.time() < self._timer.when() <= due_s):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(max(due_s, not_before_s), self.flush)


def _of_ours(error: Exception) -> PortLost:
    loss = PortLost(words(error))
    loss.__cause__ = error
    return loss
