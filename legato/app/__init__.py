"""The use cases: what can be done with routines, devices and people. Nothing here prints or knows exit codes."""
