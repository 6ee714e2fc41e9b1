"""A run whose events a test makes up, folded as the supervisor folds them, and shown to a scene and a view."""

from datetime import UTC, datetime

from legato.controller.ports.port import Port
from legato.controller.session.events import Connected, Event
from legato.profiles.schedule import Schedule
from legato.service.devices.device_state import DeviceStateReducer
from legato.service.devices.endpoint import DeviceEndpoint, PortEnd
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import Happened, News, Update
from legato.terminal.scene import Scene
from legato.terminal.views import View

PORT = "sim://crest"
NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


async def _nowhere() -> Port:
    raise AssertionError


class Watched:
    """`plan` has begun to play in this process; `take` what happens."""

    def __init__(self, plan: Schedule | Prepared) -> None:
        ready = plan if isinstance(plan, Prepared) else Prepared(plan, plan.profile.title())
        device = ready.schedule.device
        self.standing = DeviceStateReducer(DeviceEndpoint(PORT, (PortEnd(PORT, _nowhere),)), lambda: NOW, self._publish)
        self.scene = Scene(self.standing.state)
        self.view: View | None = None
        self.standing.met(device, Connected(device.name, "0.1.0", 1))
        self.run = self.standing.begin(ready.schedule.profile, ready, 100)

    def take(self, *events: Event) -> None:
        for event in events:
            self._show(event)
            self.standing.take(event)

    def _publish(self, news: News) -> None:
        if not isinstance(news, Happened):
            self._show(news)

    def _show(self, update: Update) -> None:
        self.scene.take(update)
        if self.view is not None:
            self.view.show(update)
