"""Deterministic simulation testing: random sessions under random faults, every invariant watched at every tick."""
