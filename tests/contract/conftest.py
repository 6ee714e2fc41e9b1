"""What the contract's tests share."""

from collections.abc import Callable

import pytest

from legato.tools.conform.kit import Report
from tests.contract.simulated import conformed


@pytest.fixture
def conformance() -> Callable[..., Report]:
    """`report = conformance("wrap-3", ["bad_crc"], tamper)`"""
    return conformed
