"""A routine as the text of a file: written anew, or put into the text that it was read from, whose comments stay.

Only what differs is touched: values are exchanged in their places, steps are matched with those of the text.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from io import StringIO
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.util import load_yaml_guess_indent

from legato.profiles.call_arguments import is_argument, is_by_place
from legato.profiles.profile import Profile
from legato.profiles.yaml_comments import quiet_key, rearranged, removed

Plain = dict[str, Any]


def text_of(routine: Profile) -> str:
    """The file of a routine that has none yet: what goes without saying is left out."""
    return _dumped(_yaml(), _node(_plain(routine)))


def edited(source: str, before: Profile, routine: Profile) -> str:
    """`source`, which holds `before`, made to hold `routine`."""
    old, new = _plain(before), _plain(routine)
    if old == new:
        return source
    _, mapping, offset = load_yaml_guess_indent(source)
    yaml = _yaml(mapping or 2, offset or 0)
    root = yaml.load(source)
    return _dumped(yaml, _map(root, old, new))


def _yaml(mapping: int = 2, offset: int = 2) -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    yaml.indent(mapping=2 if offset else mapping, sequence=offset + 2, offset=offset)
    return yaml


def _dumped(yaml: YAML, root: CommentedMap) -> str:
    text = StringIO()
    yaml.dump(root, text)
    return text.getvalue()


def _plain(model: BaseModel) -> Plain:
    """What a file would say of it: the kind first, then what is given by place, steps last; None is left out."""
    fields = type(model).model_fields
    given = [name for name in fields if name in model.model_fields_set and getattr(model, name) is not None]
    given.sort(key=lambda name: (name == "steps", is_argument(fields[name]), not is_by_place(fields[name])))
    return {fields[name].alias or name: _value(getattr(model, name)) for name in given}


def _value(value: Any) -> Any:
    match value:
        case BaseModel():
            return _plain(value)
        case tuple():
            return [_value(item) for item in value]
        case str():
            return str(value)
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _node(value: Any) -> Any:
    """A plain value as ruamel writes it."""
    match value:
        case dict():
            return CommentedMap((name, _node(item)) for name, item in value.items())
        case list():
            return CommentedSeq(map(_node, value))
        case _:
            return value


def _edited(node: Any, old: Any, new: Any) -> Any:
    """What stands in the place of `node` once `old` is `new`; it is `node` itself where both are the same."""
    if old == new:
        return node
    if isinstance(old, dict) and isinstance(new, dict):
        return _map(_own(node), old, new)
    if isinstance(old, list) and isinstance(new, list):
        return _list(_own(node), old, new)
    return _node(new)


def _own(node: Any) -> Any:
    """A node that nothing else in the file refers to, nor takes anything from."""
    if node.anchor.value is None and not getattr(node, "merge", None):
        return node
    copy = deepcopy(node)
    if isinstance(copy, CommentedMap):
        copy = CommentedMap(copy.items())
    copy.yaml_set_anchor(None)
    return copy


def _map(node: CommentedMap, old: Plain, new: Plain) -> CommentedMap:
    for name in old.keys() - new.keys():
        removed(node, name)
    for name, value in new.items():
        if name not in old:
            node.insert(quiet_key(node, _before(name, new, node)), name, _node(value))
        elif old[name] != value:
            node[name] = _edited(node[name], old[name], value)
    return node


def _before(name: str, new: Plain, node: CommentedMap) -> int:
    """How many of the node's keys come before a new one."""
    earlier = [*new][: [*new].index(name)]
    return max((list(node).index(one) + 1 for one in earlier if one in node), default=0)


def _list(node: CommentedSeq, old: Sequence[Any], new: Sequence[Any]) -> CommentedSeq:
    return rearranged(node, list(_matched(node, old, new)))


def _matched(node: CommentedSeq, old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[int | None, Any]]:
    """Each new entry with the index of the one that it comes from."""
    changes = SequenceMatcher(None, [*map(json.dumps, old)], [*map(json.dumps, new)], autojunk=False).get_opcodes()
    free = {n for tag, start, end, *_ in changes if tag != "equal" for n in range(start, end)}
    for tag, start, end, start_new, end_new in changes:
        for n, value in enumerate(new[start_new:end_new], start):
            moved = next((other for other in sorted(free) if old[other] == value), None)
            here = n if tag == "equal" or (n < end and n in free and _kind(old[n]) == _kind(value)) else None
            came_from = here if moved is None else moved
            free.discard(-1 if came_from is None else came_from)
            yield came_from, _node(value) if came_from is None else _edited(node[came_from], old[came_from], value)


def _kind(entry: Any) -> Any:
    return entry.get("do") if isinstance(entry, Mapping) else type(entry)
