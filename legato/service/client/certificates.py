"""Certificates that Python 3.13 and newer do not accept for what they lack, though who signed them is trusted."""

import ssl
from typing import Final

STRICT: Final = frozenset({78, *range(80, 94)})
"""What only X509_V_FLAG_X509_STRICT looks at, which Python 3.13 sets by default: `X509_V_ERR_*` of OpenSSL's
x509_vfy.h. The everyday one is 92: `openssl req -x509` gives an authority no `keyUsage` unless it is asked to.
"""

ADVICE: Final = (
    "Python 3.13 and newer accept only certificates that are complete: make them anew as docs/reference/mqtt.md shows"
)


def advised(text: str, error: Exception) -> str:
    """The text, and what to do where the error is such a certificate."""
    return f"{text}; {ADVICE}" if is_incomplete(error) else text


def is_incomplete(error: Exception) -> bool:
    """Whether this, or what is behind it, is a certificate that is refused for what RFC 5280 wants to be in it."""
    # aiomqtt passes on the text alone, `from None`. No farther: what is behind errors may go round in a circle.
    behind = (error, error.__cause__, error.__context__)
    return any(isinstance(one, ssl.SSLCertVerificationError) and one.verify_code in STRICT for one in behind)
