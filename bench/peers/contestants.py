"""Who takes part."""

from typing import Final

from bench.stress.trial import LEGATO, Contestant

CONTESTANTS: Final = (
    LEGATO,
    Contestant("asyncio streamer, absolute times", "bench.peers.hosts.absolute", "bench.peers.devices.lines"),
    Contestant("asyncio streamer, relative sleeps", "bench.peers.hosts.relative", "bench.peers.devices.lines"),
    Contestant("pymodbus (RTU, async)", "bench.peers.hosts.modbus", "bench.peers.devices.modbus"),
    Contestant("pyFirmata2", "bench.peers.hosts.firmata", "bench.peers.devices.firmata"),
    Contestant("telemetrix-aio", "bench.peers.hosts.telemetrix", "bench.peers.devices.telemetrix"),
    Contestant("GRBL-style sender", "bench.peers.hosts.grbl", "bench.peers.devices.grbl"),
)
