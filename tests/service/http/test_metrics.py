"""What the service tells of itself: whether it is well, and figures for Prometheus."""

from legato.controller.session.events import Health
from legato.service.devices.state import DeviceProblem
from legato.service.http.broadcast import Listeners
from legato.service.http.metrics import Metrics
from tests.service.http.fakes import NOW, FakeBridge
from tests.service.http.worlds import World, tried


def test_health_tells_of_control_that_makes_no_progress() -> None:
    async def asking(w: World) -> None:
        assert (await w.client.get("/healthz")).json() == {"status": "ok"}
        w.bridge.stuck_devices = ["boots"]
        answer = await w.client.get("/healthz")
        assert (answer.status_code, answer.json()["type"]) == (503, "stuck")

    tried(asking)


def test_metrics_tell_how_well_the_event_loop_keeps_time() -> None:
    metrics = Metrics(FakeBridge(), Listeners(FakeBridge(), 1))
    for slowest_ms, slowest in ((30.0, "Unit.run"), (7.0, "Unit.run"), (0.0, "")):
        metrics.kept_time(Health(4.0, slowest_ms, slowest, 1.5))
    text = metrics.text().decode()
    assert 'legato_loop_lateness_seconds_bucket{le="0.005"} 3.0' in text
    assert 'legato_loop_step_seconds_bucket{le="0.01"} 2.0' in text
    assert 'legato_gc_pause_seconds_bucket{le="0.002"} 3.0' in text
    assert 'legato_loop_longest_step_seconds{task="Unit.run"} 0.03' in text
    assert 'task=""' not in text


def test_metrics_tell_of_devices_links_and_requests_with_bounded_labels() -> None:
    async def asking(w: World) -> None:
        for number in range(5):
            await w.client.get(f"/api/v1/devices/unknown{number}")
            await w.client.request(f"BREW{number}", "/nowhere")
        text = (await w.client.get("/metrics")).text
        assert 'legato_device_state{device="boots",state="idle"} 1.0' in text
        assert "legato_device_problem{" not in text
        assert 'legato_link_round_trip_seconds{device="boots"} 0.0015' in text
        assert 'legato_link_lost_frames{device="boots"} 1.0' in text
        assert 'legato_http_requests_total{method="GET",path="/api/v1/devices/{device}",status="404"} 5.0' in text
        assert 'legato_http_requests_total{method="other",path="other",status="404"} 5.0' in text
        assert "unknown1" not in text

    tried(asking)


def test_metrics_tell_what_is_wrong_with_a_device_whatever_it_does() -> None:
    bridge = FakeBridge()
    problem = DeviceProblem(code="stop_owed", cause="not confirmed", advice="", since=NOW)
    bridge._states["boots"] = bridge.state("boots").model_copy(update={"problem": problem})
    text = Metrics(bridge, Listeners(bridge, 1)).text().decode()
    assert 'legato_device_problem{device="boots",problem="stop_owed"} 1.0' in text
    assert 'legato_device_state{device="boots",state="idle"} 1.0' in text
