"""What is raised if a device breaks a rule."""


class Broken(Exception):
    """The device breaks the rule; the message says what it did, and what would have been right."""


def check(is_kept: bool, otherwise: str) -> None:
    """Raises Broken with the message `otherwise`, unless the rule is kept."""
    if not is_kept:
        raise Broken(otherwise)
