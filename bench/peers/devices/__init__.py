"""Stand-ins for the hardware that the peers speak to: as much of each protocol as the work needs."""
