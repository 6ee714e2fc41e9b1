"""Clients of a running service. `legato stop` imports them, so they use little but the standard library."""
