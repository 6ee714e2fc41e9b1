"""Measurements against the budgets: what `make bench` prints."""
