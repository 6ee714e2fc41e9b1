"""Who is let in by the settings of the service."""

from pathlib import Path

import pytest

from legato.errors import NotAllowed
from legato.service.http_application import rules
from legato.service.settings import Options


def test_on_this_computer_nobody_has_to_show_a_token() -> None:
    assert rules(Options(host="::1")).token is None


def test_beyond_this_computer_a_token_and_tls_or_a_word_of_consent_are_needed(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("0123456789abcdef\n")
    token.chmod(0o600)
    with pytest.raises(NotAllowed, match="needs a token_file"):
        rules(Options(host="0.0.0.0"))  # noqa: S104 - it is refused
    with pytest.raises(NotAllowed, match="tls_cert and tls_key, or allow_remote"):
        rules(Options(host="box.local", token_file=token))
    let_in = rules(Options(host="box.local", token_file=token, allow_remote=True, allowed_hosts=("panel.home",)))
    assert (let_in.token, let_in.hosts) == ("0123456789abcdef", frozenset({"box.local", "panel.home"}))
