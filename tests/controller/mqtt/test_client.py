"""aiomqtt's client as we use it: it hears a cancellation whatever comes at the same moment."""

import asyncio

import pytest
from aiomqtt import MqttError

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
