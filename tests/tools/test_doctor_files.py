"""`legato doctor` names each file that cannot be used: of the settings, and what a run with sudo has left."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from legato.app.finding import Finding, Level
from legato.care.store import PeopleStore
from legato.errors import Failed, UnusableFile
from legato.service.mqtt.broker import Tls
from legato.service.named_files import faults
from legato.service.settings import Options
from legato.tools.doctor import ownership
from legato.tools.doctor.settings import settings
from tests.certificates import Authority
from tests.front_door import Cli

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the settings' file, the only one that is found."""
    path = tmp_path / "legato.yaml"
    monkeypatch.setattr("legato.service.settings_sources.places", lambda: (path,))

    def written(text: str) -> Path:
        path.write_text(text)
        return path

    return written


FILES = {
    "token_file": "token_file: {}",
    "guest_token_file": "guest_token_file: {}",
    "tls_cert": "{{tls_cert: {}, tls_key: /dev/null}}",
    "tls_key": "{{tls_cert: /dev/null, tls_key: {}}}",
    "mqtt.ca_file": "mqtt: {{host: localhost, ca_file: {}}}",
    "mqtt.cert_file": "mqtt: {{host: localhost, cert_file: {}, key_file: /dev/null}}",
    "mqtt.key_file": "mqtt: {{host: localhost, cert_file: /dev/null, key_file: {}}}",
    "mqtt.password_file": "mqtt: {{host: localhost, username: u, password_file: {}}}",
}
"""Every file that can be named, and how."""


def test_every_file_that_can_be_named_is_looked_at() -> None:
    options = [f"mqtt.{name}" for name in ("ca_file", "cert_file", "key_file", "password_file")]
    assert set(FILES) == {
        *options,
        *(name for name in Options.model_fields if name.endswith(("_file", "tls_cert", "tls_key"))),
    }


@pytest.mark.parametrize("setting", FILES)
@pytest.mark.parametrize(
    ("put", "told"),
    [
        (lambda _: None, "there is no such file"),
        (lambda path: path.symlink_to("gone"), "this link leads to nothing"),
        (os.mkfifo, "this is a FIFO"),
        (Path.mkdir, "this is a directory"),
    ],
    ids=["missing", "dangling", "fifo", "directory"],
)
def test_a_file_that_the_settings_name_and_that_is_none_is_named_by_its_setting(
    setting: str, put: Callable[[Path], Any], told: str, tmp_path: Path, write: Write
) -> None:
    named = tmp_path / "named"
    put(named)
    path = write(FILES[setting].format(named) + "\n")
    found = [finding for finding in settings() if f"{setting} (" in finding.text]
    assert [(one.level, one.error) for one in found] == [(Level.FAIL, UnusableFile)]
    assert f"{setting} ({path}:1): {named}: {told}" in found[0].text


def test_a_file_that_only_the_service_may_read_is_a_warning(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "token").write_text("0123456789abcdef")
    write(f"token_file: {tmp_path / 'token'}\n")
    monkeypatch.setattr("legato.profiles.files._no_file", refused)
    monkeypatch.setattr("legato.service.settings_sources.read_bytes", lambda path, _: path.read_bytes())
    (found, *_) = settings()
    assert (found.level, "this file may not be read" in found.text) == (Level.WARN, True)


def test_certificates_that_are_none_or_of_another_key_are_told(tmp_path: Path) -> None:
    one, other = Authority(tmp_path, "one"), Authority(tmp_path, "other")
    (cert, key), (_, strange) = one.issue("localhost"), other.issue("localhost")
    text = tmp_path / "text"
    text.write_text("none\n")
    mqtt = {"host": "b", "ca_file": one.cert, "cert_file": cert, "key_file": key}
    assert faults(Options.model_validate({"tls_cert": cert, "tls_key": key, "mqtt": mqtt})) == []
    told = faults(Options.model_validate({"tls_cert": cert, "tls_key": strange, "mqtt": {**mqtt, "ca_file": text}}))
    assert [fault.setting for fault in told] == ["tls_cert", "mqtt.ca_file"]
    assert "are not a certificate and its key" in told[0].what
    assert "contains no certificate" in told[1].what


def test_the_service_does_not_begin_without_its_certificate_and_does_without_the_brokers(
    cli: Cli, write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def served(*_: object) -> None:
        pass

    monkeypatch.setattr("legato.cli.commands.serve.serve_with", served)
    write("{tls_cert: /nowhere/c, tls_key: /nowhere/k}\n")
    code, out, err = cli("serve")
    assert (code, out, err) == (3, "", "tls_cert: /nowhere/c: there is no such file; check the path\n")
    write("mqtt: {host: localhost, ca_file: /nowhere/ca}\n")
    assert cli("serve")[0] == 0
    assert "mqtt.ca_file: /nowhere/ca: there is no such file" in caplog.text


def test_a_word_that_a_shell_hands_down_is_left_for_whoever_needs_it() -> None:
    """`legato serve --token-file <(pass legato)`: it can be read once."""
    reading, writing = os.pipe()
    os.write(writing, b"a word of some length")
    os.close(writing)
    assert faults(Options(token_file=Path(f"/dev/fd/{reading}"))) == []
    assert os.read(reading, 100) == b"a word of some length"
    os.close(reading)


@pytest.mark.parametrize("put", [lambda _: None, os.mkfifo], ids=["missing", "fifo"])
def test_a_link_to_the_broker_names_the_file_that_it_lacks_and_waits_for_none(
    put: Callable[[Path], Any], tmp_path: Path
) -> None:
    put(tmp_path / "ca")
    with pytest.raises(OSError, match=f"{tmp_path / 'ca'}: (there is no such file|this is a FIFO)"):
        Tls(ca_file=tmp_path / "ca").context()


# Who owns what is kept.


def kept(home: Path) -> list[Finding]:
    return list(ownership.kept(PeopleStore(home)))


def test_a_diary_of_ones_own_is_well_and_none_is_none_yet(home: Path) -> None:
    assert kept(home)[0].text.startswith("none yet")
    home.mkdir()
    (home / "diary.sqlite3").touch(mode=0o600)
    assert (kept(home)[0].level, kept(home)[0].text) == (
        Level.OK,
        f"{home}/diary.sqlite3, owned by {ownership.owner(home)}",
    )


@pytest.mark.parametrize("name", ["diary.sqlite3", "diary.sqlite3-journal", "people", "routines"])
def test_what_a_run_with_sudo_has_left_is_named_with_its_owner_and_the_remedy(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    left = home / name
    left.touch(mode=0o600) if "diary" in name else left.mkdir()
    mine = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mine(path, mode) and (path != left or mode == os.F_OK))
    (found,) = [one for one in kept(home) if one.level is Level.FAIL]
    assert found.text.startswith(f"{left} belongs to {ownership.owner(left)}, and this user cannot ")
    assert found.advice.startswith("`sudo chown -R ")
    assert found.error == Failed


def test_a_run_with_sudo_is_told_before_it_leaves_anything(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(ownership, "owner", lambda _: "anna")
    last = kept(home)[-1]
    assert (last.level, last.text) == (
        Level.WARN,
        f"this is root, and {home} belongs to anna: files written now will belong to root",
    )


@pytest.mark.parametrize(
    ("put", "told"),
    [
        (Path.mkdir, "is not a regular file"),
        (os.mkfifo, "is not a regular file"),
        (lambda path: path.symlink_to("/nowhere/x"), "is a broken link"),
        (lambda path: path.symlink_to(path), "is a broken link"),
    ],
    ids=["directory", "fifo", "dangling", "loop"],
)
def test_a_diary_that_is_no_file_is_told(put: Callable[[Path], Any], told: str, home: Path) -> None:
    home.mkdir()
    put(home / "diary.sqlite3")
    (found,) = [one for one in kept(home) if one.level is Level.FAIL]
    assert told in found.text


def test_a_home_that_cannot_be_looked_into_names_its_owner(
    home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    monkeypatch.setattr(os, "access", lambda _, mode: mode == os.F_OK)
    _, out, _ = cli("doctor")
    assert f"{home} belongs to {ownership.owner(home)}, and this user cannot write there" in out
