"""Reads along a global secondary index: a range of one partition, or what matches in it, skipped, read and counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from commerce.errors import Contention
from commerce.storage.items import Attribute, Item, from_wire, to_wire
from commerce.storage.store import Store

# DynamoDB counts what it looks at, not what matches: so many rows at first, twice as many each time, and no more than
# the megabyte holds at which it stops anyway.
FIRST_STRIDE: Final = 1_000
LONGEST_STRIDE: Final = 32_000
# The part of a call's time that is left for what comes after a walk, and the part that a walk has had for itself when
# it is what takes too long. One that got less was kept waiting by others.
RESERVED: Final = 0.25
OWN_SHARE: Final = 0.5

_FUNCTIONS: Final = frozenset({"begins_with", "contains"})


class WalkTooLong(Exception):  # a repository turns it into the operation's own word
    """What matches is so rare, or the range so long, that the call's time is over before."""


class IndexRange(Struct, frozen=True):
    """Rows of a table by its index whose keys are the table's the other way round: of one sort key, in the order of
    their partition keys. `prefix`: what these begin with; `after`: what they are greater than. One of the two at most.
    """

    table: str
    index: str
    sk: str
    prefix: str = ""
    after: str = ""
    backwards: bool = False


class Compared(Struct, frozen=True):
    """An attribute, by its path into maps, that is set, and stands to a value like that: ``=``, ``<``, ``<=``, ``>``,
    ``>=``, ``begins_with``, ``contains``.
    """

    path: tuple[str, ...]
    operator: str
    value: Attribute


class Present(Struct, frozen=True):
    """An attribute that is set."""

    path: tuple[str, ...]


class AllOf(Struct, frozen=True):
    """Rows that match each of the parts."""

    parts: tuple[Matching, ...]


class AnyOf(Struct, frozen=True):
    """Rows that match one of the parts at least."""

    parts: tuple[Matching, ...]


class NoneOf(Struct, frozen=True):
    """Rows that do not match the part."""

    part: Matching


Matching: TypeAlias = "Compared | Present | AllOf | AnyOf | NoneOf"


class Walk:
    """A way along a range; it goes on where it stands. Rows hold what the index holds of them, and may be moments old.

    DynamoDB reads the keys of what is skipped or counted too: half a unit for 4 KB of them. With `matching` only rows
    that match are there to be read and counted, and they hold their keys alone; those between are paid for likewise.
    """

    def __init__(self, store: Store, where: IndexRange, matching: Matching | None = None) -> None:
        self._store = store
        self._parameters = _parameters(where)
        self._matches = matching is not None
        if matching is not None:
            _add_filter(self._parameters, matching)
        self._stride = FIRST_STRIDE
        self._begun = store.budget.remaining
        self._ahead: list[Item] = []
        self._over = False

    def read(self, most: int) -> list[Item]:
        """The next rows. Raises DependencyDown, StorageFailure, Contention, WalkTooLong."""
        while len(self._ahead) < most and not self._over:
            answer = self._answer(self._limit(most - len(self._ahead)), self._keys_alone())
            self._ahead += map(from_wire, answer["Items"])
        rows, self._ahead = self._ahead[:most], self._ahead[most:]
        return rows

    def count(self, most: int | None = None) -> int:
        """How many rows come next, `most` at most; they are behind then. Raises as `read`."""
        if most is not None and self._matches:
            return self._skip(most)
        counted, self._ahead = len(self._ahead), []
        while counted != most and not self._over:
            limit = {} if most is None else {"Limit": most - counted}
            counted += self._answer(limit, {"Select": "COUNT"})["Count"]
        return counted

    def _skip(self, most: int) -> int:
        """Row by row: where among those of an answer the last one stood, a number does not tell. None is kept."""
        skipped = 0
        while skipped < most and (rows := self.read(min(most - skipped, FIRST_STRIDE))):
            skipped += len(rows)
        return skipped

    def _limit(self, most: int) -> Mapping[str, Any]:
        if not self._matches:
            return {"Limit": most}
        stride, self._stride = self._stride, min(2 * self._stride, LONGEST_STRIDE)
        return {"Limit": stride}

    def _keys_alone(self) -> Mapping[str, Any]:
        return {"ProjectionExpression": "pk"} if self._matches else {}

    def _answer(self, *more: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._matches:
            self._check_time()
        parameters = dict(self._parameters)
        for some in more:
            parameters |= some
        answer = self._store.query_answer(parameters)
        if "LastEvaluatedKey" in answer:
            self._parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        else:
            self._over = True
        return answer

    def _check_time(self) -> None:
        """Raises WalkTooLong, Contention."""
        budget = self._store.budget
        left = budget.remaining
        if left < RESERVED * budget.seconds:
            raise WalkTooLong if self._begun - left >= OWN_SHARE * budget.seconds else Contention


def _parameters(where: IndexRange) -> dict[str, Any]:
    condition, values = "sk = :sk", {":sk": {"S": where.sk}}
    # An empty text is no value of a key.
    if where.prefix:
        condition, values = f"{condition} AND begins_with(pk, :pk)", {**values, ":pk": {"S": where.prefix}}
    elif where.after:
        condition, values = f"{condition} AND pk > :pk", {**values, ":pk": {"S": where.after}}
    return {
        "TableName": where.table,
        "IndexName": where.index,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not where.backwards,
        "ReturnConsumedCapacity": "TOTAL",
    }


def _add_filter(parameters: dict[str, Any], matching: Matching) -> None:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}

    def path(parts: tuple[str, ...]) -> str:
        return ".".join(names.setdefault(part, f"#n{len(names)}") for part in parts)

    def written(part: Matching) -> str:
        match part:
            case Compared(path=parts, operator=operator, value=value):
                placeholder = f":v{len(values)}"
                values[placeholder] = to_wire(value)
                if operator in _FUNCTIONS:
                    return f"{operator}({path(parts)}, {placeholder})"
                return f"{path(parts)} {operator} {placeholder}"
            case Present(path=parts):
                return f"attribute_exists({path(parts)})"
            case NoneOf(part=inside):
                return f"(NOT {written(inside)})"
            case AllOf(parts=several) | AnyOf(parts=several):
                joint = " AND " if isinstance(part, AllOf) else " OR "
                return f"({joint.join(map(written, several))})"

    parameters["FilterExpression"] = written(matching)
    parameters["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    parameters["ExpressionAttributeValues"] = {**parameters["ExpressionAttributeValues"], **values}
