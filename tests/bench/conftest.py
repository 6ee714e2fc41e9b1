"""A small plan made by hand."""

from tests.front_door import plan  # noqa: F401 - a fixture
