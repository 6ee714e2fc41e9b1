"""How a service proves that it is the one whose file of state a client has read: both know a secret, and send none."""

import hmac
from typing import Final

CHALLENGE: Final = "Legato-Challenge"
"""The header of a request with a word that was never used before."""

PROOF: Final = "Legato-Proof"
"""The header of the answer: what only somebody who knows the secret can make of that word."""

MOST: Final = 128
"""Characters of a challenge."""


def proof(secret: str, challenge: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of `challenge`, in hex."""
    return hmac.new(secret.encode(), challenge[:MOST].encode(), "sha256").hexdigest()
