"""Who takes part."""

from typing import Final

from legato.bench.fire.trial import LEGATO, Contestant

CONTESTANTS: Final = (
    LEGATO,
    Contestant("asyncio streamer, absolute times", "peers.hosts.absolute", "peers.devices.lines"),
    Contestant("asyncio streamer, relative sleeps", "peers.hosts.relative", "peers.devices.lines"),
    Contestant("pymodbus (RTU, async)", "peers.hosts.modbus", "peers.devices.modbus"),
    Contestant("pyFirmata2", "peers.hosts.firmata", "peers.devices.firmata"),
    Contestant("telemetrix-aio", "peers.hosts.telemetrix", "peers.devices.telemetrix"),
    Contestant("GRBL-style sender", "peers.hosts.grbl", "peers.devices.grbl"),
)
