"""What is raised where a device does not keep a rule."""


class Broken(Exception):
    """The device does not keep the rule; the message says what it did, and what would have been right."""


def check(is_kept: bool, otherwise: str) -> None:
    """Raises Broken, saying `otherwise`, unless the rule is kept."""
    if not is_kept:
        raise Broken(otherwise)
