"""Two devices played as one."""
