"""Conditional writes as data, and their DynamoDB expressions.

There is no unconditional write: each names the state it was decided on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from commerce.storage.items import Attribute, Item, Key, WireItem, to_wire


class WriteLost(Exception):  # an outcome that callers act on, not an error of theirs
    """A condition did not hold, or a rival transaction was under way. `current`: the items as they are, by key."""

    def __init__(self, current: Mapping[Key, Item]) -> None:
        super().__init__("the stored state is not the one the write was decided on")
        self.current = current


@dataclass(frozen=True, slots=True)
class Condition:
    """All of these hold: the item exists or not, attributes are equal, absent, or either absent or below a number.

    `smaller`: a map holds fewer members than that.
    """

    exists: bool | None = None
    equal: Mapping[str, Attribute] = field(default_factory=dict)
    absent: Sequence[str] = ()
    absent_or_below: Mapping[str, int] = field(default_factory=dict)
    absent_or_equal: Mapping[str, Attribute] = field(default_factory=dict)
    smaller: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def version(cls, version: int) -> Condition:
        """The item has this version; 0 = it does not exist."""
        return cls(equal={"version": version}) if version else cls(exists=False)


@dataclass(frozen=True, slots=True)
class Put:
    """Write the whole item."""

    key: Key
    item: Mapping[str, Attribute]
    condition: Condition


@dataclass(frozen=True, slots=True)
class Update:
    """Change single attributes; the others stay. `changes` and `removals` take paths into maps (``revoked.<jti>``)."""

    key: Key
    condition: Condition
    changes: Mapping[str, Attribute] = field(default_factory=dict)
    additions: Mapping[str, int] = field(default_factory=dict)
    removals: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the item."""

    key: Key
    condition: Condition


Write: TypeAlias = Put | Update | Delete


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


def request_of(write: Write) -> tuple[str, dict[str, Any]]:
    """The transaction member's name (``Put``, ``Update``, ``Delete``) and its parameters."""
    expressions = _Expressions()
    parameters: dict[str, Any] = {
        "TableName": write.key.table,
        "ConditionExpression": expressions.condition(write.condition),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    match write:
        case Put():
            kind = "Put"
            fields = {name: to_wire(value) for name, value in write.item.items()}
            parameters["Item"] = write.key.wire() | fields
        case Update():
            kind = "Update"
            parameters["Key"] = write.key.wire()
            parameters["UpdateExpression"] = expressions.update(write)
        case Delete():
            kind = "Delete"
            parameters["Key"] = write.key.wire()
    if expressions.names:
        parameters["ExpressionAttributeNames"] = expressions.names
    if expressions.values:
        parameters["ExpressionAttributeValues"] = expressions.values
    return kind, parameters
