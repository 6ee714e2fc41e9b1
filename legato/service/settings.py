"""The settings of the service, and their types. Where values come from is in settings_sources.py."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from legato.profiles.errors import Unfit

PORT = 8437

DISCOVERY = "homeassistant"
"""Home Assistant's default discovery prefix."""


ID: Final = "^[a-z0-9][a-z0-9_-]{0,31}$"
"""What the name of a device in the service looks like."""


def _id(word: str) -> str:
    if not re.fullmatch(ID, word):
        raise ValueError("up to 32 lower-case letters, digits, - and _, starting with a letter or digit")
    return word


Id = Annotated[str, AfterValidator(_id)]
"""The permanent name of a device in URLs and topics, independent of the port and the host."""


def _name(word: str) -> str:
    if not re.fullmatch("[A-Za-z0-9._-]{1,253}", word):
        raise ValueError("a name such as homeassistant.local, without http:// or a port")
    return word.lower()


HostName = Annotated[str, AfterValidator(_name)]


class SettingsModel(BaseModel):
    """Base class of settings: an unknown name is refused, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _location(word: str) -> str:
    if not re.fullmatch(r"[0-9]+-[0-9]+(\.[0-9]+)*(:[0-9]+\.[0-9]+)?", word):
        raise ValueError("a USB location such as 1-1.2, as `legato ports` shows it")
    return word


USB_WORDS: Final = ("vid", "pid", "serial")
"""Values taken literally: 0403 is not four hundred and three, and a serial number keeps its leading zeros."""


def _usb_number(given: object) -> object:
    """Text is hexadecimal, as in lsusb; two or three decimal digits alone are ambiguous."""
    if not isinstance(given, str):
        return given
    number = re.fullmatch("(0[xX])?([0-9a-fA-F]{1,4})", given)
    if number is None:
        hint = f"; decimal {int(given)} is 0x{int(given):04x}" if _is_five_digits(given) else ""
        raise ValueError(f"four hexadecimal digits are expected, as lsusb writes them (0403){hint}")
    digits = number[2]
    if digits.isdecimal() and 1 < len(digits) < 4 and not number[1]:
        raise ValueError(f"write 0x{digits:0>4} if it is hexadecimal, as in lsusb, or 0x{int(digits):04x}")
    return int(digits, 16)


def _is_five_digits(word: str) -> bool:
    return re.fullmatch("[1-9][0-9]{4}", word) is not None and int(word) <= 0xFFFF


def _as_usb_number(number: int) -> str:
    return f"0x{number:04x}"


UsbNumber = Annotated[int, Field(ge=0, le=0xFFFF), BeforeValidator(_usb_number), PlainSerializer(_as_usb_number)]


class Match(SettingsModel):
    """The USB serial port to look for: vendor and product id, and what distinguishes it from others of its kind.

    `location` is the USB socket, as `legato ports` shows it (`1-1.2`), for adapters without a unique serial number.
    """

    vid: UsbNumber
    pid: UsbNumber
    serial: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    location: Annotated[str, AfterValidator(_location)] | None = None


PortName = Annotated[str, Field(min_length=1, max_length=256)]
"""A path or a URL."""


def _two(ports: tuple[str, ...]) -> tuple[str, ...]:
    if len(ports) != 2:
        raise ValueError("a pair has two ports, such as [/dev/ttyACM0, /dev/ttyACM1]")
    return ports


class DeviceSettings(SettingsModel):
    """One device, on a `port` or on the port that `match`es; or a pair that plays as one, on two `ports`."""

    id: Id
    port: PortName | None = None
    match: Match | None = None
    ports: Annotated[tuple[PortName, ...], AfterValidator(_two)] | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if [self.port, self.match, self.ports].count(None) != 2:
            raise ValueError("a device has either a port or a match; a pair has ports")
        return self

    @property
    def all_ports(self) -> tuple[str, ...]:
        """The ports that are named: its own, or both of a pair."""
        return self.ports or ((self.port,) if self.port is not None else ())


def _topic(word: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,7}", word):
        raise ValueError("letters, digits, - and _, with / between levels")
    return word


class MqttSettings(SettingsModel):
    """The broker, and the topics on it."""

    host: Annotated[str, Field(min_length=1, max_length=255)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Default: 1883, or 8883 with TLS."""
    transport: Literal["tcp", "websockets"] = "tcp"
    path: Annotated[str, Field(pattern="^/", max_length=255)] = "/mqtt"
    """The path for websockets."""
    username: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    password_file: Path | None = None
    """A file that contains only the password."""
    tls: bool = False
    """Implied if one of the files below is set; the default CAs are those that this computer trusts."""
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    base: Annotated[str, AfterValidator(_topic)] = "legato"
    instance: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,32}$")] = "home"
    """This service on the broker; its topics are below `base/instance`, its client id is legato-`instance`."""
    discovery: Annotated[str, AfterValidator(_topic)] | None = DISCOVERY
    """Home Assistant's discovery prefix; None announces nothing."""
    panel_url: Annotated[str, Field(pattern="^(https?|homeassistant)://[^/]", max_length=255)] | None = None
    """The URL at which others reach the panel; Home Assistant's devices link to it."""
    keepalive_s: Annotated[int, Field(ge=5, le=300)] = 15
    """After one and a half times this, the broker publishes that a silent service is offline."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.password_file is not None and self.username is None:
            raise ValueError("password_file needs a username")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file go together")
        return self


class Options(SettingsModel):
    """All settings, with their defaults."""

    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    """The address to listen on."""
    port: Annotated[int, Field(ge=1, le=65535)] = PORT
    allow_remote: bool = False
    """Listen beyond this computer without TLS: the token is then sent unencrypted."""
    allowed_hosts: tuple[HostName, ...] = ()
    """Host names under which browsers may reach the service, besides its own address."""
    token_file: Path | None = None
    """A file with the token that clients need; required to listen beyond loopback."""
    guest_token_file: Path | None = None
    """A file with the token that permits only watching and stopping."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    devices: tuple[DeviceSettings, ...] = ()
    mqtt: MqttSettings | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key go together")
        if self.mqtt and (taken := {device.id for device in self.devices} & {"all", "bridge"}):
            raise ValueError(f"with MQTT no device may be called {taken.pop()}: that name is reserved for topics")
        for what in ("id", "match"):
            self._insist_on_different(
                what, [((n, what), getattr(device, what)) for n, device in enumerate(self.devices)]
            )
        self._insist_on_different("port", list(self._ports()))
        return self

    def _ports(self) -> Iterator[tuple[tuple[int | str, ...], str | None]]:
        """Each port and its place in the settings; simulated devices may occur any number of times."""
        for number, device in enumerate(self.devices):
            for place, port in enumerate(device.all_ports):
                at = (number, "port") if device.ports is None else (number, "ports", place)
                yield at, None if port.startswith("sim://") else port

    @staticmethod
    def _insist_on_different(what: str, values: Sequence[tuple[tuple[int | str, ...], object]]) -> None:
        seen: list[object] = []
        for at, value in values:
            if value in seen:
                raise Unfit(f"two devices have the same {what}, {value}", "devices", *at)
            if value is not None:
                seen.append(value)
