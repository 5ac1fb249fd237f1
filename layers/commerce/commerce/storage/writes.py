"""Conditional writes as data, and their DynamoDB expressions.

There is no unconditional write: each names the state it was decided on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from commerce.storage.items import Attribute, Item, Key, WireItem, to_wire

# The attribute that shows which writes have made an item what it is: the last one's mark and some before it.
MARK: Final = "mark"
MARKS_KEPT: Final = 4


class WriteLost(Exception):  # an outcome that callers act on, not an error of theirs
    """A condition did not hold, or a rival transaction was under way.

    `current`: the items as they are, by key, where a condition did not hold; `busy`: the keys a rival was writing to.
    """

    def __init__(self, current: Mapping[Key, Item], busy: frozenset[Key] = frozenset()) -> None:
        super().__init__("the stored state is not the one the write was decided on")
        self.current = current
        self.busy = busy


class Condition(Struct, frozen=True):
    """All of these hold: the item exists or not; attributes are equal, absent, present, absent or below a number.

    `smaller`: a map holds fewer members than that.
    """

    exists: bool | None = None
    equal: Mapping[str, Attribute] = field(default_factory=dict)
    absent: Sequence[str] = ()
    present: Sequence[str] = ()
    absent_or_below: Mapping[str, int] = field(default_factory=dict)
    absent_or_equal: Mapping[str, Attribute] = field(default_factory=dict)
    smaller: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def version(cls, version: int) -> Condition:
        """The item has this version; 0 = it does not exist."""
        return cls(equal={"version": version}) if version else cls(exists=False)


class Put(Struct, frozen=True):
    """Write the whole item."""

    key: Key
    item: Mapping[str, Attribute]
    condition: Condition


class Update(Struct, frozen=True):
    """Change single attributes; the others stay. `changes` and `removals` take paths into maps (``revoked.<jti>``).

    `mark`: where the update's mark stands (`Store`). One of its own for what is no next version of the item, so that
    neither hides the other.
    """

    key: Key
    condition: Condition
    changes: Mapping[str, Attribute] = field(default_factory=dict)
    additions: Mapping[str, int] = field(default_factory=dict)
    removals: Sequence[str] = ()
    mark: str = MARK


class Delete(Struct, frozen=True):
    """Remove the item."""

    key: Key
    condition: Condition


Write: TypeAlias = Put | Update | Delete


def bears(item: Item, write: Write, mark: str) -> bool:
    """Whether the item shows that a write with that mark has been carried out."""
    value: Any = item
    for part in (write.mark if isinstance(write, Update) else MARK).split(".", 1):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return mark.split(maxsplit=1)[0] in str(value).split()


class _Expressions:
    """Names and values of one request's expressions."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        self.values: WireItem = {}

    @property
    def names(self) -> dict[str, str]:
        return {placeholder: name for name, placeholder in self._placeholders.items()}

    def name(self, path: str) -> str:
        return ".".join(self._one_name(part) for part in path.split(".", 1))

    def value(self, value: Attribute) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = to_wire(value)
        return placeholder

    def condition(self, condition: Condition) -> str:
        parts = []
        if condition.exists is not None:
            function = "attribute_exists" if condition.exists else "attribute_not_exists"
            parts.append(f"{function}({self.name('pk')})")
        parts += [f"{self.name(name)} = {self.value(value)}" for name, value in condition.equal.items()]
        parts += [f"attribute_not_exists({self.name(name)})" for name in condition.absent]
        parts += [f"attribute_exists({self.name(name)})" for name in condition.present]
        parts += [
            f"(attribute_not_exists({self.name(name)}) OR {self.name(name)} < {self.value(bound)})"
            for name, bound in condition.absent_or_below.items()
        ]
        parts += [
            f"(attribute_not_exists({self.name(name)}) OR {self.name(name)} = {self.value(value)})"
            for name, value in condition.absent_or_equal.items()
        ]
        parts += [f"size({self.name(name)}) < {self.value(bound)}" for name, bound in condition.smaller.items()]
        return " AND ".join(parts)

    def not_equal(self, path: str, value: Attribute) -> str:
        name = self.name(path)
        return f"(attribute_not_exists({name}) OR {name} <> {self.value(value)})"

    def update(self, update: Update) -> str:
        clauses = []
        if update.changes:
            pairs = (f"{self.name(path)} = {self.value(value)}" for path, value in update.changes.items())
            clauses.append("SET " + ", ".join(pairs))
        if update.additions:
            pairs = (f"{self.name(path)} {self.value(number)}" for path, number in update.additions.items())
            clauses.append("ADD " + ", ".join(pairs))
        if update.removals:
            clauses.append("REMOVE " + ", ".join(self.name(path) for path in update.removals))
        return " ".join(clauses)

    def _one_name(self, name: str) -> str:
        return self._placeholders.setdefault(name, f"#n{len(self._placeholders)}")


def request_of(write: Write, mark: str = "") -> tuple[str, dict[str, Any]]:
    """The transaction member's name (``Put``, ``Update``, ``Delete``) and its parameters.

    `mark`: what an item is to bear, blank = nothing.
    """
    expressions = _Expressions()
    parameters: dict[str, Any] = {
        "TableName": write.key.table,
        "ConditionExpression": expressions.condition(write.condition),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    match write:
        case Put():
            kind = "Put"
            item = {**write.item, MARK: mark} if mark else write.item
            fields = {name: to_wire(value) for name, value in item.items()}
            parameters["Item"] = write.key.wire() | fields
        case Update():
            kind = "Update"
            parameters["Key"] = write.key.wire()
            if mark:
                write = replace(write, changes={**write.changes, write.mark: mark})
                if write.additions:
                    # What is added would be added again.
                    parameters["ConditionExpression"] += " AND " + expressions.not_equal(write.mark, mark)
            parameters["UpdateExpression"] = expressions.update(write)
        case Delete():
            kind = "Delete"
            parameters["Key"] = write.key.wire()
    if expressions.names:
        parameters["ExpressionAttributeNames"] = expressions.names
    if expressions.values:
        parameters["ExpressionAttributeValues"] = expressions.values
    return kind, parameters
