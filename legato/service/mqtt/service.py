"""MQTT in the service: updates out, commands in, and the connection in between."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime
from typing import Final

from legato.controller.isolation import Complaints, is_logged
from legato.service.devices.bridge import Bridge
from legato.service.devices.state import StateTold
from legato.service.mqtt.broker import Broker
from legato.service.mqtt.broker_connection import Link
from legato.service.mqtt.command_handler import CommandHandler
from legato.service.mqtt.discovery.announcer import BIRTH_SPREAD_S, Announcer
from legato.service.mqtt.discovery.payload import House
from legato.service.mqtt.message import Incoming
from legato.service.mqtt.outbox import Outbox
from legato.service.mqtt.publisher import Publisher
from legato.service.mqtt.topics import Topics
from legato.service.rate_limit import Bucket

_LOG = logging.getLogger(__name__)

AGAIN_S: Final = 5.0
"""The delay after an internal error."""

COMMANDS_PER_S: Final = 20.0
COMMAND_BURST: Final = 100.0
"""How many commands are handled; dragging a slider sends fewer, and stops are always handled."""


class Mqtt:
    """One service on one broker. `run` keeps it connected; no failure or delay here affects anything else."""

    def __init__(
        self,
        bridge: Bridge,
        broker: Broker,
        topics: Topics,
        rng: random.Random,
        now: Callable[[], datetime],
        house: House | None = None,
    ) -> None:
        self._bridge = bridge
        self._rng = rng
        self._complaints = Complaints()
        self.outbox = Outbox()
        self._publisher = Publisher(topics, self.outbox)
        devices = [state.id for state in bridge.states()]
        self.announcer = Announcer(topics, house, self.outbox, devices) if house else None
        self._commands = CommandHandler(bridge, topics, self._publisher, now)
        filters = (*topics.command_filters, *(self.announcer.filters if self.announcer else ()))
        self.link = Link(broker, self.outbox, topics.bridge_state, filters, self._take, rng)
        self._quota = Bucket(COMMANDS_PER_S, COMMAND_BURST, COMMAND_BURST, 0.0)
        self._passed_over = 0
        self._renewal: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Publishes and listens until cancelled."""
        following = asyncio.create_task(self._follow(), name="mqtt news")
        try:
            await self.link.run()
        finally:
            following.cancel()
            await asyncio.wait([following])

    async def _follow(self) -> None:
        """Runs until cancelled; an internal error is logged, and everything is published again."""
        while True:
            try:
                await self._follow_news()
            except Exception as error:
                self._complaints.log("publishing to MQTT", [error])
                await asyncio.sleep(AGAIN_S)

    async def _follow_news(self) -> None:
        loop = asyncio.get_running_loop()
        with self._bridge.news() as news:
            async for item in news:
                self._publisher.tell(item, loop.time())
                if isinstance(item, StateTold):
                    self._commands.told(item.state)
                    if self.announcer is not None:
                        self.announcer.tell(item.state)

    def _take(self, message: Incoming) -> None:
        """Never raises, so that the reader continues whatever arrives."""
        try:
            if self._commands.is_stop(message):
                self._commands.take(message)
            elif self.announcer is not None and self.announcer.concerns(message):
                self._take_from_house(self.announcer, message)
            elif self._quota.take(asyncio.get_running_loop().time()):
                self._commands.take(message)
            else:
                self._pass_over()
        except Exception as error:
            self._complaints.log("handling an MQTT message", [error])

    def _pass_over(self) -> None:
        """Logs the first discarded command, and then the total at ever longer intervals; a flood gets nothing else."""
        self._passed_over += 1
        if is_logged(self._passed_over):
            most = f"{COMMANDS_PER_S:.0f} commands a second are handled"
            _LOG.warning("too many commands: %s, besides stops; %d discarded so far", most, self._passed_over)

    def _take_from_house(self, announcer: Announcer, message: Incoming) -> None:
        if announcer.is_birth(message) and self._renewal is None:
            # After a general restart, services must not all publish at the same time.
            spread_s = self._rng.uniform(0.0, BIRTH_SPREAD_S)
            self._renewal = asyncio.get_running_loop().call_later(spread_s, self._renew)
        announcer.take(message)

    def _renew(self) -> None:
        self._renewal = None
        self.outbox.renew()
