"""The use cases: what can be done with routines, devices and people. Nothing here prints or knows exit codes."""

DEFAULT_DEVICE = "boots-6"
"""The device that is meant where none is named."""
