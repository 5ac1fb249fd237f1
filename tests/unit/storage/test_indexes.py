"""A way along an index, page by page of DynamoDB's own."""

from collections.abc import Mapping
from typing import Any

import pytest

from commerce.storage import Store
from commerce.storage.indexes import IndexRange, Walk

EVERYBODY = IndexRange("profiles", "ByKind", "profile")
A_PAGE = 3


class Client:
    """Holds rows "0" to "6", and answers three a Query at most, as DynamoDB does of rows that are large."""

    def __init__(self, rows: int = 7) -> None:
        self.rows = [f"{number}" for number in range(rows)]
        self.asked: list[Mapping[str, Any]] = []

    def query(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        start = int(parameters["ExclusiveStartKey"]["pk"]["S"]) + 1 if "ExclusiveStartKey" in parameters else 0
        end = start + min(parameters.get("Limit", A_PAGE), A_PAGE)
        found = self.rows[start:end]
        answer: dict[str, Any] = {"Count": len(found), "ConsumedCapacity": {"CapacityUnits": 0.5}}
        if parameters.get("Select") != "COUNT":
            answer["Items"] = [{"pk": {"S": row}} for row in found]
        # A full page has a key even where nothing follows it.
        return answer | ({"LastEvaluatedKey": {"pk": {"S": found[-1]}}} if len(found) == end - start else {})


def walk(client: Client, where: IndexRange = EVERYBODY) -> Walk:
    return Walk(Store(client), where)


def pks(rows: list[dict[str, Any]]) -> list[str]:
    return [row["pk"] for row in rows]


@pytest.mark.parametrize("skipped", range(9))
@pytest.mark.parametrize("read", range(9))
def test_it_goes_on_where_it_stands(skipped: int, read: int) -> None:
    way = walk(Client())
    before, rows, rest = way.count(skipped), way.read(read), way.count()
    assert before == min(skipped, 7)
    assert pks(rows) == [f"{number}" for number in range(skipped, min(skipped + read, 7))]
    assert before + len(rows) + rest == 7


def test_nothing_is_asked_for_nothing() -> None:
    client = Client()
    way = walk(client)
    assert (way.count(0), way.read(0)) == (0, [])
    assert client.asked == []


def test_nothing_is_asked_at_the_end() -> None:
    client = Client(rows=2)
    way = walk(client)
    assert pks(way.read(250)) == ["0", "1"]
    assert (way.count(), way.read(5)) == (0, [])
    assert len(client.asked) == 1


def test_what_is_counted_is_not_sent() -> None:
    client = Client()
    walk(client).count()
    assert {asked["Select"] for asked in client.asked} == {"COUNT"}
    assert len(client.asked) == 3


@pytest.mark.parametrize(
    ("where", "condition", "value", "forward"),
    [
        (EVERYBODY, "sk = :sk", None, True),
        (IndexRange("profiles", "ByKind", "profile", prefix="se-"), "sk = :sk AND begins_with(pk, :pk)", "se-", True),
        (
            IndexRange("profiles", "ByKind", "profile", after="se-", backwards=True),
            "sk = :sk AND pk > :pk",
            "se-",
            False,
        ),
    ],
)
def test_the_range(where: IndexRange, condition: str, value: str | None, forward: bool) -> None:
    client = Client()
    walk(client, where).read(1)
    (asked,) = client.asked
    assert asked["KeyConditionExpression"] == condition
    assert asked["ExpressionAttributeValues"].get(":pk", {}).get("S") == value
    assert asked["ScanIndexForward"] is forward
    assert (asked["TableName"], asked["IndexName"], asked["Limit"]) == ("profiles", "ByKind", 1)
