"""YAML text to a tree of plain values that know their place; each bound is checked before anything beyond it is built.

Anchors, aliases and the simple merge key (`<<: *name`) work. Tags, directives, several documents, keys used twice
and keys that are not words are refused.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from legato.profiles.errors import FileProblem, InvalidFile, short
from legato.profiles.scalars import Scalar, scalar

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_NODES = 50_000
"""Bound on values once every alias is written out."""

Plain = Scalar | list["Plain"] | dict[str, "Plain"]
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that escapes can bring in, and that must not reach a terminal."""

_ValueEvent = ScalarEvent | SequenceStartEvent | MappingStartEvent
Place = tuple[int, int]
"""Line and column, both from 1."""


def unshowable(text: str) -> str | None:
    """The first character that no file may hold, such as `U+0007`; None where there is none."""
    hidden = _UNSHOWABLE.search(text)
    return f"U+{ord(hidden[0]):04X}" if hidden else None


@dataclass(slots=True)
class Node:
    """A value at its place; a mapping also knows where its `keys` stand.

    `size` and `height` count the values it holds and their levels, with every alias written out.
    """

    place: Place
    value: "Scalar | list[Node] | dict[str, Node]"
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    height: int = 1
    word: str = ""
    """A value without quotes as it is written: who counts in hexadecimal reads 6001 as another number."""

    def child(self, part: int | str) -> "Node":
        """The entry or field `part`; the node itself where it has none."""
        if isinstance(self.value, list) and isinstance(part, int):
            return self.value[part]
        if isinstance(self.value, dict) and isinstance(part, str):
            return self.value.get(part, self)
        return self

    def find(self, *way: int | str) -> "Node":
        """What stands at the end of a way through entries and fields; where that ends early, what is there."""
        node = self
        for part in way:
            node = node.child(part)
        return node

    def plain(self) -> Plain:
        """The value without places, as `json.dumps` takes it."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {name: item.plain() for name, item in self.value.items()}
        return self.value


ROUTINE = "a routine has format: 1, name, title and steps"


def read(data: bytes, name: str, expected: str = ROUTINE) -> Node:
    """The tree of a YAML file called `name`; `expected` is what is said to someone whose file is empty.

    Raises:
        InvalidFile: not one well-formed YAML document in UTF-8, or beyond a bound.
    """
    if len(data) > MAX_BYTES:
        _refuse(name, (1, 1), "the file is larger than 1 MiB", "a routine or a device takes a few kilobytes")
    text = _text(data, name)
    try:
        return _Builder(name, YAML(typ="safe", pure=True).parse(text)).document(expected)
    except ReaderError as e:
        what = f"this is not text: it holds the character U+{ord(text[e.position]):04X}"
        _refuse(name, _place_after(text[: e.position]), what, "a YAML file is expected")
    except MarkedYAMLError as e:
        _refuse(name, _place(e.problem_mark or e.context_mark), *_in_words(e, text))
    except ValueError:  # ruamel's scanner, on escapes beyond Unicode
        _refuse(name, (1, 1), "an escape in quotes names no character", "check every \\U in the file")


def _text(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        before = data[: e.start].decode("utf-8", "replace")
        _refuse(name, _place_after(before), "this is not UTF-8 text", "a YAML file in UTF-8 is expected")
    if directive := re.search(r"^%", text, re.MULTILINE):
        place = _place_after(text[: directive.start()])
        _refuse(name, place, "directives (lines that start with %) are not used here", "remove the line")
    return text


def _in_words(error: MarkedYAMLError, text: str) -> tuple[str, str]:
    problem, mark = str(error.problem), error.problem_mark
    if "'\\t'" in problem and mark is not None:
        before, after = text[mark.index - mark.column : mark.index], text[mark.index :]
        return _tab(before.strip(), after.partition("\n")[0].strip())
    context = f" {error.context}" if error.context else ""
    return f"this is not YAML: {problem}{context}", "check indentation, colons, brackets and quotes here and above"


def _tab(before: str, after: str) -> tuple[str, str]:
    """A tab that the reader does not take, by what stands before and after it in its line."""
    if not before:
        where = "in the indentation" if after else "in an empty line"
        return f"there is a tab {where}", "YAML indents with spaces" if after else "remove it"
    if before.endswith(":"):
        return "there is a tab after the colon", "write a space there (name: value)"
    if not before.strip("- \t"):
        return "there is a tab after the dash", "write a space there (- value)"
    if not after:
        return "there is a tab at the end of the line", "remove it"
    return "there is a tab in the line", "write a space there; in a text, put the text in quotes"


def _refuse(name: str, place: Place, what: str, hint: str) -> NoReturn:
    raise InvalidFile(FileProblem(name, *place, what, hint)) from None


def _place(mark: StreamMark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _place_after(before: str) -> Place:
    return (before.count("\n") + 1, len(before) - before.rfind("\n"))


class _Builder:
    """Builds the tree from the parser's events, and stops at the first one that is not allowed."""

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self._name = name
        self._events = events
        self._anchors: dict[str, Node] = {}
        self._nodes = 0

    def document(self, expected: str) -> Node:
        next(self._events)
        start = next(self._events)
        if not isinstance(start, DocumentStartEvent):
            _refuse(self._name, (1, 1), "the file is empty", expected)
        root = self._node(next(self._events), 1)
        next(self._events)
        after = next(self._events)
        if isinstance(after, DocumentStartEvent):
            self._refuse(after, "a second document starts here", "a file holds one routine or one device")
        return root

    def _node(self, event: AliasEvent | _ValueEvent, depth: int) -> Node:
        self._nodes += 1
        if depth > MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep", "a routine needs fewer than ten levels")
        node = self._aliased(event, depth) if isinstance(event, AliasEvent) else self._anchored(event, depth)
        if max(self._nodes, node.size) > MAX_NODES:
            self._refuse(event, f"more than {MAX_NODES} values, aliases written out", "use repeat, or fewer steps")
        return node

    def _aliased(self, event: AliasEvent, depth: int) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            name = short(event.anchor)
            self._refuse(event, f"*{name} stands for nothing yet", f"put &{name} on a value above it")
        if depth + node.height - 1 > MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep by this alias", "use fewer levels")
        return node

    def _anchored(self, event: _ValueEvent, depth: int) -> Node:
        if event.tag is not None:
            self._refuse(event, f"the tag {short(event.tag)} is not used here", "write the value alone")
        node = self._built(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _built(self, event: _ValueEvent, depth: int) -> Node:
        place = _place(event.start_mark)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(Node(place, []), depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(Node(place, {}), depth)
        self._check_text(event)
        try:
            return Node(place, scalar(event.value), word=event.value) if event.implicit[0] else Node(place, event.value)
        except ValueError as e:
            self._refuse(event, str(e), "write a plain number")

    def _sequence(self, node: Node, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self._events), CollectionEndEvent):
            items.append(self._node(event, depth + 1))
        return _holding(node, items, items)

    def _mapping(self, node: Node, depth: int) -> Node:
        fields: dict[str, Node] = {}
        while not isinstance(key := next(self._events), CollectionEndEvent):
            self._check_key(key, node)
            node.keys[key.value] = _place(key.start_mark)
            fields[key.value] = self._node(next(self._events), depth + 1)
        _holding(node, fields, fields.values())
        return self._merged(node, fields) if "<<" in fields else node

    def _check_key(self, key: Any, node: Node) -> None:
        if not isinstance(key, ScalarEvent):
            self._refuse(key, "a key must be a word", "write name: value")
        self._check_text(key)
        if key.value in node.keys:
            line = node.keys[key.value][0]
            self._refuse(key, f'"{short(key.value)}" stands twice, first in line {line}', "keep one of the two")

    def _check_text(self, event: ScalarEvent) -> None:
        if hidden := unshowable(event.value):
            self._refuse(event, f"this text holds the character {hidden}, which cannot be shown", "leave it out")

    def _merged(self, node: Node, fields: dict[str, Node]) -> Node:
        """`node` with what `<<` brings in; what it says itself goes first."""
        base, place = fields.pop("<<"), node.keys.pop("<<")
        if not isinstance(base.value, dict):
            _refuse(self._name, place, "<< takes one mapping", "write <<: *name, with &name on a mapping above")
        node.value = base.value | fields
        node.keys = base.keys | node.keys
        return node

    def _refuse(self, event: Event, what: str, hint: str) -> NoReturn:
        _refuse(self._name, _place(event.start_mark), what, hint)


def _holding(node: Node, value: "list[Node] | dict[str, Node]", children: Iterable[Node]) -> Node:
    """`node` with its value and its measures."""
    node.value = value
    for child in children:
        node.size += child.size
        node.height = max(node.height, child.height + 1)
    return node
