"""Fuzz bytes read as a script: each target takes from the tape what it needs to decide what happens next."""


class Tape:
    """Bytes read from the front. At the end of the tape everything is 0 or empty, so that any input is a script."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_over(self) -> bool:
        """Whether all bytes are read."""
        return self._at >= len(self._data)

    def number(self, size: int = 1) -> int:
        """An unsigned little-endian integer of `size` bytes."""
        return int.from_bytes(self.take(size), "little")

    def take(self, count: int) -> bytes:
        """The next `count` bytes, or as many as there are."""
        part = self._data[self._at : self._at + count]
        self._at += count
        return part

    def block(self) -> bytes:
        """A length byte, and so many bytes."""
        return self.take(self.number())
