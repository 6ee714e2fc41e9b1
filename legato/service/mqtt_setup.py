"""MQTT for the service, set up from the settings."""

import random
from pathlib import Path

from legato.app import wall_clock
from legato.service.devices.bridge import Bridge
from legato.service.home_status import home_assistant
from legato.service.mqtt.broker import Broker, Tls
from legato.service.mqtt.discovery.payload import House
from legato.service.mqtt.service import Mqtt
from legato.service.mqtt.topics import Topics
from legato.service.secrets import secret
from legato.service.settings import DISCOVERY, MqttSettings

PLAIN_PORT = 1883
TLS_PORT = 8883


def messaging(settings: MqttSettings, bridge: Bridge) -> Mqtt:
    """The MQTT client to run alongside the devices."""
    house = announced(settings) if settings.discovery else None
    return Mqtt(bridge, broker(settings), topics(settings), random.Random(), wall_clock.now, house)  # noqa: S311 - jitter


def broker(settings: MqttSettings) -> Broker:
    """The broker. An unusable file is reported at each connection, and does not prevent the service from starting."""
    file = settings.password_file
    tls = Tls(settings.ca_file, settings.cert_file, settings.key_file)
    is_secret = settings.tls or tls != Tls()
    return Broker(
        host=settings.host,
        port=settings.port or (TLS_PORT if is_secret else PLAIN_PORT),
        identifier=f"legato-{settings.instance}",
        username=settings.username,
        password=(lambda: password(file)) if file is not None else None,
        tls=tls if is_secret else None,
        transport=settings.transport,
        path=settings.path,
        keepalive_s=settings.keepalive_s,
    )


def topics(settings: MqttSettings) -> Topics:
    """The topics on the broker."""
    return Topics(settings.base, settings.instance)


def kept_at(settings: MqttSettings) -> tuple[str, str]:
    """The filters for all that a broker may retain of this service: its values, and all announcements ever made."""
    ours = topics(settings)
    return f"{ours.root}/#", announced(settings).topic(ours, "+")


def announced(settings: MqttSettings) -> House:
    """The Home Assistant that gets announcements; if none is set, the default one."""
    return home_assistant(settings.discovery or DISCOVERY, settings.panel_url)


def password(file: Path) -> str:
    """The password in `file`; raises UnusableFile if it is missing, empty, or readable by all."""
    return secret(file, "broker password", min_length=1)
