"""Device descriptions as they arrive from a device: as they are, and as the text inside the compression."""

import zlib

from legato.profiles import canonical


def check(data: bytes) -> None:
    """Raises where reading ends with anything but the error for it or a device that can be sent on as it is."""
    for sent in (data, zlib.compress(data)):
        try:
            device = canonical.from_wire(sent)
        except canonical.BadDescription as e:
            _check_told(str(e))
        else:
            assert canonical.from_wire(canonical.to_wire(device)) == device


def _check_told(message: str) -> None:
    """Nothing of what a stranger sent reaches a terminal as it is, nor all of it."""
    assert message.isprintable()
    assert len(message) < 500
