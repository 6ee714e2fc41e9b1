"""Budget and frequency; in a module of their own, so that the command line imports nothing heavy for them."""

from enum import StrEnum


class Budget(StrEnum):
    """How much may be spent, from the least."""

    NOTHING = "nothing"
    LITTLE = "little"
    PLENTY = "plenty"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Budget).index(self)


class Often(StrEnum):
    """How often somebody wants a massage."""

    ONCE = "once"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"
