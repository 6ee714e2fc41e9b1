"""What somebody may spend on massage, and how often they want it: the command line imports nothing heavy for it."""

from enum import StrEnum


class Budget(StrEnum):
    """How much may be spent, the least first."""

    NOTHING = "nothing"
    LITTLE = "little"
    PLENTY = "plenty"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Budget).index(self)


class Often(StrEnum):
    """How often somebody wants to be massaged."""

    ONCE = "once"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"
