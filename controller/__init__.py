"""The host: link, port, device clock, session and the journal of a run."""
