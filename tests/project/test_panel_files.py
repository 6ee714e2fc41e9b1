"""The files of the panel: complete, unaltered, and nothing in them that its own policy would refuse."""

import hashlib
import re
from pathlib import Path

import pytest

from legato.service.http_application import PANEL

SCRIPTS = sorted(path for path in PANEL.glob("js/**/*.js"))


def keys(language: str) -> set[str]:
    text = (PANEL / "js" / "locale" / f"{language}.js").read_text()
    return set(re.findall(r'(?:^|[,{\s])"?([a-z][a-z_ ]*)"?: "', text))


def holes(language: str) -> dict[str, set[str]]:
    text = (PANEL / "js" / "locale" / f"{language}.js").read_text()
    return {
        key: set(re.findall(r"\{(\w+)\}", told)) for key, told in re.findall(r'"?([a-z][a-z_ ]*)"?: "([^"]*)"', text)
    }


def test_every_language_has_every_word_with_the_same_blanks() -> None:
    assert len(keys("en")) > 150
    assert keys("de") == keys("en")
    assert holes("de") == holes("en")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_word_that_is_asked_for_is_there_and_every_module_too(script: Path) -> None:
    text = script.read_text()
    assert set(re.findall(r'\bt\("([^"]+)"', text)) <= keys("en")
    for module in re.findall(r'(?:from|import\()\s*"(\./[^"]+)"', text):
        assert (script.parent / module).is_file(), module


def test_what_the_page_names_is_there() -> None:
    page = (PANEL / "index.html").read_text()
    assert set(re.findall(r'data-t(?:-label)?="([^"]+)"', page)) <= keys("en")
    for name in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert not name.startswith("/")
        assert (PANEL / name).is_file(), name


def test_nothing_needs_what_the_content_security_policy_forbids() -> None:
    page = (PANEL / "index.html").read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script>|https?://", page)
    for script in SCRIPTS:
        assert not re.search(r'innerHTML|eval\(|new Function|[{ ]style: "', script.read_text()), script.name


def test_the_vendored_files_are_those_that_were_pinned() -> None:
    for line in (PANEL / "vendor" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((PANEL / "vendor" / name).read_bytes()).hexdigest() == digest, name
