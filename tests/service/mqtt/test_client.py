"""aiomqtt's client as we use it: it hears a cancellation whatever comes at the same moment."""

import asyncio
import gc
import os
import socket
from collections.abc import Callable

import pytest
from aiomqtt import MqttError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from legato.service.mqtt.client import QuietClient


def test_a_cancellation_that_comes_together_with_the_brokers_answer_is_heard() -> None:
    """A publisher that did not hear it went on for ever, and nobody could end the service."""

    async def live() -> None:
        client = QuietClient("127.0.0.1", timeout=10)
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = asyncio.ensure_future(client._wait_for(answer, None))
        await asyncio.sleep(0)
        answer.set_result(None)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(live())


def test_an_answer_that_does_not_come_is_an_error_of_the_broker() -> None:
    async def live() -> None:
        client = QuietClient("127.0.0.1", timeout=10)
        with pytest.raises(MqttError, match="the broker does not answer in time"):
            await client._wait_for(asyncio.get_running_loop().create_future(), 0.01)

    asyncio.run(live())


def test_a_connection_that_ends_while_nobody_waits_leaves_nothing_for_asyncio_to_complain_of() -> None:
    complaints: list[str] = []

    async def live() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told["message"]))
        client = QuietClient("127.0.0.1")
        client._connected.set_result(None)
        client._on_disconnect(None, None, None, ReasonCode(PacketTypes.DISCONNECT, identifier=128), None)
        assert client._disconnected.done()
        del client
        gc.collect()

    asyncio.run(live())
    assert complaints == []


def _sockets_wish(client: QuietClient, sock: socket.socket) -> None:
    client._client._sock, client._client._registered_write = sock, True
    client._on_socket_register_write(client._client, None, sock)


def _socket_opened(client: QuietClient, sock: socket.socket) -> None:
    client._client._sock = sock
    client._on_socket_open(client._client, None, sock)


@pytest.mark.parametrize("begins", [_sockets_wish, _socket_opened])
def test_a_socket_that_is_closed_before_the_loop_gets_to_it_touches_nobody_who_has_its_number_by_then(
    begins: Callable[[QuietClient, socket.socket], None],
) -> None:
    complaints: list[str] = []

    async def live() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: complaints.append(told["message"]))
        client, (ours, broker), (others, far) = QuietClient("127.0.0.1"), socket.socketpair(), socket.socketpair()
        number = ours.fileno()
        with broker, others, far:
            begins(client, ours)
            client.drop()
            os.dup2(others.fileno(), number)
            await asyncio.sleep(0)
            assert not loop.remove_reader(number)
            assert not loop.remove_writer(number)
            os.close(number)

    asyncio.run(live())
    assert complaints == []


def test_what_has_been_written_meanwhile_waits_for_no_room() -> None:
    """A writer that nobody takes away again kept the loop at work for ever: there always is room."""

    async def live() -> None:
        loop = asyncio.get_running_loop()
        client, (ours, broker) = QuietClient("127.0.0.1"), socket.socketpair()
        with broker:
            _sockets_wish(client, ours)
            client._client._call_socket_unregister_write()
            await asyncio.sleep(0)
            assert not loop.remove_writer(ours)
            client.drop()

    asyncio.run(live())
