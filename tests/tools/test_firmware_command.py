"""`legato firmware`: what a device is built with is what the simulator plays."""

import re
from collections.abc import Callable
from pathlib import Path

from legato.firmware.config import Config
from legato.profiles import load
from legato.sim.board import config_for
from tests.front_door import Cli


def plain(config: Config) -> object:
    """All that is in a config, to compare."""
    channels = [(c.kind, c.cap, c.max_on_ms, c.air and vars(c.air)) for c in config.channels]
    return {**vars(config), "channels": channels, "device_id": None}


def test_the_module_makes_the_config_of_the_device(cli: Cli) -> None:
    for name, device in load.builtin_devices().items():
        code, out, _ = cli("firmware", name)
        module: dict[str, Callable[[bytes], Config]] = {}
        exec(out, module)  # noqa: S102 - it is our own text
        assert (code, plain(module["config"](b"12345678"))) == (0, plain(config_for(device)))


def test_the_header_has_the_same_bytes_and_a_row_a_channel(cli: Cli) -> None:
    config = config_for(load.device("chair-1"))
    code, out, _ = cli("firmware", "chair-1", "--c")
    blocks = re.findall(r"uint8_t \w+\[\d+\] = \{(.*?)\};", out, re.DOTALL)
    found = [bytes(int(cell, 16) for cell in re.findall(r"0x(\w\w)", block)) for block in blocks]
    assert (code, found) == (0, [config.description, config.desc_hash])
    assert len(re.findall(r"^    \{[A-Z]+, ", out, re.MULTILINE)) == len(config.channels)


def test_every_number_fits_its_type_where_a_pump_is_small_and_a_bladder_large(cli: Cli, tmp_path: Path) -> None:
    slow = (Path(load.__file__).parent / "devices" / "boot-6-left.yaml").read_text("utf-8")
    (tmp_path / "slow.yaml").write_text(slow.replace("flow_l_min: 7.5", "flow_l_min: 0.5"))
    code, out, _ = cli("firmware", str(tmp_path / "slow.yaml"), "--c")
    fields = re.findall(r"^    (u?int)(\d+)_t (.*);$", out, re.MULTILINE)
    bounds = [(sign == "uint", int(bits)) for sign, bits, names in fields for _ in names.split(", ")]
    rows = [row.split(", ")[1:] for row in re.findall(r"^    \{([A-Z]+, .*)\},$", out, re.MULTILINE)]
    assert (code, len(rows)) == (0, 6)
    assert max(int(row[5]) for row in rows) > 0xFFFF
    for row in rows:
        for number, (is_unsigned, bits) in zip(map(int, row), bounds[1:], strict=True):
            assert (0 if is_unsigned else -(1 << bits - 1)) <= number < 1 << (bits if is_unsigned else bits - 1)


def test_a_device_that_does_not_exist_is_an_invalid_file(cli: Cli) -> None:
    assert cli("firmware", "boots-9")[0] == 3
