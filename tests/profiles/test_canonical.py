"""A description as it travels: the same bytes for the same device, the same device from the bytes, junk refused."""

import json
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legato.profiles.canonical import MAX_BYTES, BadDescription, description_hash, from_wire, is_same_build, to_wire
from legato.profiles.device import Device

thousandths = st.integers(500, 8000).map(lambda n: n / 1000)


@st.composite
def devices(draw: st.DrawFn) -> Device:
    """Devices of chambers with figures at random."""
    chambers = [
        {
            "id": f"c{i}",
            "kind": "chamber",
            "zone": draw(st.sampled_from(["foot", "calf", "thigh"])),
            "side": draw(st.sampled_from(["left", "right", "both"])),
            "from_cm": draw(thousandths),
            "to_cm": 10 + draw(thousandths),
            "pump": "p",
            "slack_l": draw(thousandths),
            "compliance_ml_mmhg": draw(thousandths),
            "vent_bore_mm": draw(st.floats(0.5, 8)),
            "sensor": {"offset_mmhg": draw(st.floats(-15, 15))},
        }
        for i in range(draw(st.integers(1, 4)))
    ]
    title = draw(st.text("aä足 ", min_size=1, max_size=20))
    pumps = [{"name": "p", "flow_l_min": draw(thousandths)}]
    text = json.dumps({"format": 1, "name": "d", "title": title, "pumps": pumps, "actuators": chambers})
    return Device.model_validate_json(text)


def packed(text: str) -> bytes:
    return zlib.compress(text.encode())


@given(devices())
def test_what_goes_over_the_wire_comes_back_equal(made: Device) -> None:
    assert from_wire(to_wire(made)) == made
    assert description_hash(from_wire(to_wire(made))) == description_hash(made)


def test_every_built_in_device_comes_back_equal(device: Device) -> None:
    assert from_wire(to_wire(device)) == device


def test_the_text_has_sorted_keys_no_spaces_no_decimals_and_every_default(device: Device) -> None:
    text = zlib.decompress(to_wire(device)).decode()
    plain = json.loads(text, parse_float=pytest.fail)
    assert text == json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert plain["queue_slots"] == 256_000


def test_the_hash_is_eight_bytes_and_changes_with_any_figure(device: Device) -> None:
    other = device.model_copy(update={"session_s": device.session_s - 1})
    assert len(description_hash(device)) == 8
    assert description_hash(device) != description_hash(other)


def test_a_simulated_device_says_so_over_the_wire_and_has_a_hash_of_its_own(device: Device) -> None:
    simulated = device.model_copy(update={"simulated": True})
    assert from_wire(to_wire(simulated)).simulated
    assert description_hash(simulated) != description_hash(device)
    assert is_same_build(simulated, device)
    assert is_same_build(device, simulated)
    assert not is_same_build(simulated, device.model_copy(update={"session_s": device.session_s - 1}))


def test_a_device_that_was_flashed_before_there_was_the_field_keeps_its_hash(device: Device) -> None:
    assert b"simulated" not in zlib.decompress(to_wire(device))


def test_the_hash_does_not_depend_on_how_zlib_compresses(device: Device) -> None:
    text = zlib.decompress(to_wire(device))
    assert description_hash(from_wire(zlib.compress(text, 0))) == description_hash(device)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "cut off", id="nothing"),
        pytest.param(b"junk", "no description that can be read", id="junk"),
        pytest.param(packed("{}")[:-1], "cut off", id="cut off"),
        pytest.param(packed("{}") + b"x", "followed by something else", id="more"),
        pytest.param(zlib.compress(bytes(MAX_BYTES + 1)), "too long", id="a zip bomb"),
        pytest.param(packed("[" * 5000), "recursion", id="nested"),
        pytest.param(packed("nope"), "no description that can be read", id="not JSON"),
        pytest.param(packed('{"format":1.5}'), "1.5 is not an integer", id="a decimal"),
        pytest.param(packed('{"format":NaN}'), "no description that can be read", id="NaN"),
        pytest.param(packed('{"format":' + "9" * 400 + "}"), "a number beyond", id="a huge number"),
        pytest.param(packed('{"format":1000}'), "wrongly at name: Field required", id="not a device"),
        pytest.param(packed("[]"), "describes itself wrongly", id="a list"),
    ],
)
def test_anything_else_is_refused_with_the_reason(data: bytes, told: str) -> None:
    with pytest.raises(BadDescription, match=told):
        from_wire(data)


@pytest.mark.parametrize(
    ("name", "told"), [(r"\u001b[2J", r"wrongly at \x1b[2J: Extra"), ("a" * 9000, "aaaa...: Extra")]
)
def test_what_a_stranger_calls_things_is_told_in_part_and_never_obeyed(device: Device, name: str, told: str) -> None:
    text = zlib.decompress(to_wire(device)).decode().replace("{", f'{{"{name}":0,', 1)
    with pytest.raises(BadDescription, match=re.escape(told)):
        from_wire(packed(text))


@given(st.binary(max_size=100) | st.text(max_size=100).map(packed))
def test_nothing_but_the_one_error_ever_comes_out(data: bytes) -> None:
    with pytest.raises(BadDescription):
        from_wire(data)
