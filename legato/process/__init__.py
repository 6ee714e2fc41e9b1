"""What a process of Legato needs before anything else: streams, signals, and no surprises of the garbage collector."""
