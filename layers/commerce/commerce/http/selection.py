"""The query's `fields` and `exclude` (contract: common.md §8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from commerce.call import Selection
from commerce.exact_json import JsonObject, JsonValue

_Tree: TypeAlias = "dict[str, _Tree | None]"


def select(body: JsonObject, selection: Selection) -> JsonObject:
    """`fields` keeps only what it names, then `exclude` removes."""
    if selection.fields is not None:
        body = _kept(body, _tree(selection.fields))
    if selection.exclude:
        body = _without(body, _tree(selection.exclude))
    return body


def _tree(paths: Sequence[tuple[str, ...]]) -> _Tree:
    """Paths as a tree of names, so that a body is walked once, however many there are; None where a path ends."""
    tree: _Tree = {}
    for path in paths:
        branch = tree
        for name in path[:-1]:
            below = branch.setdefault(name, {})
            if below is None:
                break  # a shorter path names all of it
            branch = below
        else:
            branch[path[-1]] = None
    return tree


def _kept(value: JsonValue, tree: _Tree) -> JsonValue:
    if isinstance(value, list):
        return [_kept(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    kept: JsonObject = {}
    for name, member in value.items():
        if name in tree:
            below = tree[name]
            if below is None:
                kept[name] = member
            elif member is None or isinstance(member, dict | list):
                kept[name] = _kept(member, below)
    return kept


def _without(value: JsonValue, tree: _Tree) -> JsonValue:
    if isinstance(value, list):
        return [_without(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    left: JsonObject = {}
    for name, member in value.items():
        below = tree.get(name, {})
        if below is not None:
            left[name] = _without(member, below) if below else member
    return left
