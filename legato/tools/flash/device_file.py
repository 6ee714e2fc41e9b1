"""A device's description as source code for its firmware: a MicroPython module, or a C header."""

from legato.firmware.config import ChannelConfig, Config
from legato.profiles.device import Device
from legato.sim.board import config_for

KINDS = ("PRESSURE", "INTENSITY", "RATE", "POSITION", "HEAT", "COLD")
"""The kinds of channel in the order of their numbers in firmware/config.py."""

BYTES_A_LINE = 16


def as_micropython(device: Device) -> str:
    """A module with `config(device_id)`, for firmware/ on a board; `device_id` is 8 bytes."""
    config = config_for(device)
    kinds = ", ".join(sorted({KINDS[channel.kind] for channel in config.channels}))
    lines = [
        f'"""The description of {device.name} for its firmware; written by `legato firmware {device.name}`."""\n',
        f"from firmware.config import {kinds}, Air, ChannelConfig, Config\n\n",
        "def config(device_id):",
        "    return Config(",
        f"        description={config.description!r},",
        f"        desc_hash={config.desc_hash!r},",
        "        device_id=device_id,",
        f"        version={config.version!r},",
        f"        queue_slots={config.queue_slots},",
        f"        session_ms={config.session_ms},",
        "        channels=[",
        *(f"            {_python_channel(channel)}," for channel in config.channels),
        "        ],",
        "    )",
    ]
    return "\n".join(lines) + "\n"


def _python_channel(channel: ChannelConfig) -> str:
    kind = KINDS[channel.kind]
    if channel.air is None:
        return f"ChannelConfig({kind}, {channel.cap}, max_on_ms={channel.max_on_ms})"
    air = ", ".join(f"{name}={value}" for name, value in vars(channel.air).items())
    return f"ChannelConfig({kind}, {channel.cap}, air=Air({air}))"


def as_c(device: Device) -> str:
    """A C header with the same content: the description's bytes, its hash, and a row of integers per channel."""
    config = config_for(device)
    lines = [
        f"/* The description of {device.name} for its firmware; written by `legato firmware {device.name} --c`. */",
        "#include <stdint.h>\n",
        "/* On an AVR, `#define FLASH __flash` before this, or the constants will take RAM. */",
        "#ifndef FLASH\n#define FLASH\n#endif\n",
        *_c_numbers(config),
        *_c_bytes("description", config.description),
        *_c_bytes("description_hash", config.desc_hash),
        f"\nenum {{ {', '.join(KINDS)} }};",
        "\n/* cap in half-units, times in ms, rise in mmHg/s; 0 if not applicable. Uncorrected, the sensor shows",
        "   zero (tenths of mmHg) without pressure, and gain (4096ths of a mmHg) for each. */",
        "static const FLASH struct {",
        "    uint8_t kind, cap, pump, coil_ms;",
        "    uint32_t max_on_ms, hold_ms, contact_ms;",
        "    uint16_t rise_mmhg_s, vent_ms, gain;",
        "    int16_t zero;",
        "} channels[CHANNELS] = {",
        *(f"    {_c_channel(channel)}," for channel in config.channels),
        "};",
    ]
    return "\n".join(lines) + "\n"


def _c_numbers(config: Config) -> list[str]:
    numbers = {"CHANNELS": len(config.channels), "PUMPS": config.pumps, "SESSION_MS": f"{config.session_ms}UL"}
    return [*(f"#define {name} {value}" for name, value in numbers.items()), ""]


def _c_bytes(name: str, data: bytes) -> list[str]:
    rows = [data[at : at + BYTES_A_LINE] for at in range(0, len(data), BYTES_A_LINE)]
    cells = ["    " + " ".join(f"0x{byte:02x}," for byte in row) for row in rows]
    return [f"static const FLASH uint8_t {name}[{len(data)}] = {{", *cells, "};"]


def _c_channel(channel: ChannelConfig) -> str:
    kind, air = KINDS[channel.kind], channel.air
    if air is None:
        return f"{{{kind}, {channel.cap}, 0, 0, {channel.max_on_ms}, 0, 0, 0, 0, 0, 0}}"
    times = f"0, {air.hold_ms}, {air.contact_ms}, {air.rise_mmhg_s}, {air.vent_ms}, {air.gain}, {air.zero}"
    return f"{{{kind}, {channel.cap}, {air.pump}, {air.coil_ms}, {times}}}"
