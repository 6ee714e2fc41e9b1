"""The device: the reference firmware, in the subset of Python that MicroPython runs."""
