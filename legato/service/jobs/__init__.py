"""What the worker process does for clients of the service; each job is a function at the top of a module."""
