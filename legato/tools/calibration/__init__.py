"""Pressure sensors against a hand gauge: what they show with and without pressure, and what the device makes of it."""
