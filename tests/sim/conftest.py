"""What the tests of the simulator share: built-in devices, and chambers to order."""

import json
from collections.abc import Callable

import pytest

from legato.profiles.device import Chamber, Device
from legato.profiles.load import device as load_device


@pytest.fixture(scope="session")
def boots() -> Device:
    return load_device("boots-6")


@pytest.fixture(scope="session")
def chair() -> Device:
    return load_device("chair-1")


@pytest.fixture
def make_chamber() -> Callable[..., Chamber]:
    """A chamber of 0.9 L and 2.5 ml/mmHg with 2 mm valves that neither leaks much nor creeps, unless told otherwise."""

    def make(**fields: object) -> Chamber:
        plain = {
            "id": "calf",
            "kind": "chamber",
            "zone": "calf",
            "side": "left",
            "from_cm": 22,
            "to_cm": 36,
            "pump": "main",
            "slack_l": 0.9,
            "compliance_ml_mmhg": 2.5,
            "coil_ms": 0,
            "leak_tau_s": 5000,
            "creep_fraction": 0,
        }
        return Chamber.model_validate_json(json.dumps(plain | fields))

    return make
