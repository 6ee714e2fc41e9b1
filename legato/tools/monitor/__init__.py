"""Traffic on the wire, decoded frame by frame: from a recording, or from a device that is only listened to."""
