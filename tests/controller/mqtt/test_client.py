"""aiomqtt's client as we use it: it hears a cancellation whatever comes at the same moment."""

import asyncio
import gc

import pytest
from aiomqtt import MqttError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from controller.mqtt.client import QuietClient


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
