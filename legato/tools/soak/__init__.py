"""Deterministic simulation testing: random sessions with random faults, every invariant checked at every tick."""
