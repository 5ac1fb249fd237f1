"""Reads along a global secondary index: a range of one partition, skipped, read and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from commerce.storage.items import Item, from_wire
from commerce.storage.store import Store


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


class Walk:
    """A way along a range; it goes on where it stands. Rows hold what the index holds of them, and may be moments old.

    DynamoDB reads the keys of what is skipped or counted too: half a unit for 4 KB of them.
    """

    def __init__(self, store: Store, where: IndexRange) -> None:
        self._store = store
        self._parameters = _parameters(where)
        self._over = False

    def read(self, most: int) -> list[Item]:
        """The next rows. Raises DependencyDown, StorageFailure, Contention."""
        return [from_wire(item) for answer in self._answers(most, {}) for item in answer["Items"]]

    def count(self, most: int | None = None) -> int:
        """How many rows come next, `most` at most; they are behind then. Raises as `read`."""
        return sum(answer["Count"] for answer in self._answers(most, {"Select": "COUNT"}))

    def _answers(self, most: int | None, more: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        while not self._over and most != 0:
            limit = {} if most is None else {"Limit": most}
            answer = self._store.query_answer({**self._parameters, **limit, **more})
            yield answer
            if "LastEvaluatedKey" in answer:
                self._parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            else:
                self._over = True
            most = None if most is None else most - answer["Count"]


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
