"""`legato status`, `watch`, `pause` and so on: requests to the running service."""

import asyncio
from contextlib import closing
from typing import Any

from legato.process.nonblocking_output import unhurried
from legato.process.signals import ending_signals
from legato.profiles.words import clock
from legato.service.client import asking
from legato.service.client.client import Client, device_path
from legato.service.client.following import following
from legato.service.devices.state import DeviceState
from legato.terminal import output
from legato.terminal.scene import Scene
from legato.terminal.views import view


def status(device: str | None, json: bool) -> None:
    """Shows what every device, or one of them, is doing."""
    with asking.told():
        devices = asking.states(asking.service(output.say))
    chosen = devices if device is None else (asking.one(devices, device),)
    if json:
        output.as_json([state.model_dump(mode="json") for state in chosen])
    elif chosen:
        output.columns([_row(state) for state in chosen])
    else:
        output.say("the service has no devices; `legato config path` says where to configure them")


def _row(state: DeviceState) -> tuple[str, str, str, str]:
    scene = Scene(state)
    run = f"{scene.title}, {clock(scene.left_s)} left, {scene.percent} %" if state.run and scene.left_s else ""
    return (
        state.id,
        state.doing.value,
        state.port,
        scene.problem or (run if state.doing not in ("idle", "offline") else ""),
    )


def watch(device: str | None, json: bool) -> None:
    """Shows one device until Ctrl-C; as JSON lines, every device unless one is named. Playback is not affected."""
    client = asking.service(output.say)
    with asking.told(), unhurried():
        if json and device is None:
            asyncio.run(_watched(client, None, json))
        else:
            asyncio.run(_watched(client, asking.one(asking.states(client), device), json))


async def _watched(client: Client, state: DeviceState | None, json: bool) -> None:
    watching = asyncio.ensure_future(_watch(client, state, json))
    for number in ending_signals():
        asyncio.get_running_loop().add_signal_handler(number, watching.cancel)
    await asyncio.wait([watching])
    if not watching.cancelled():
        watching.result()


async def _watch(client: Client, state: DeviceState | None, json: bool) -> None:
    async with following(client) as news:
        if state is None:
            async for item in news:
                output.as_json_line(item.model_dump(mode="json"))
            return
        scene = Scene(state)
        with closing(view(json=json, of_service=True)(scene)) as shown:
            async for item in news:
                if scene.take(item):
                    shown.show(item)


def ask(what: str, device: str | None, body: dict[str, Any] | None = None) -> None:
    """Sends one command to the only device or the one that is named, and prints what the device does then."""
    client = asking.service(output.say)
    with asking.told():
        which = device or asking.one(asking.states(client), None).id
        answer = client.post(device_path(which, what), body)
    doing = answer.get("doing") if isinstance(answer, dict) else None
    output.say(f"{which}: {doing or what}")
