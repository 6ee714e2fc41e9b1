"""A home of each test's own, and the command line without a process."""

from tests.front_door import cli, home, no_service, plan, screened, service  # noqa: F401 - fixtures
