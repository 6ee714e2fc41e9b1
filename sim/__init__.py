"""The stand-in: the same firmware on a physical model of air, motors, heat and leg."""
