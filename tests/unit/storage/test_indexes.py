"""A way along an index, page by page of DynamoDB's own."""

from collections.abc import Mapping
from typing import Any

import pytest

from commerce.call import TimeBudget
from commerce.errors import Contention
from commerce.storage import Store, indexes
from commerce.storage.indexes import AllOf, AnyOf, Compared, IndexRange, Matching, NoneOf, Present, Walk, WalkTooLong

EVERYBODY = IndexRange("profiles", "ByKind", "profile")
A_PAGE = 3


class Client:
    """Holds rows "0" to "6", and looks at three a Query at most, as DynamoDB does of rows that are large. With a filter
    those at the `matches` are answered.
    """

    def __init__(self, rows: int = 7, matches: str = "0123456") -> None:
        self.rows = [f"{number}" for number in range(rows)]
        self.matches = matches
        self.asked: list[Mapping[str, Any]] = []

    def query(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        start = int(parameters["ExclusiveStartKey"]["pk"]["S"]) + 1 if "ExclusiveStartKey" in parameters else 0
        end = start + min(parameters.get("Limit", A_PAGE), A_PAGE)
        looked_at = self.rows[start:end]
        found = [row for row in looked_at if "FilterExpression" not in parameters or row in self.matches]
        answer: dict[str, Any] = {"Count": len(found), "ConsumedCapacity": {"CapacityUnits": 0.5}}
        if parameters.get("Select") != "COUNT":
            answer["Items"] = [{"pk": {"S": row}} for row in found]
        # A full page has a key even where nothing follows it.
        return answer | ({"LastEvaluatedKey": {"pk": {"S": looked_at[-1]}}} if len(looked_at) == end - start else {})


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


# --- what matches alone

SOME = Present(("searched",))


@pytest.mark.parametrize("matches", ["", "0", "6", "024", "13", "456", "0123456"])
@pytest.mark.parametrize("skipped", range(5))
@pytest.mark.parametrize("read", range(5))
def test_what_matches_is_skipped_read_and_counted(
    monkeypatch: pytest.MonkeyPatch, matches: str, skipped: int, read: int
) -> None:
    for stride in (1, 2, 1000):
        monkeypatch.setattr(indexes, "FIRST_STRIDE", stride)
        way = Walk(Store(Client(matches=matches)), EVERYBODY, SOME)
        before, rows, rest = way.count(skipped), way.read(read), way.count()
        assert before == min(skipped, len(matches))
        assert pks(rows) == list(matches[skipped : skipped + read])
        assert before + len(rows) + rest == len(matches)


def test_it_looks_at_few_rows_first_and_answers_keys_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "FIRST_STRIDE", 1)
    client = Client(matches="25")
    way = Walk(Store(client), EVERYBODY, SOME)
    assert pks(way.read(1)) == ["2"]
    assert [asked["Limit"] for asked in client.asked] == [1, 2]
    assert {asked["ProjectionExpression"] for asked in client.asked} == {"pk"}
    assert way.count() == 1
    assert client.asked[-1]["Select"] == "COUNT"
    assert "ProjectionExpression" not in client.asked[-1]


def test_however_long_the_way_a_stride_is_a_number_that_dynamodb_takes() -> None:
    client = Client(rows=600, matches="")
    assert Walk(Store(client), EVERYBODY, SOME).read(1) == []
    assert len(client.asked) > 200
    assert max(asked["Limit"] for asked in client.asked) == indexes.LONGEST_STRIDE


def test_what_is_skipped_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """An offset may go over millions."""
    monkeypatch.setattr(indexes, "FIRST_STRIDE", 2)
    client = Client(rows=600, matches="".join(map(str, range(600))))
    way = Walk(Store(client), EVERYBODY, SOME)
    held = []
    query = client.query

    def counting(**parameters: Any) -> dict[str, Any]:
        held.append(len(way._ahead))
        return query(**parameters)

    monkeypatch.setattr(client, "query", counting)
    assert way.count(590) == 590
    assert max(held) <= A_PAGE
    assert [*pks(way.read(20)), way.count()] == [*client.rows[590:], 0]


def test_it_stops_before_the_call_s_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "FIRST_STRIDE", 1)
    now = [0.0]
    store = Store(Client())
    store.begin(TimeBudget(20.0, lambda: now[0]))
    way = Walk(store, EVERYBODY, SOME)
    now[0] = 14.9
    late = Walk(store, EVERYBODY, SOME)
    assert pks(way.read(1)) == ["0"]
    now[0] = 15.1
    with pytest.raises(WalkTooLong):
        way.read(3)
    # What took the time is not the search, and may be over the next time.
    with pytest.raises(Contention):
        late.read(1)
    assert pks(Walk(store, EVERYBODY).read(1)) == ["0"]


@pytest.mark.parametrize(
    ("matching", "expression"),
    [
        (Present(("a",)), "attribute_exists(#n0)"),
        (Compared(("a", "b.c"), "=", "x"), "#n0.#n1 = :v0"),
        (Compared(("a",), "begins_with", "x"), "begins_with(#n0, :v0)"),
        (NoneOf(Compared(("a",), "contains", "x")), "(NOT contains(#n0, :v0))"),
        (
            AllOf((Compared(("a",), "<", "x"), AnyOf((Compared(("b", "a"), ">=", "y"), Present(("a",)))))),
            "(#n0 < :v0 AND (#n1.#n0 >= :v1 OR attribute_exists(#n0)))",
        ),
    ],
)
def test_names_and_values_are_no_part_of_the_expression(matching: Matching, expression: str) -> None:
    client = Client()
    Walk(Store(client), IndexRange("profiles", "ByKind", "profile", prefix="s"), matching).count()
    asked = client.asked[0]
    assert asked["FilterExpression"] == expression
    assert set(asked["ExpressionAttributeNames"].values()) <= {"a", "b", "b.c"}
    values = asked["ExpressionAttributeValues"]
    assert {":sk", ":pk"} <= values.keys()
    assert {value["S"] for name, value in values.items() if name.startswith(":v")} <= {"x", "y"}
