"""How a service proves that it is the one whose runtime file a client has read: by a shared secret that is not sent."""

import hmac
from typing import Final

CHALLENGE: Final = "Legato-Challenge"
"""The request header with a nonce."""

PROOF: Final = "Legato-Proof"
"""The response header: the keyed hash of the nonce, which needs the secret."""

MOST: Final = 128
"""The maximum length of a challenge, in characters."""


def proof(secret: str, challenge: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of `challenge`, in hex."""
    return hmac.new(secret.encode(), challenge[:MOST].encode(), "sha256").hexdigest()
