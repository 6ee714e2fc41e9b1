"""A home of each test's own, the command line without a process, and brokers."""

from tests.front_door import cli, home, no_service, plan, screened, service  # noqa: F401 - fixtures
from tests.mosquitto import brokers, there  # noqa: F401 - fixtures
