"""The bridge that runs all day, as one process: settings, wiring, worker."""
