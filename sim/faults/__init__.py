"""What can go wrong, made to go wrong: typed, seeded, at a given time, through the seams that a workbench has."""
