"""A session with a device: what is asked of it, what it reports, and how a run goes on."""
