"""Events as they happen: a WebSocket that also takes commands, and an event stream that curl can read."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from legato.service.devices.bridge import Bridge
from legato.service.devices.errors import UnknownDevice
from legato.service.http.access import GUESTS_MAY, SUBPROTOCOL
from legato.service.http.body import parsed
from legato.service.http.broadcast import ClientQueue, Listeners, TooSlow
from legato.service.http.operation import Call, Operation
from legato.service.http.problems import Refusal, explained, problem, refuse
from legato.service.http.socket_commands import STOPS, Command, CommandDone, CommandFailed, EmergencyStop, done
from legato.service.rate_limit import Bucket
from legato.service.trimming import trimmed

SOCKET: Final = "/api/v1/events"
STREAM: Final = "/api/v1/events/stream"

SEND_S: Final = 10.0
"""How long sending one message may take before the client counts as gone."""

HEARTBEAT_S: Final = 5.0
"""How often an idle stream sends a comment to keep the connection alive."""

MOST_COMMANDS: Final = 8
"""How many commands of one client may wait for a device at the same time."""

COMMANDS_PER_S: Final = 20.0
TOO_SLOW, OVERDONE, ENDING = 1013, 1008, 1001

REASON_BYTES: Final = 123
"""The maximum length of the reason in a close frame, in UTF-8 (RFC 6455, 5.5 and 5.5.1)."""

_COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


class Conversation:
    """One WebSocket: updates go out while commands come in; an emergency stop waits for neither."""

    def __init__(self, bridge: Bridge, socket: WebSocket, listener: ClientQueue) -> None:
        self._bridge = bridge
        self._socket = socket
        self._listener = listener
        self._under_way: set[asyncio.Task[None]] = set()
        self._bucket = Bucket(COMMANDS_PER_S, COMMANDS_PER_S * 2, COMMANDS_PER_S * 2, _now_s())
        self._has_room = True

    async def hold(self) -> None:
        """Runs until either end closes the connection."""
        telling = asyncio.create_task(self._tell())
        hearing = asyncio.create_task(self._hear())
        try:
            await asyncio.wait([telling, hearing], return_when=asyncio.FIRST_COMPLETED)
            await self._part(telling if telling.done() else hearing)
        finally:
            tasks = [telling, hearing, *self._under_way]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _part(self, ended: asyncio.Task[None]) -> None:
        """Closes with a reason, if the client is still connected."""
        error = ended.exception()
        code, reason = _farewell(error)
        if self._socket.client_state is WebSocketState.CONNECTED and not isinstance(error, WebSocketDisconnect):
            async with asyncio.timeout(SEND_S):
                await self._socket.close(code, reason)
        if isinstance(error, TooSlow | TimeoutError):
            raise TooSlow from error

    async def _tell(self) -> None:
        while (text := await self._listener.next()) is not None:
            await self._send(text)

    async def _send(self, text: str) -> None:
        async with asyncio.timeout(SEND_S):
            await self._socket.send_text(text)

    async def _hear(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            await self._heard(message)

    async def _heard(self, message: Message) -> None:
        try:
            command = self._read(message)
            self._check(command)
        except Refusal as refusal:
            if not self._has_room:
                raise
            await self._send(CommandFailed(ref=0, problem=refusal.problem).model_dump_json())
            return
        task = asyncio.create_task(self._obey(command))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        if len(self._under_way) > MOST_COMMANDS:
            # Only emergency stops get here. This one is under way; the next is read when there is room again.
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    def _read(self, message: Message) -> Command:
        """The command, which counts from now on; an emergency stop is on the lines before that."""
        try:
            command: Command = parsed((message.get("text") or "").encode(), _COMMAND)
            if isinstance(command, EmergencyStop):
                # Its answer tells of a device that is not known.
                with suppress(UnknownDevice):
                    self._bridge.cut_off(command.device)
        finally:
            self._has_room = self._bucket.take(_now_s())
        return command

    def _check(self, command: Command) -> None:
        if isinstance(command, EmergencyStop):
            return
        if not self._has_room:
            raise refuse(429, "too_often", f"more than {COMMANDS_PER_S:g} commands a second")
        if len(self._under_way) >= MOST_COMMANDS:
            raise refuse(429, "too_many", f"{MOST_COMMANDS} commands are already in progress")
        if self._listener.is_guest and command.do not in STOPS:
            raise refuse(403, "guest", GUESTS_MAY)

    async def _obey(self, command: Command) -> None:
        try:
            await done(self._bridge, command)
            answer = CommandDone(ref=command.ref).model_dump_json()
        except Exception as error:
            answer = CommandFailed(ref=command.ref, problem=explained(error)[0]).model_dump_json()
        await self._send(answer)


def _farewell(error: BaseException | None) -> tuple[int, str]:
    match error:
        case None:
            return ENDING, "the service is shutting down"
        case TooSlow() | TimeoutError():
            return TOO_SLOW, "too slow: messages were not read in time"
        case Refusal():
            return OVERDONE, trimmed(error.problem.detail, octets=REASON_BYTES)
        case _:
            return 1011, "something went wrong inside Legato"


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def conversation(bridge: Bridge, listeners: Listeners) -> Callable[[WebSocket], Any]:
    """The WebSocket at /api/v1/events."""

    async def talk(socket: WebSocket) -> None:
        is_guest = socket.scope.get("role") == "guest"
        try:
            with listeners.listening(is_guest) as listener:
                offered = socket.scope.get("subprotocols", [])
                await socket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
                await Conversation(bridge, socket, listener).hold()
        except Refusal as refusal:
            await socket.send_denial_response(refusal.problem.response(refusal.headers))
        except (TooSlow, WebSocketDisconnect, OSError):
            return

    return talk


def plainly(_: Request) -> Response:
    """The response to a plain request at the WebSocket's URL; a proxy may have dropped the upgrade."""
    detail = "this is a WebSocket endpoint: a proxy has to forward Upgrade and Connection, with HTTP/1.1"
    return problem(426, "no_upgrade", detail).response({"Upgrade": "websocket", "Connection": "Upgrade"})


class EventStream(Response):
    """Server-sent events: one `data:` line per message. Ends when the client leaves or is too slow, or at shutdown."""

    def __init__(self, listeners: Listeners, is_guest: bool) -> None:
        super().__init__()
        self._listeners = listeners
        self._is_guest = is_guest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with self._listeners.listening(self._is_guest) as listener:
                await _start(send)
                await _until_gone(receive, _send(listener, send))
        except Refusal as refusal:
            await refusal.problem.response(refusal.headers)(scope, receive, send)
        except TooSlow:
            return


def stream(listeners: Listeners) -> Operation:
    """The stream of events for programs without WebSockets."""

    async def events(call: Call) -> EventStream:
        return EventStream(listeners, call.is_guest)

    summary = "Server-sent events: the state of every device first, then each change"
    return Operation(
        method="GET", path=STREAM, summary=summary, handle=events, tag="events", gives=str,
        media="text/event-stream", refuses=(503,), guest=True,
    )  # fmt: skip


async def _start(send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _until_gone(receive: Receive, sending: Any) -> None:
    """Sends until the client has gone."""
    sent, gone = asyncio.create_task(sending), asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait([sent, gone], return_when=asyncio.FIRST_COMPLETED)
        if sent.done():
            sent.result()
    finally:
        for task in (sent, gone):
            task.cancel()
        await asyncio.gather(sent, gone, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(listener: ClientQueue, send: Send) -> None:
    is_open = True
    while is_open:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                text = await listener.next()
        except TimeoutError:
            text = ""
        is_open = text is not None
        piece = f"data: {text}\n\n" if text else ": keep-alive\n\n" if is_open else ""
        try:
            async with asyncio.timeout(SEND_S):
                await send({"type": "http.response.body", "body": piece.encode(), "more_body": is_open})
        except TimeoutError:
            raise TooSlow from None
