"""The service, as one process that runs all day: settings, wiring, worker."""
