"""A frame of fixed length that is built in place, so that a tick that reports something allocates nothing."""

import binascii
import struct

_HEAD = "<BBH"
_CRC_SIZE = 4


class FixedFrame:
    """`body` is what to write the payload into, from `PAYLOAD` on; then `address`. It is sealed only when it is taken.

    A frame that was not sent before the next one of its kind was made is lost, and counts as sent.
    """

    # The body lies one byte in: COBS costs exactly the byte before it.
    BODY = 1
    PAYLOAD = BODY + struct.calcsize(_HEAD)

    def __init__(self, kind: int, payload_size: int) -> None:
        self.body = bytearray(FixedFrame.PAYLOAD + payload_size + _CRC_SIZE + 1)
        self.is_waiting = False
        self._kind = kind
        self._crc_at = FixedFrame.PAYLOAD + payload_size
        self._checked = memoryview(self.body)[FixedFrame.BODY : self._crc_at]

    def address(self, seq: int, session: int) -> None:
        """The head goes before the payload: from now on it waits to be sent."""
        struct.pack_into(_HEAD, self.body, FixedFrame.BODY, self._kind, seq, session)
        self.is_waiting = True

    def take(self) -> bytes:
        """The bytes to send: none unless it waits."""
        if not self.is_waiting:
            return b""
        self.is_waiting = False
        self._seal()
        return bytes(self.body)

    def _seal(self) -> None:
        """Append the check, stuff the zeros. Not in the tick: on a 32-bit board a 32-bit sum is an object."""
        struct.pack_into("<I", self.body, self._crc_at, binascii.crc32(self._checked))
        self._stuff()

    def _stuff(self) -> None:
        """COBS in place: nothing moves, each zero becomes the distance to the next one."""
        body = self.body
        end = len(body) - 1
        body[end] = 0
        at = 0
        while at < end:
            after = body.find(b"\x00", at + 1)
            body[at] = after - at
            at = after
