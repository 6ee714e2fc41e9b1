"""What the tests of the simulator share: a built-in device, and chambers to order."""

import json

from legato.profiles.device import Chamber
from legato.profiles.load import device as load_device

CHAIR = load_device("chair-1")


def make_chamber(**fields: object) -> Chamber:
    """A chamber of 0.9 L and 2.5 ml/mmHg with 2 mm valves that neither leaks much nor creeps, unless told otherwise."""
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
