"""Installs the reference firmware on a MicroPython board."""
