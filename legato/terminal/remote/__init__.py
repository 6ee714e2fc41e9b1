"""The command line as a client of the running service."""
