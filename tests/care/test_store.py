"""People are kept in files that a person may edit: nonsense is reported with its place and never written over."""

import os
import resource
import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from legato.care.errors import UnknownName
from legato.care.home import home
from legato.care.person import Person
from legato.care.screening import DatedAnswer
from legato.care.store import PeopleStore
from legato.profiles.anatomy import Face, Zone
from legato.profiles.errors import InvalidFile
from legato.profiles.tree import unshowable

Build = Callable[..., Person]


@pytest.fixture
def store(tmp_path: Path) -> PeopleStore:
    return PeopleStore(tmp_path / "home")


@pytest.fixture
def edited(store: PeopleStore, person: Build) -> Callable[[str], Path]:
    """Ada's file after somebody edited it into the text given."""

    def edit(text: str) -> Path:
        store.save(person())
        store.path("ada").write_text(text, "utf-8")
        return store.path("ada")

    return edit


def test_what_was_saved_is_loaded(
    store: PeopleStore, person: Build, answering: Callable[..., dict[str, DatedAnswer]]
) -> None:
    ada = person(answering(diabetes="yes"), comfort_cap_mmhg=45, leg_cm=78, medicines=["aspirin", "vitamin d: daily"])
    store.save(ada)
    assert store.load("ada") == ada


@given(st.lists(st.text(min_size=1, max_size=12).filter(lambda word: not unshowable(word)), max_size=4))
@settings(max_examples=40, deadline=None)
def test_whatever_words_a_person_may_have_can_be_read_again(words: list[str]) -> None:
    with TemporaryDirectory() as folder:
        ada = Person(format=1, name="ada", conditions=tuple(words))
        PeopleStore(Path(folder)).save(ada)
        assert PeopleStore(Path(folder)).load("ada") == ada


def test_a_word_that_could_not_be_read_again_is_not_taken(person: Build) -> None:
    with pytest.raises(ValidationError, match=r"U\+0097, which cannot be shown; leave it out"):
        person(conditions=["S\x97"])


def test_several_people_share_a_home_and_one_is_current(store: PeopleStore, person: Build) -> None:
    assert store.current() is None
    for name in ("zoë", "ada"):
        store.save(person(name=name))
    store.use("zoë")
    assert store.names() == ("ada", "zoë")
    assert store.current() == person(name="zoë")


def test_a_person_who_does_not_exist_is_named_with_those_who_do(store: PeopleStore, person: Build) -> None:
    store.save(person())
    with pytest.raises(UnknownName, match='no person "adda"; did you mean "ada"'):
        store.load("adda")


def test_a_current_person_who_is_gone_is_named(store: PeopleStore, person: Build) -> None:
    store.save(person())
    store.use("ada")
    store.path("ada").unlink()
    with pytest.raises(UnknownName, match="ada"):
        store.current()


def test_a_current_person_overwritten_with_nonsense_is_nobody_known(store: PeopleStore, person: Build) -> None:
    store.save(person())
    (store.home / "current").write_bytes(b"\xff\xfe")
    with pytest.raises(UnknownName, match="known are ada"):
        store.current()


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("format: 1\nname: ada\ncomfort_cap_mmhg: lots\n", "3:1", "a valid number"),
        ("format: 1\nname: ada\ncomfort_cap_mmhg: 400\n", "3:1", "less than or equal to 110"),
        ("format: 1\nname: ada\nleg: 80\n", "3:1", "leg is not known here"),
        ("format: 1\nname: ada\nanswers:\n  dvtt: {answer: no, on: 2026-11-21}\n", "4:3", 'did you mean "dvt"?'),
        ("format: 1\nname: ada\nanswers:\n  dvt: {answer: maybe, on: 2026-11-21}\n", "4:9", "'yes', 'no' or 'unsure'"),
        ("format: 1\nname: ada\nanswers:\n  dvt: {answer: no, on: 2026-02-30}\n", "4:21", "valid date"),
        ("format: 1\nname: ada\nanswers:\n  dvt: {answer: no, on: 9999-12-31}\n", "4:21", "less than or equal to"),
        ("format: 1\n", "1:1", "name is missing"),
        ("format: 1\nname: bob\n", "1:1", "the name in this file is bob"),
        ("name: [", "1:8", "not YAML"),
        ("", "1:1", "empty"),
        ("\x00\x01", "1:1", "not text"),
    ],
)
def test_a_file_edited_into_nonsense_is_told_with_its_place(
    edited: Callable[[str], Path], store: PeopleStore, text: str, place: str, told: str
) -> None:
    path = edited(text)
    with pytest.raises(InvalidFile) as caught:
        store.load("ada")
    assert str(caught.value).startswith(f"{path}:{place}: ")
    assert told in str(caught.value)


def test_a_file_of_another_format_is_refused_in_one_sentence_and_left_alone(
    edited: Callable[[str], Path], store: PeopleStore, person: Build
) -> None:
    """What else is in it may be right there."""
    text = "format: 2\nname: ada\nleg_length_mm: 820\n"
    path = edited(text)
    for refused in (store.load, lambda _: store.save(person())):
        with pytest.raises(InvalidFile) as caught:
            refused("ada")
        assert str(caught.value) == f"{path}:1:1: format is 2; this Legato reads format 1"
    assert path.read_text() == text


def test_a_file_edited_into_nonsense_is_never_written_over(
    edited: Callable[[str], Path], store: PeopleStore, person: Build
) -> None:
    path = edited("nonsense")
    with pytest.raises(InvalidFile):
        store.save(person())
    assert path.read_text("utf-8") == "nonsense"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    store: PeopleStore, person: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(person(leg_cm=70))

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match=r"No space left on device: .*ada\.yaml"):
        store.save(person(leg_cm=80))
    assert store.load("ada").leg_cm == 70
    assert [path.name for path in store.path("ada").parent.iterdir()] == ["ada.yaml"]


def test_a_full_disk_is_told_with_the_file_and_leaves_the_old_one(store: PeopleStore, person: Build) -> None:
    store.save(person(leg_cm=70))
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8, room[1]))
        with pytest.raises(OSError, match=r"ada\.yaml") as caught:
            store.save(person(leg_cm=80))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)
        signal.signal(signal.SIGXFSZ, ignored)
    assert caught.value.filename == str(store.path("ada"))
    assert store.load("ada").leg_cm == 70
    assert [path.name for path in store.path("ada").parent.iterdir()] == ["ada.yaml"]


def test_others_on_this_computer_cannot_read_it(store: PeopleStore, person: Build) -> None:
    store.save(person())
    assert store.path("ada").stat().st_mode & 0o077 == 0


def test_the_home_is_where_the_environment_says(tmp_path: Path) -> None:
    assert home({"LEGATO_HOME": str(tmp_path)}) == tmp_path
    assert home({"LEGATO_HOME": ""}).name == "legato"


def test_a_comfort_cap_narrows_like_a_finding(person: Build, today: date) -> None:
    cap = person(comfort_cap_mmhg=25).restrictions(today).cap_at(Zone.CALF, Face.AROUND)
    assert cap is not None
    assert cap.value == 25


def test_a_comfort_cap_never_widens_a_finding(
    person: Build, today: date, answering: Callable[..., dict[str, DatedAnswer]]
) -> None:
    cap = (
        person(answering(anticoagulants="yes"), comfort_cap_mmhg=60).restrictions(today).cap_at(Zone.CALF, Face.AROUND)
    )
    assert cap is not None
    assert cap.value == 30


def test_whoever_else_lies_in_the_folder_takes_nobody_away_and_is_never_written_over(
    store: PeopleStore, person: Build
) -> None:
    store.save(person())
    for name in ("Bob.yaml", "a b.yaml", os.fsdecode(b"\xff.yaml"), ".ada.yaml"):
        store.path("ada").with_name(name).touch()
    os.mkfifo(store.path("fifo"))
    store.path("gone").symlink_to("nowhere")
    assert store.names() == ("Bob", "ada", "fifo", "gone")
    assert store.load("ada").name == "ada"
    with pytest.raises(InvalidFile, match="this is a FIFO"):
        store.load("fifo")
    with pytest.raises(InvalidFile, match="this link leads to nothing"):
        store.save(Person(format=1, name="gone"))


@pytest.mark.parametrize(
    "put", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("gone")], ids=["fifo", "folder", "link"]
)
def test_who_is_current_is_nobody_only_where_nobody_was_chosen(
    put: Callable[[Path], object], store: PeopleStore, person: Build
) -> None:
    store.save(person())
    put(store.home / "current")
    assert store.current_name() is None
    with pytest.raises(InvalidFile, match="this "):
        store.current()
