"""The line to a device: frames, requests and the set-point window, without any I/O above the byte pipe."""
