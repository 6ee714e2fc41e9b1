"""Access control: the host name used to reach the service, the origin of the page, and the token."""

from collections.abc import Mapping
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers

from legato.service.http.access_settings import Rules
from legato.service.http.problems import Refusal, refuse

Role = Literal["owner", "guest"]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/healthz"})
"""Open to anybody: a health check has no token."""

GUESTS_MAY: Final = (
    "a guest may only watch and stop (without a token_file, a client that comes through a proxy, or by a name other"
    " than localhost, is a guest)"
)

KEEP_HOST: Final = "a proxy has to forward the Host header unchanged (nginx: proxy_set_header Host $http_host)"


def role(rules: Rules, scope: Mapping[str, Any]) -> Role:
    """The role of a client; `scope` is the ASGI scope of a request or a WebSocket.

    Raises:
        Refusal: the client has no access.
    """
    headers = Headers(scope=dict(scope))
    _check_host(rules, headers)
    _check_origin(scope, headers)
    if not scope["path"].startswith("/api/") and scope["path"] in OPEN:
        return "guest"
    return _bearer(rules, headers, scope)


def role_in_an_emergency(rules: Rules, scope: Mapping[str, Any]) -> Role:
    """The role for an emergency stop: from this computer it needs nothing, from elsewhere any valid token."""
    client = scope.get("client")
    if client and _is_loopback(client[0]):
        return "owner"
    return _bearer(rules, Headers(scope=dict(scope)), scope)


def _check_host(rules: Rules, headers: Headers) -> None:
    """Prevents DNS rebinding: a web page can make its own name resolve to this computer, but not be an address."""
    host = _name(headers.get("host", ""))
    if not (host == "localhost" or host in rules.hosts or _is_address(host)):
        detail = f'"{host[:100]}" is not an allowed name for this service: add it to allowed_hosts; {KEEP_HOST}'
        raise refuse(421, "wrong_host", detail)


def _check_origin(scope: Mapping[str, Any], headers: Headers) -> None:
    """Only pages of this service may change anything or listen; programs send no Origin and are allowed."""
    if scope.get("method") in SAFE and not scope["path"].startswith("/api/"):
        return
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise _of_another_site(urlsplit(origin).netloc, host, headers)
    allowed = {"same-origin", "none"} | ({"same-site"} if scope.get("method") in SAFE else set())
    if headers.get("sec-fetch-site", "none") not in allowed:
        raise refuse(403, "cross_site", "a page of another site may not use this service")


def _of_another_site(page: str, host: str, headers: Headers) -> Refusal:
    """If the browser says that the page is ours, a proxy has changed the Host header."""
    if headers.get("sec-fetch-site") == "same-origin" or any(name in headers for name in PASSED_ON):
        detail = f"the page came from {page[:100]}, but the Host header here is {host[:100]}: {KEEP_HOST}"
        return refuse(403, "host_rewritten", detail)
    return refuse(403, "cross_site", "a page of another site may not use this service")


def _bearer(rules: Rules, headers: Headers, scope: Mapping[str, Any]) -> Role:
    if rules.token is None:
        # Without a token it listens on loopback only, and any local client is the owner; proxy headers show who is not.
        return "guest" if _is_from_elsewhere(headers) else "owner"
    if not _is_guarded(scope["path"]):
        return "guest"
    kind, _, word = headers.get("authorization", "").partition(" ")
    given = word.strip() if kind.lower() == "bearer" else _in_subprotocol(headers)
    for token, who in _known(rules):
        if compare_digest(given.encode(), token.encode()):
            return who
    if given:
        raise refuse(401, WRONG, "this token is not valid", _ASK)
    raise refuse(401, "no_token", "a valid token is needed: Authorization: Bearer TOKEN", _ASK)


WRONG: Final = "wrong_token"
_ASK = {"WWW-Authenticate": 'Bearer realm="legato"'}


PASSED_ON: Final = ("x-forwarded-for", "x-real-ip", "forwarded")
"""The headers in which a proxy names its client; `Forwarded` is from RFC 7239."""

PASSED_BY: Final = ("via", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server", "x-forwarded-port")
"""Headers that a proxy may add as well, or instead."""


def _is_from_elsewhere(headers: Headers) -> bool:
    """Whether anything suggests a client on another computer, or a proxy.

    A local client uses a local host name; a proxy that rewrites even that leaves no trace. A header that names a client
    may come from the client itself, through a proxy that adds nothing, so a local name there proves nothing.
    """
    named = [word.strip() for name in PASSED_ON for word in ",".join(headers.getlist(name)).split(",")]
    host = _name(headers.get("host", ""))
    is_asked_for_here = host == "localhost" or _is_loopback(host)
    is_passed_by = any(name in headers for name in PASSED_BY)
    return not is_asked_for_here or is_passed_by or any(word and not _is_loopback(word) for word in named)


def _is_guarded(path: str) -> bool:
    """Whether the path needs a token; the panel's files are public, as they are in Legato's package."""
    return path.startswith("/api/") or path in ("/metrics", "/openapi.json")


def _known(rules: Rules) -> list[tuple[str, Role]]:
    found: list[tuple[str, Role]] = [(rules.token, "owner")] if rules.token else []
    return found + ([(rules.guest_token, "guest")] if rules.guest_token else [])


SUBPROTOCOL = "legato"
"""A page cannot set headers of a WebSocket, but it can offer subprotocols: `legato` and `bearer.TOKEN`, URL-encoded,
since the name of a subprotocol may contain neither a slash nor an equals sign.
"""


def _in_subprotocol(headers: Headers) -> str:
    offered = [word.strip() for word in headers.get("sec-websocket-protocol", "").split(",")]
    return next((unquote(word.removeprefix("bearer.")) for word in offered if word.startswith("bearer.")), "")


def _name(host: str) -> str:
    """The host of `name:port` or `[address]:port`."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_address(host) and ip_address(host).is_loopback
