"""Comments between the entries of a YAML file: ruamel keeps each with what stands before it, people write it for what
comes after."""

from collections.abc import Sequence
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken

Slot = tuple[CommentedMap | CommentedSeq, Any]
"""A scalar by its holder and its key there."""


def removed(node: CommentedMap, key: str) -> None:
    """Takes a field away; what is said after its line of what comes next stays."""
    keys = list(node)
    after = taken(_end(node, key))
    at = keys.index(key)
    node.ca.items.pop(key, None)
    del node[key]
    if after and at:
        _put(_end(node, keys[at - 1]), after + taken(_end(node, keys[at - 1])))


def quiet_key(node: CommentedMap, wanted: int) -> int:
    """The place nearest before `wanted` for a new field, where no comment is meant for what follows."""
    keys = list(node)
    return next((n for n in range(wanted, 0, -1) if not _block(_end(node, keys[n - 1]))), wanted)


def rearranged(node: CommentedSeq, entries: Sequence[tuple[int | None, Any]]) -> CommentedSeq:
    """`node` with these entries, each with the comment above the one that it comes from, by its index."""
    above = {n + 1: taken(_end(node, n)) for n in range(len(node))}
    own = {n: node.ca.items.get(n) for n in range(len(node))}
    last = above.pop(len(node), "")
    node.ca.items.clear()
    node[:] = [value for _, value in entries]
    for n, (came_from, _) in enumerate(entries):
        if came_from is not None and own[came_from]:
            node.ca.items[n] = own[came_from]
    for n, (came_from, _) in enumerate(entries[1:]):
        _put(_end(node, n), above.get(came_from or 0, ""))
    if entries:
        _put(_end(node, len(entries) - 1), last)
    return node


def taken(slot: Slot) -> str:
    """The comment after a scalar that is meant for what follows, taken away from it."""
    block, token = _block(slot), _token(slot)
    if token is not None and block:
        token.value = token.value[: -len(block)]
        if not token.value.strip():
            slot[0].ca.items.pop(slot[1])
    return block


def _put(slot: Slot, block: str) -> None:
    if not block:
        return
    token = _token(slot)
    if token is not None:
        token.value += block
    else:
        made = CommentToken("\n" + block, CommentMark(0), None)
        slot[0].ca.items[slot[1]] = [made, None] if isinstance(slot[0], CommentedSeq) else [None, None, made, None]


def _block(slot: Slot) -> str:
    """What stands below the line of a scalar."""
    token = _token(slot)
    return token.value.partition("\n")[2] if token is not None else ""


def _token(slot: Slot) -> CommentToken | None:
    found = slot[0].ca.items.get(slot[1])
    token = found[0 if isinstance(slot[0], CommentedSeq) else 2] if found else None
    return token if isinstance(token, CommentToken) else None


def _end(node: CommentedMap | CommentedSeq, key: Any) -> Slot:
    """The scalar, or the entry in brackets, at which the entry `key` ends."""
    value = node[key]
    if not isinstance(value, CommentedMap | CommentedSeq) or not value or value.fa.flow_style():
        return node, key
    return _end(value, next(reversed(value)) if isinstance(value, CommentedMap) else len(value) - 1)
