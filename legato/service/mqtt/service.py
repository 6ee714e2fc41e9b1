"""MQTT as the service runs it: the news out, wishes in, and the connection in between."""

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
from legato.service.token_bucket import Bucket

_LOG = logging.getLogger(__name__)

AGAIN_S: Final = 5.0
"""After a mistake of ours."""

WISHES_PER_S: Final = 20.0
WISHES_AT_ONCE: Final = 100.0
"""Commands that are looked at; a slider that somebody drags says less, and a stop is always looked at."""


class Mqtt:
    """One service on one broker. `run` keeps it; nothing in it can end, or hold up, anything else."""

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
        self._wishes = CommandHandler(bridge, topics, self._publisher, now)
        filters = (*topics.wishes, *(self.announcer.filters if self.announcer else ()))
        self.link = Link(broker, self.outbox, topics.bridge_state, filters, self._take, rng)
        self._quota = Bucket(WISHES_PER_S, WISHES_AT_ONCE, WISHES_AT_ONCE, 0.0)
        self._passed_over = 0
        self._renewal: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Publishes and listens until it is cancelled."""
        following = asyncio.create_task(self._follow(), name="mqtt news")
        try:
            await self.link.run()
        finally:
            following.cancel()
            await asyncio.wait([following])

    async def _follow(self) -> None:
        """For ever; a mistake of ours is logged, and everything is told anew."""
        while True:
            try:
                await self._follow_news()
            except Exception as error:
                self._complaints.log("the news for MQTT", [error])
                await asyncio.sleep(AGAIN_S)

    async def _follow_news(self) -> None:
        loop = asyncio.get_running_loop()
        with self._bridge.news() as news:
            async for item in news:
                self._publisher.tell(item, loop.time())
                if isinstance(item, StateTold):
                    self._wishes.told(item.state)
                    if self.announcer is not None:
                        self.announcer.tell(item.state)

    def _take(self, message: Incoming) -> None:
        """Never raises: the reader goes on whatever comes."""
        try:
            if self._wishes.is_stop(message):
                self._wishes.take(message)
            elif self.announcer is not None and self.announcer.concerns(message):
                self._take_from_house(self.announcer, message)
            elif self._quota.take(asyncio.get_running_loop().time()):
                self._wishes.take(message)
            else:
                self._pass_over()
        except Exception as error:
            self._complaints.log("taking a message of MQTT", [error])

    def _pass_over(self) -> None:
        """One line, and then ever more rarely how many there are by then: nothing else is done for a flood."""
        self._passed_over += 1
        if is_logged(self._passed_over):
            most = f"{WISHES_PER_S:.0f} commands a second are taken"
            _LOG.warning("too much is asked: %s, stops excepted; %d discarded by now", most, self._passed_over)

    def _take_from_house(self, announcer: Announcer, message: Incoming) -> None:
        if announcer.is_birth(message) and self._renewal is None:
            # After a restart of everything, not all at once.
            spread_s = self._rng.uniform(0.0, BIRTH_SPREAD_S)
            self._renewal = asyncio.get_running_loop().call_later(spread_s, self._renew)
        announcer.take(message)

    def _renew(self) -> None:
        self._renewal = None
        self.outbox.renew()
