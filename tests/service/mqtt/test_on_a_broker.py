"""Against a real mosquitto: everything that a broker's own behaviour decides."""

import asyncio
import gc
import json
import logging
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from aiomqtt import MqttError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from legato.errors import NotAdmitted
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow
from legato.service.devices.state import Doing
from legato.service.mqtt.topics import Topics
from tests.certificates import Authority, be_strict
from tests.mosquitto import Mosquitto, executable
from tests.service.mqtt.stand_in import StandIn, broker, closed, hands, kept, mqtt, state, until

pytestmark = pytest.mark.timeout(180)
"""A broker has to come up on a machine that may have a lot to do."""

BOOTS = "legato/test/boots"
BRIDGE = "legato/test/bridge/state"

Make = Callable[..., Mosquitto]


def test_the_state_is_there_for_whoever_comes_and_offline_when_we_go(brokers: Make) -> None:
    async def live(there: Mosquitto) -> None:
        bridge = StandIn()
        async with kept(mqtt(bridge, broker(there.port))):
            async with hands(there.port) as somebody:
                await somebody.hears(BRIDGE, "online")
                await somebody.hears(f"{BOOTS}/availability", "online")
                assert json.loads(await somebody.hears(f"{BOOTS}/state"))["doing"] == "idle"
                bridge.change(doing=Doing.RUNNING)
                await somebody.hears(f"{BOOTS}/doing", "running")
            async with hands(there.port) as late:
                await late.hears(f"{BOOTS}/doing", "running")
                await late.hears(BRIDGE, "online")
                assert {BRIDGE, f"{BOOTS}/state", f"{BOOTS}/doing"} <= set(late.retained())
        async with hands(there.port) as later:
            await later.hears(BRIDGE, "offline")

    asyncio.run(live(brokers()))


def test_every_command_reaches_the_bridge_and_is_answered_by_an_event(brokers: Make) -> None:
    async def live(there: Mosquitto) -> StandIn:
        bridge = StandIn(state(doing=Doing.RUNNING))
        async with kept(mqtt(bridge, broker(there.port))), hands(there.port) as somebody:
            for name, payload in (
                ("routine", "goddard"),
                ("start", ""),
                ("start", '{"value": "calf_day", "person": "anna", "intensity": 60, "id": "x1"}'),
                ("pause", ""),
                ("resume", "PRESS"),
                ("skip", ""),
                ("intensity", "80"),
                ("answer", "3"),
                ("clear_fault", ""),
                ("stop", ""),
                ("emergency_stop", ""),
            ):
                before = len(bridge.asked)
                await somebody.say(f"{BOOTS}/set/{name}", payload)
                if name != "routine":
                    await until(lambda before=before: len(bridge.asked) > before)  # type: ignore[misc]
            for which in ("stop", "emergency_stop"):
                await somebody.say(f"legato/test/all/set/{which}")
            await until(lambda: ("emergency_stop", None) in bridge.asked)
            await somebody.hears(f"{BOOTS}/routine", "goddard")
            await somebody.hears(f"{BOOTS}/event", lambda text: '"id":"x1"' in text and '"done"' in text)
        return bridge

    bridge = asyncio.run(live(brokers()))
    assert bridge.asked == [
        ("start", "boots", Start(routine="goddard")),
        ("start", "boots", Start(routine="calf_day", person="anna", intensity=60)),
        ("pause", "boots"),
        ("resume", "boots"),
        ("skip", "boots"),
        ("intensity", "boots", 80),
        ("answer", "boots", 3),
        ("clear_fault", "boots"),
        ("stop", "boots"),
        ("emergency_stop", "boots"),
        ("stop", "boots"),
        ("emergency_stop", None),
    ]


def test_a_refusal_is_an_event_that_says_what_is_needed(brokers: Make) -> None:
    async def live(there: Mosquitto) -> None:
        bridge = StandIn()
        async with kept(mqtt(bridge, broker(there.port))), hands(there.port, "legato/#") as somebody:
            await somebody.say(f"{BOOTS}/set/start")
            await somebody.hears(f"{BOOTS}/event", lambda text: "no routine is chosen" in text)
            bridge.refusal = NotAdmitted("first this", "acknowledge", ("warm water",))
            await somebody.say(f"{BOOTS}/set/start", "goddard")
            told = json.loads(await somebody.hears(f"{BOOTS}/event", lambda text: "first this" in text))
            assert (told["event_type"], told["needs"], told["cautions"]) == ("refused", "acknowledge", ["warm water"])
            bridge.refusal = NotNow("it is paused already")
            await somebody.say(f"{BOOTS}/set/pause")
            await somebody.hears(f"{BOOTS}/event", lambda text: "it is paused already" in text)
            bridge.refusal = RuntimeError("a mistake of ours")
            await somebody.say(f"{BOOTS}/set/skip")
            await somebody.hears(f"{BOOTS}/event", lambda text: "internal error: RuntimeError" in text)
            await somebody.say(f"{BOOTS}/set/start", '{"value": "goddard", "intensity": 300}')
            await somebody.hears(f"{BOOTS}/event", lambda text: "intensity: input should be less" in text)
            await somebody.say(f"{BOOTS}/set/intensity", "300")
            await somebody.hears(f"{BOOTS}/event", lambda text: "a whole number from 0 to 100" in text)
            await somebody.say("legato/test/nobody/set/stop")
            await somebody.say(f"{BOOTS}/set/dance")
            await somebody.hears(f"{BOOTS}/event", lambda text: "there is no such command" in text)

    asyncio.run(live(brokers()))


def test_a_stop_overtakes_whatever_else_is_under_way(brokers: Make) -> None:
    async def live(there: Mosquitto) -> None:
        bridge = StandIn(state(doing=Doing.RUNNING))
        bridge.holds = asyncio.Event()
        async with kept(mqtt(bridge, broker(there.port))), hands(there.port, f"{BOOTS}/event") as somebody:
            for number in range(60):
                await somebody.say(f"{BOOTS}/set/intensity", str(number))
            await somebody.say(f"{BOOTS}/set/emergency_stop")
            await until(lambda: ("emergency_stop", "boots") in bridge.asked)
            assert len(bridge.asked) < 40, "a flood is refused, and nothing of it is done yet"
            await somebody.hears(f"{BOOTS}/event", lambda text: "32 commands are already in progress" in text)
            bridge.holds.set()

    asyncio.run(live(brokers()))


def test_a_retained_start_is_discarded_with_a_line_that_says_how_to_clear_it(
    brokers: Make, caplog: pytest.LogCaptureFixture
) -> None:
    async def live(there: Mosquitto) -> StandIn:
        bridge = StandIn()
        async with hands(there.port, f"{BOOTS}/event") as somebody:
            for name in ("start", "stop"):
                await somebody.say(f"{BOOTS}/set/{name}", "goddard", retain=True)
            async with kept(mqtt(bridge, broker(there.port))):
                await somebody.hears(f"{BOOTS}/event", lambda text: '"discarded"' in text and '"stop"' in text)
                await somebody.say(f"{BOOTS}/set/pause")
                await until(lambda: bridge.asked != [])
        return bridge

    assert asyncio.run(live(brokers())).asked == [("pause", "boots")]
    assert (
        f"boots: start discarded: it was retained by the broker; publish commands without retain, and clear {BOOTS}"
        in (caplog.text)
    )


def test_a_command_that_came_while_we_were_away_or_has_expired_is_not_carried_out(brokers: Make) -> None:
    async def live(there: Mosquitto) -> StandIn:
        bridge = StandIn()
        life = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        life.MessageExpiryInterval = 5
        async with hands(there.port) as somebody:
            async with kept(mqtt(bridge, broker(there.port))):
                await somebody.say(f"{BOOTS}/set/pause", properties=life)
                await until(lambda: bridge.asked != [])
            await somebody.say(f"{BOOTS}/set/start", "goddard")
            async with kept(mqtt(bridge, broker(there.port))):
                await somebody.say(f"{BOOTS}/set/skip")
                await until(lambda: len(bridge.asked) > 1)
        return bridge

    assert asyncio.run(live(brokers())).asked == [("pause", "boots"), ("skip", "boots")]


@pytest.mark.parametrize("keeps", [True, False], ids=["persistence", "no persistence"])
def test_a_broker_that_is_killed_and_comes_back_is_told_everything_again(
    brokers: Make, tmp_path: Path, keeps: bool
) -> None:
    async def live(there: Mosquitto) -> None:
        bridge = StandIn()
        async with kept(mqtt(bridge, broker(there.port))) as service:
            for _ in range(2):
                await asyncio.to_thread(there.stop if keeps else there.kill)
                await until(lambda: not service.link.is_up)
                bridge.change(doing=Doing.PAUSED)
                bridge.change(doing=Doing.RUNNING, sessions=7)
                await asyncio.to_thread(there.start)
                async with hands(there.port) as somebody:
                    await somebody.hears(BRIDGE, "online")
                    await somebody.hears(f"{BOOTS}/doing", "running")
                    await somebody.hears(f"{BOOTS}/sessions", "7")
                    before = len(bridge.asked)
                    await somebody.say(f"{BOOTS}/set/pause")
                    await until(lambda before=before: len(bridge.asked) > before)  # type: ignore[misc]

    lines = ("persistence true", f"persistence_location {tmp_path}/") if keeps else ("persistence false",)
    asyncio.run(live(brokers("allow_anonymous true", *lines)))


def test_another_client_with_our_id_is_told_to_the_log_and_not_fought(
    brokers: Make, caplog: pytest.LogCaptureFixture
) -> None:
    async def live(there: Mosquitto) -> None:
        ours = mqtt(StandIn(), broker(there.port))
        async with kept(ours):
            for number in (1, 2):
                if "is another client" in caplog.text:
                    break
                async with hands(there.port, identifier="legato-test"):
                    await until(lambda number=number: caplog.text.count("lost: ") >= number)  # type: ignore[misc]
                    assert ours.link.connections == number
                await until(  # a broker that says who took over is believed at once
                    lambda number=number: ours.link.connections > number or "is another client" in caplog.text  # type: ignore[misc]
                )
        assert "is another client using our id, legato-test? Give each service its own `instance`" in caplog.text

    asyncio.run(live(brokers()))


def test_a_wrong_password_is_told_and_the_right_one_is_read_anew(
    brokers: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text("legato:secret\n")
    _hash(passwords)
    word = ["wrong"]

    async def live(there: Mosquitto) -> None:
        link = mqtt(StandIn(), broker(there.port, username="legato", password=lambda: word[0]))
        async with kept(link, is_up=False):
            await until(lambda: "cannot be reached: " in caplog.text)
            word[0] = "secret"
            await until(lambda: link.link.is_up)

    asyncio.run(live(brokers("allow_anonymous false", f"password_file {passwords}")))
    assert "Not authorized" in caplog.text or "Bad user name or password" in caplog.text


# paho leaves the socket of a handshake that failed to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
def test_tls_with_a_client_certificate_works_and_an_unknown_authority_is_told(
    brokers: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours, strange = Authority(tmp_path, "ours"), Authority(tmp_path, "strange")
    cert, key = ours.issue("127.0.0.1")
    listener = (f"cafile {ours.cert}", f"certfile {cert}", f"keyfile {key}", "require_certificate true")

    async def live(there: Mosquitto) -> None:
        stranger = mqtt(StandIn(), broker(there.port, tls=strange.tls()))
        async with kept(stranger, is_up=False):
            await until(lambda: "CERTIFICATE_VERIFY_FAILED" in caplog.text)
        async with kept(mqtt(StandIn(), broker(there.port, tls=ours.tls(*ours.issue("legato"))))) as service:
            assert service.link.is_up

    asyncio.run(live(brokers("allow_anonymous true", listener=listener)))
    gc.collect()


@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
def test_an_authority_that_new_pythons_do_not_take_is_told_with_what_to_do(
    brokers: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_strict(monkeypatch)
    ours = Authority(tmp_path, "ours", may_sign="")
    cert, key = ours.issue("127.0.0.1")

    async def live(there: Mosquitto) -> None:
        async with kept(mqtt(StandIn(), broker(there.port, tls=ours.tls())), is_up=False):
            await until(lambda: "cannot be reached" in caplog.text)

    asyncio.run(live(brokers("allow_anonymous true", listener=(f"certfile {cert}", f"keyfile {key}"))))
    gc.collect()
    (told, *_) = (line for line in caplog.text.splitlines() if "cannot be reached" in line)
    assert "CA cert does not include key usage extension" in told
    assert told.endswith("make them anew as docs/reference/mqtt.md shows")


def test_websockets(brokers: Make) -> None:
    """Through a gate that unwraps them: not every mosquitto is built with them."""

    async def live(there: Mosquitto) -> None:
        async def unwrap(come: ServerConnection) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", there.port)

            async def answers() -> None:
                while data := await reader.read(1 << 16):
                    await come.send(data)

            answering = asyncio.ensure_future(answers())
            try:
                async for data in come:
                    assert isinstance(data, bytes)
                    writer.write(data)
            finally:  # also where the client goes without a closing handshake
                answering.cancel()
                await closed(writer)

        async with serve(unwrap, "127.0.0.1", 0, subprotocols=[Subprotocol("mqtt")]) as gate:
            port = next(iter(gate.sockets)).getsockname()[1]
            async with kept(mqtt(StandIn(), broker(port, transport="websockets"))), hands(there.port) as somebody:
                await somebody.hears(f"{BOOTS}/doing", "idle")

    asyncio.run(live(brokers()))


def test_whatever_is_published_on_whatever_topic_the_service_goes_on(
    brokers: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """Binary, huge and hostile payloads on every command, and on topics that are none."""
    caplog.set_level(logging.CRITICAL, "legato.service.mqtt")
    names = ("start", "pause", "intensity", "answer", "routine", "zone_cap/calf", "x/y", "../../etc", "stop")
    payloads = st.binary(max_size=200) | st.sampled_from([b"{" * 5000, b"\x00", b"9" * 60_000, b'{"value":{}}'])

    async def live(there: Mosquitto, said: list[tuple[str, bytes]]) -> None:
        bridge = StandIn()
        async with kept(mqtt(bridge, broker(there.port))) as service, hands(there.port, f"{BOOTS}/event") as somebody:
            for name, payload in said:
                await somebody.say(f"{BOOTS}/set/{name}", payload)
            await somebody.say(f"{BOOTS}/set/stop", b"x" * 200_000)
            await somebody.say(f"{BOOTS}/set/clear_fault")
            await until(lambda: ("clear_fault", "boots") in bridge.asked)
            assert service.link.connections == 1

    there = brokers("allow_anonymous true")

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.sampled_from(names), payloads), max_size=12))
    def hostile(said: list[tuple[str, bytes]]) -> None:
        asyncio.run(live(there, said))

    hostile()


def test_the_sample_configuration_lets_home_assistant_in_and_nobody_else(brokers: Make, tmp_path: Path) -> None:
    sample = Path(__file__).parents[3] / "packaging" / "mosquitto"
    passwords = tmp_path / "passwords"
    passwords.write_text("legato:one\nhomeassistant:two\nstranger:three\n")
    _hash(passwords)
    lines = [line for line in (sample / "mosquitto.conf").read_text().splitlines() if _is_rule(line)]
    moved = [line.replace("/etc/mosquitto/passwords", str(passwords)) for line in lines]
    moved = [line.replace("/etc/mosquitto/legato.acl", str(sample / "legato.acl")) for line in moved]

    async def live(there: Mosquitto) -> None:
        bridge = StandIn()
        ours = broker(there.port, username="legato", password=lambda: "one")
        somebody = [
            hands(there.port, "legato/#", username=name, password=word)
            for name, word in (("stranger", "three"), ("homeassistant", "two"))
        ]
        async with kept(mqtt(bridge, ours, Topics("legato", "home"))), somebody[0] as stranger, somebody[1] as home:
            await home.hears("legato/home/boots/doing", "idle")
            await stranger.say("legato/home/boots/set/stop")
            await home.say("legato/home/boots/set/pause")
            await until(lambda: bridge.asked != [])
            await stranger.say("legato/home/boots/doing", "running")
            await home.say("legato/home/boots/doing", "running")
            await home.say("legato/home/boots/set/skip")
            await until(lambda: len(bridge.asked) > 1)
            assert stranger.heard == []
            assert "running" not in [text for topic, text, _ in home.heard if topic == "legato/home/boots/doing"]
            assert [what[0] for what in bridge.asked] == ["pause", "skip"]
        with pytest.raises(MqttError):
            async with hands(there.port):
                pass

    asyncio.run(live(brokers(*moved)))


def _is_rule(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("#", "listener", "persistence", "log_dest"))


def _hash(passwords: Path) -> None:
    subprocess.run([executable("mosquitto_passwd"), "-U", str(passwords)], check=True)  # noqa: S603
