"""Calibrates pressure sensors against a hand gauge, from their readings with and without pressure."""
