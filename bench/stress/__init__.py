"""Timing under fire: a host and a device in processes of their own, a pty between them, and trouble for the host."""
