"""The terminal: output, keys and the live view."""
