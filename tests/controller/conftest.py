"""A small device, schedules, and a stage in front of the simulator."""

from tests.host import boots, make_squeezes, perform, single, stage, vector  # noqa: F401 - fixtures
