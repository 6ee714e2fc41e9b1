"""Who is let in: the name under which the service was reached, the page that asks, and the token."""

from collections.abc import Mapping
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers

from legato.service.http.access_rules import Rules
from legato.service.http.problems import Refusal, refuse

Role = Literal["owner", "guest"]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/healthz"})
"""What is told to anybody: whoever watches the service has no token."""

GUESTS_MAY: Final = (
    "a guest may watch, and stop, but nothing else (without a token_file, whoever comes through a proxy, or by another"
    " name than localhost, is a guest)"
)

KEEP_HOST: Final = "a proxy has to pass on the Host header as it came (nginx: proxy_set_header Host $http_host)"


def role(rules: Rules, scope: Mapping[str, Any]) -> Role:
    """As whom the client is let in; `scope` is ASGI's, of a request or a WebSocket.

    Raises:
        Refusal: the client is not let in.
    """
    headers = Headers(scope=dict(scope))
    _check_host(rules, headers)
    _check_origin(scope, headers)
    if not scope["path"].startswith("/api/") and scope["path"] in OPEN:
        return "guest"
    return _bearer(rules, headers, scope)


def role_in_an_emergency(rules: Rules, scope: Mapping[str, Any]) -> Role:
    """The same for an emergency stop: from this computer it needs nothing, from elsewhere any valid token."""
    client = scope.get("client")
    if client and _is_loopback(client[0]):
        return "owner"
    return _bearer(rules, Headers(scope=dict(scope)), scope)


def _check_host(rules: Rules, headers: Headers) -> None:
    """A page on the web can have its own name point to this computer, but it cannot be an address."""
    host = _name(headers.get("host", ""))
    if not (host == "localhost" or host in rules.hosts or _is_address(host)):
        told = f'this service is not called "{host[:100]}": allowed_hosts lets a name in, and {KEEP_HOST}'
        raise refuse(421, "wrong_host", told)


def _check_origin(scope: Mapping[str, Any], headers: Headers) -> None:
    """Only pages of this service may have anything done, or listen; a program sends no origin and is fine."""
    if scope.get("method") in SAFE and not scope["path"].startswith("/api/"):
        return
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise _of_another_site(urlsplit(origin).netloc, host, headers)
    allowed = {"same-origin", "none"} | ({"same-site"} if scope.get("method") in SAFE else set())
    if headers.get("sec-fetch-site", "none") not in allowed:
        raise refuse(403, "cross_site", "a page of another site may not ask this service")


def _of_another_site(page: str, host: str, headers: Headers) -> Refusal:
    """The browser knows better whether the page is ours: then somebody in between has changed the name."""
    if headers.get("sec-fetch-site") == "same-origin" or any(name in headers for name in PASSED_ON):
        told = f"the page came from {page[:100]}, which arrived here as {host[:100]}: {KEEP_HOST}"
        return refuse(403, "host_rewritten", told)
    return refuse(403, "cross_site", "a page of another site may not ask this service")


def _bearer(rules: Rules, headers: Headers, scope: Mapping[str, Any]) -> Role:
    if rules.token is None:
        # Without a token it listens on this computer only, and obeys whoever is here; a proxy says who is not.
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
"""By these a proxy names its client; `Forwarded` is RFC 7239's."""

PASSED_BY: Final = ("via", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server", "x-forwarded-port")
"""What a proxy may add beside, or instead."""


def _is_from_elsewhere(headers: Headers) -> bool:
    """Whether anything speaks for a client of another computer, or for a proxy.

    Whoever is here asks for this computer; a proxy that has changed even that name leaves no trace. What names a client
    may have come with the client, through a proxy that adds nothing, and proves nothing therefore.
    """
    named = [word.strip() for name in PASSED_ON for word in ",".join(headers.getlist(name)).split(",")]
    host = _name(headers.get("host", ""))
    is_asked_for_here = host == "localhost" or _is_loopback(host)
    is_passed_by = any(name in headers for name in PASSED_BY)
    return not is_asked_for_here or is_passed_by or any(word and not _is_loopback(word) for word in named)


def _is_guarded(path: str) -> bool:
    """The panel's files hold nothing that is not in Legato's own package."""
    return path.startswith("/api/") or path in ("/metrics", "/openapi.json")


def _known(rules: Rules) -> list[tuple[str, Role]]:
    found: list[tuple[str, Role]] = [(rules.token, "owner")] if rules.token else []
    return found + ([(rules.guest_token, "guest")] if rules.guest_token else [])


SUBPROTOCOL = "legato"
"""A page cannot set headers of a WebSocket, but it can offer protocols: `legato` and `bearer.TOKEN`, escaped as in an
address: the name of a protocol takes neither a slash nor an equals sign.
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
