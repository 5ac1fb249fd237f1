"""Conditional writes as DynamoDB's expressions, documents and retries."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from commerce.call import TimeBudget
from commerce.errors import Contention
from commerce.exact_json import UnusableJson, canonical, dumps, loads
from commerce.storage import (
    Condition,
    Key,
    Put,
    Update,
    WriteLost,
    decode_document,
    encode_document,
    retry_on_lost_write,
)
from commerce.storage.items import Item, from_wire, to_wire
from commerce.storage.writes import bears, request_of

KEY = Key("T", "p", "s")


def spelled(parameters: dict[str, Any], expression: str) -> str:
    """An expression with the names and values that its placeholders stand for."""
    text = str(parameters[expression])
    values = {
        sign: str(next(iter(value.values()))) for sign, value in parameters.get("ExpressionAttributeValues", {}).items()
    }
    for placeholder, meant in sorted({**parameters["ExpressionAttributeNames"], **values}.items(), reverse=True):
        text = text.replace(placeholder, meant)
    return text


def test_every_condition_in_one_expression() -> None:
    condition = Condition(
        exists=True,
        equal={"version": 3},
        absent=["gone"],
        absent_or_below={"failed": 6},
        absent_or_equal={"account": "a"},
        present=["there"],
        smaller={"revoked": 64},
    )
    kind, parameters = request_of(Put(KEY, {"version": 4}, condition))
    assert kind == "Put"
    assert spelled(parameters, "ConditionExpression") == (
        "attribute_exists(pk) AND version = 3 AND attribute_not_exists(gone) AND attribute_exists(there) AND "
        "(attribute_not_exists(failed) OR failed < 6) AND (attribute_not_exists(account) OR account = a) AND "
        "size(revoked) < 64"
    )
    assert parameters["Item"] == {**KEY.wire(), "version": {"N": "4"}}
    assert parameters["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


def test_the_version_that_does_not_exist_is_zero() -> None:
    assert Condition.version(0) == Condition(exists=False)
    _, parameters = request_of(Put(KEY, {}, Condition.version(0)))
    assert spelled(parameters, "ConditionExpression") == "attribute_not_exists(pk)"
    assert Condition.version(2) == Condition(equal={"version": 2})


def test_an_update_with_paths_into_a_map() -> None:
    changes, additions = {"revoked.a.b": 1, "x": 2}, {"failed": 1, "counts.day": 3}
    update = Update(KEY, Condition(exists=True), changes, additions, ["revoked.old", "gone"])
    _, parameters = request_of(update)
    names = parameters["ExpressionAttributeNames"]
    assert set(names.values()) == {"pk", "revoked", "a.b", "x", "failed", "counts", "day", "old", "gone"}
    assert spelled(parameters, "UpdateExpression") == (
        "SET revoked.a.b = 1, x = 2 ADD failed 1, counts.day 3 REMOVE revoked.old, gone"
    )
    assert [parameters["UpdateExpression"].count(sign) for sign in "#:"] == [9, 4]


def test_a_mark_keeps_additions_from_being_made_twice() -> None:
    update = Update(KEY, Condition(exists=True), additions={"failed": 1}, mark="marks.of")
    _, parameters = request_of(update, "m1 m0")
    assert spelled(parameters, "ConditionExpression") == (
        "attribute_exists(pk) AND (attribute_not_exists(marks.of) OR marks.of <> m1 m0)"
    )
    assert spelled(parameters, "UpdateExpression") == "SET marks.of = m1 m0 ADD failed 1"
    assert "ConditionExpression" in request_of(Update(KEY, Condition(exists=True), {"a": 1}), "m1")[1]


def test_an_item_bears_the_marks_that_it_names() -> None:
    put, update = Put(KEY, {}, Condition()), Update(KEY, Condition(), mark="marks.a.b")
    assert bears({"mark": "m3 m2 m1"}, put, "m2 m0 m9")
    assert not bears({"mark": "m3 m2 m1"}, put, "m0 m1 m2")
    assert bears({"marks": {"a.b": "m1"}}, update, "m1")
    others: list[Item] = [{}, {"mark": "m1"}, {"marks": {"a": {"b": "m1"}}}, {"marks": "m1"}, {"marks": {}}]
    for item in others:
        for mark in ("m1", "None", "XXXX"):
            assert not bears(item, update, mark), item


def test_a_lost_write_says_so() -> None:
    lost = WriteLost({KEY: {"version": 1}}, frozenset([KEY]))
    assert str(lost) == "the stored state is not the one the write was decided on"
    assert (lost.current, lost.busy) == ({KEY: {"version": 1}}, {KEY})
    assert WriteLost({}).busy == frozenset()


@pytest.mark.parametrize("value", ["text", 7, -(10**37), True, False, b"bytes", {"a": {"b": 1}, "c": True}])
def test_items_come_back_as_they_went(value: Any) -> None:
    read = from_wire({"x": to_wire(value)})["x"]
    assert (read, type(read)) == (value, type(value))


def test_documents_come_back_exactly() -> None:
    document = {
        "number": Decimal("12345678901234.123456"),
        "big": 10**30,
        "text": "😀\u2028\x00",
        "none": None,
        "list": [True],
    }
    data = encode_document(document)
    assert decode_document(data) == document
    assert len(encode_document({"x": "a" * 10_000})) < 200
    with pytest.raises(TypeError):
        decode_document(encode_document([]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2.0", "2"), ("40.00", "40"), ("0.10", "0.1"), ("-0.0", "0"), ("-0", "0"), ("1E+2", "100"),
        ("1e-7", "0.0000001"), ("1.5e3", "1500"), ("1e125", "1" + "0" * 125),
        ("12345678901234.123456", "12345678901234.123456"),
        ("0e9", "0"), ('"1.50"', '"1.50"'), ('{"a":1.50,"a":[2.0]}', '{"a":[2]}'), ('"\\ud83d\\ude00"', '"😀"'),
    ],
)  # fmt: skip
def test_json_numbers_are_exact_and_plain(text: str, written: str) -> None:
    assert dumps(loads(text)) == written


def test_canonical_json_of_equal_values() -> None:
    assert canonical(loads('{"b":1.0,"a":[2.50]}')) == canonical(loads('{"a":[2.5],"b":1}')) == '{"a":[2.5],"b":1}'


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", "-Infinity", "1e126", "1e-126", "1" * 39, "[" * 65 + "]" * 65, '"\\ud800"', '{"\\udfff":1}'],
)
def test_unusable_json(text: str) -> None:
    with pytest.raises(UnusableJson):
        loads(text)


def test_retries_wait_longer_each_time_and_end_with_the_budget() -> None:
    now, pauses = [0.0], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    budget = TimeBudget(8, monotonic=lambda: now[0], sleep=sleep)

    def lose() -> None:
        raise WriteLost({})

    with pytest.raises(Contention):
        retry_on_lost_write(budget, lose, jitter=lambda: 1.0)
    assert pauses == pytest.approx([0.02 * losses for losses in range(1, 28)])
    assert sum(pauses) + 0.56 >= 8


def test_pauses_are_spread_over_as_long_as_attempts_take() -> None:
    """Slow attempts: rivals keep out of each other's way for longer, up to 2 s."""
    now, pauses = [0.0], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    budget = TimeBudget(20, monotonic=lambda: now[0], sleep=sleep)

    def lose() -> None:
        now[0] += next(taken)
        raise WriteLost({})

    taken, draws = itertools.chain([0.04, 0.04], itertools.repeat(0.25)), itertools.cycle([1.0, 0.0, 0.5])
    with pytest.raises(Contention):
        retry_on_lost_write(budget, lose, jitter=lambda: next(draws))
    assert pauses[:6] == pytest.approx([0.08, 0.0, 0.3, 0.8, 0.0, 0.6])
    assert max(pauses) == 2.0


def test_the_first_attempt_that_is_not_lost_counts() -> None:
    attempts = itertools.count(1)

    def third_time() -> int:
        number = next(attempts)
        if number < 3:
            raise WriteLost({})
        return number

    assert retry_on_lost_write(TimeBudget(1), third_time, jitter=lambda: 0.0) == 3


def test_an_attribute_of_a_kind_that_no_table_uses_is_left_out() -> None:
    """The layer's client knows five kinds and reads another one as empty."""
    assert from_wire({"pk": {"S": "a"}, "added": {}}) == {"pk": "a"}


@pytest.mark.parametrize("length", [0, 400, 511, 512, 8191, 32_767, 32_768, 400_000])
def test_documents_of_every_size_come_back(length: int) -> None:
    """Below, at and above the windows that zlib has."""
    document = {"text": "".join(chr(33 + at * at % 89) for at in range(length))}
    assert decode_document(encode_document(document)) == document
