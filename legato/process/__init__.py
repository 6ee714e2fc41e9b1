"""Process set-up: standard streams, signals, and tuning of the garbage collector."""
