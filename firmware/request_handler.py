"""Answers the host: all messages but set-points and ESTOP are in the table of `RequestHandler`, with their layouts."""

import struct

from . import wire
from .device_link import DeviceLink
from .fault_latch import FaultLatch
from .hardware import Hardware
from .session import DeviceSession

_FROM_DEVICE = 0x80
_NO_REPLY = -1


class Request:
    """A decoded frame of the host; `fields` are those of its layout."""

    def __init__(self, kind: int, seq: int, session: int, payload: bytes, now_ms: int) -> None:
        self.kind = kind
        self.seq = seq
        self.session = session
        self.payload = payload
        self.now_ms = now_ms
        self.fields: tuple[int, ...] = ()


class RequestHandler:
    """Takes requests, asks the session, and has the link answer."""

    def __init__(self, session: DeviceSession, hardware: Hardware, latch: FaultLatch, link: DeviceLink) -> None:
        self._session = session
        self._hardware = hardware
        self._latch = latch
        self._link = link
        # Of any session, or none.
        self._open = {
            wire.HELLO: (wire.HELLO_FORMAT, self._hello),
            wire.GET_DESCRIPTION: (wire.GET_DESCRIPTION_FORMAT, self._describe),
            wire.ARM: (wire.ARM_FORMAT, self._arm),
            wire.CLEAR: (wire.CLEAR_FORMAT, self._clear),
            wire.FAULT_SEEN: (wire.FAULT_SEEN_FORMAT, self._see),
        }
        # Only of the present session.
        self._bound = {
            wire.RUN: (wire.RUN_FORMAT, self._run),
            wire.PAUSE: (wire.PAUSE_FORMAT, self._pause),
            wire.SEEK: (wire.SEEK_FORMAT, self._seek),
            wire.GAIN: (wire.GAIN_FORMAT, self._gain),
            wire.STOP: (wire.STOP_FORMAT, self._stop),
            wire.TRIM: (wire.TRIM_FORMAT, self._trim),
            wire.HEARTBEAT: ("<", self._beat),
        }

    def handle(self, kind: int, seq: int, session: int, payload: bytes, now_ms: int) -> None:
        """One frame. What devices send is ignored: an echo must not be answered."""
        if kind >= _FROM_DEVICE:
            return
        request = Request(kind, seq, session, payload, now_ms)
        code = self._answer(request)
        if code != _NO_REPLY:
            self._link.send_reply(kind, seq, code, self._session, now_ms)

    def _answer(self, request: Request) -> int:
        is_ours = request.session == self._session.clock.session
        if is_ours:
            self._session.hear(request.now_ms)
        entry = self._open.get(request.kind)
        if entry is None and not is_ours:
            return wire.WRONG_SESSION
        if request.kind == wire.SETPOINTS:
            return self._session.feed(request.seq, request.payload, request.now_ms)
        entry = entry or self._bound.get(request.kind)
        if entry is None:
            return wire.UNKNOWN
        layout, handle = entry
        if len(request.payload) != struct.calcsize(layout):
            return wire.MALFORMED
        request.fields = struct.unpack(layout, request.payload)
        return handle(request)

    def _hello(self, request: Request) -> int:
        self._link.send_welcome(request.seq, self._session)
        return _NO_REPLY

    def _describe(self, request: Request) -> int:
        self._link.send_description(request.seq, self._session, request.fields[0])
        return _NO_REPLY

    def _arm(self, request: Request) -> int:
        boot_id, nonce = request.fields
        return self._session.arm(request.session, boot_id, nonce, request.now_ms)

    def _clear(self, request: Request) -> int:
        """Clearing twice is no mistake; clearing what is not there, or under pressure, is."""
        if request.fields[0] != self._latch.number or not self._hardware.is_vented():
            return wire.NOT_NOW
        if self._latch.code:
            self._latch.clear()
            self._hardware.clear()
            self._session.clear()
        return wire.OK

    def _see(self, request: Request) -> int:
        self._latch.see(request.fields[0])
        return _NO_REPLY

    def _run(self, request: Request) -> int:
        epoch, session_ms, at_ms = request.fields
        return self._session.run(epoch, session_ms, at_ms, request.now_ms)

    def _pause(self, request: Request) -> int:
        epoch, at_ms = request.fields
        return self._session.pause(epoch, at_ms, request.now_ms)

    def _seek(self, request: Request) -> int:
        epoch, session_ms = request.fields
        return self._session.seek(epoch, session_ms)

    def _gain(self, request: Request) -> int:
        epoch, percent = request.fields
        return self._session.set_gain(epoch, percent)

    def _stop(self, request: Request) -> int:
        return self._session.stop(request.fields[0], request.now_ms)

    def _trim(self, request: Request) -> int:
        session_ms, at_ms, rate = request.fields
        return self._session.trim(session_ms, at_ms, rate, request.now_ms)

    def _beat(self, request: Request) -> int:  # noqa: ARG002 - the table wants one shape
        return wire.OK
