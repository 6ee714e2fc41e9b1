"""The use cases: what can be done with routines, devices and people. Nothing here prints or knows about exit codes."""

DEFAULT_DEVICE = "boots-6"
"""The device used when none is named."""
