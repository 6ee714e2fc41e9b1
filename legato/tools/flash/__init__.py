"""The reference firmware on its way onto a MicroPython board."""
