"""In what two JSON values differ, place by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from itertools import zip_longest
from typing import Any, Final

from backoffice.side_by_side.paths import Path, Patterns
from commerce.exact_json import JsonValue, canonical


class Absent(Enum):
    """Stands for a value that there is not."""

    ABSENT = "nothing"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ; ABSENT on the side that has nothing there."""

    path: Path
    old: JsonValue | Absent
    new: JsonValue | Absent


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a difference.

    `unordered`: lists whose order does not count, each with the member that its entries are known by; "" = entries
    are known by their whole value. `equals`: pairs of values, the old side's and the new one's, that count as one, such
    as the ids that each side has given to one order.
    """

    ignored: Patterns
    unordered: Mapping[str, str] = field(default_factory=dict)
    equals: frozenset[tuple[JsonValue, JsonValue]] = frozenset()
    null_is_absent: bool = False
    new_members_allowed: bool = False


def differences(old: JsonValue, new: JsonValue, rules: Rules) -> Iterator[Difference]:
    """In the order of the old value. Numbers are compared by what they are worth: 40 = 40.0."""
    return _Comparing(rules).values((), old, new)


class _Comparing:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._unordered = [(Patterns([pattern]), member) for pattern, member in rules.unordered.items()]

    def values(self, path: Path, old: JsonValue | Absent, new: JsonValue | Absent) -> Iterator[Difference]:
        if self._rules.ignored.cover(path) or self._same(old, new):
            return
        if isinstance(old, dict) and isinstance(new, dict):
            for name in dict.fromkeys([*old, *new]):
                yield from self.values((*path, name), old.get(name, ABSENT), new.get(name, ABSENT))
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._lists(path, old, new)
        elif old is not ABSENT or not self._rules.new_members_allowed:
            yield Difference(path, old, new)

    def _lists(self, path: Path, old: list[Any], new: list[Any]) -> Iterator[Difference]:
        for patterns, member in self._unordered:
            if patterns.name(path):
                if not member:
                    yield from self._without_order(path, old, new)
                    return
                known = _by_member(old, member), _by_member(new, member)
                if known[0] is not None and known[1] is not None:
                    for key in dict.fromkeys([*known[0], *known[1]]):
                        step = f"[{member}={key}]"
                        yield from self.values((*path, step), known[0].get(key, ABSENT), known[1].get(key, ABSENT))
                    return
        for place, (one, other) in enumerate(zip_longest(old, new, fillvalue=ABSENT)):
            entry = (*path, f"[{place}]")
            # An entry more is no member more: a list says how many there are.
            if one is ABSENT and not self._rules.ignored.cover(entry):
                yield Difference(entry, one, other)
            else:
                yield from self.values(entry, one, other)

    def _without_order(self, path: Path, old: list[Any], new: list[Any]) -> Iterator[Difference]:
        kept = [[self._stripped((*path, "[*]"), entry) for entry in entries] for entries in (old, new)]
        counts = [Counter(canonical(entry) for entry in entries) for entries in kept]
        only_old, only_new = counts[0] - counts[1], counts[1] - counts[0]
        for entries, surplus, is_old in ((kept[0], only_old, True), (kept[1], only_new, False)):
            for place, entry in enumerate(entries):
                text = canonical(entry)
                if surplus[text]:
                    surplus[text] -= 1
                    yield Difference((*path, f"[{place}]"), *((entry, ABSENT) if is_old else (ABSENT, entry)))

    def _stripped(self, path: Path, value: JsonValue) -> JsonValue:
        """Without what is ignored."""
        if isinstance(value, dict):
            inside = {name: (*path, name) for name in value}
            return {
                name: self._stripped(place, value[name])
                for name, place in inside.items()
                if not self._rules.ignored.cover(place) and not (self._rules.null_is_absent and value[name] is None)
            }
        if isinstance(value, list):
            return [self._stripped((*path, "[*]"), entry) for entry in value]
        return value

    def _same(self, old: JsonValue | Absent, new: JsonValue | Absent) -> bool:
        if self._rules.null_is_absent and {type(old), type(new)} <= {type(None), Absent}:
            return True
        if isinstance(old, bool) or isinstance(new, bool):
            return old is new
        if isinstance(old, int | Decimal) and isinstance(new, int | Decimal):
            return old == new
        if isinstance(old, str | None) and isinstance(new, str | None):
            return old == new or (old, new) in self._rules.equals
        return False


def _by_member(entries: Sequence[JsonValue], member: str) -> dict[str, JsonValue] | None:
    """The entries by a member's value; None where one has none, or two have the same."""
    known = {
        str(entry[member]): entry for entry in entries if isinstance(entry, dict) and entry.get(member) is not None
    }
    return known if len(known) == len(entries) else None
