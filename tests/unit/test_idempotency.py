"""Answers kept under an `Idempotency-Key`: orders.md §7."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commerce.call import Api, Call, FinishedAnswer, TimeBudget
from commerce.errors import Contention, IdempotencyKeyInUse, IdempotencyKeyMalformed, IdempotencyKeyReused
from commerce.exact_json import canonical, dumps, loads
from commerce.idempotency import Attempts, KeptAnswers
from commerce.storage import Key, Store, WriteLost

NOW = datetime(2026, 3, 14, tzinfo=UTC)


class Ring:
    def __init__(self, *keys: bytes) -> None:
        self.keys = keys

    def tag_keys(self) -> tuple[bytes, ...]:
        return self.keys


def key(body: Any, *keys: bytes, sent: str | None = "k", caller: str = "shopper", site: str = "site", **of: Any) -> Any:
    answers = KeptAnswers(Store(None), "t", Ring(*(keys or (b"1",))), of.pop("operation", "updateCurrentProfileOrder"))
    return answers.key(Call(api=Api.STORE, idempotency_key=sent, body=body, **of), caller, site)


def test_what_makes_two_requests_the_same() -> None:
    row = {put.key: {**put.item} for put in key({"a": 1, "b": [2]}).puts(FinishedAnswer("{}", ""), NOW)}
    (stored,) = row.values()
    assert key(loads('{"b": [2.0],  "a":1}')).check(stored, NOW)
    assert key({"a": 1, "b": [2]}, b"2", b"1").check(stored, NOW)
    for other in (key({"a": 1}), key({"a": 1, "b": [2]}, b"2")):
        with pytest.raises(IdempotencyKeyReused):
            other.check(stored, NOW)
    assert not key({"a": 1}).check(stored, NOW + timedelta(hours=24))
    assert not key({}).check(None, NOW)
    assert canonical({"pin": "4711"}) not in repr(stored)


def test_a_header_parameter_or_member_more_is_another_request() -> None:
    first = key({"a": 1})
    others: list[Any] = [{"organization": "o"}, {"price_list_group": "g"}, {"parameters": {"a": "1"}}]
    assert len({first.fingerprints, *(key({"a": 1}, **other).fingerprints for other in others)}) == 4


def test_keys_of_different_scopes_stand_apart() -> None:
    scopes: list[Any] = [
        {}, {"sent": "k2"}, {"caller": "another"}, {"site": "another"}, {"operation": "addAddress"},
    ]  # fmt: skip
    assert len({key({}, **scope).partition for scope in scopes}) == len(scopes)
    assert key({}, sent=None) is None


@pytest.mark.parametrize("header", ["", " ", "a b", "x" * 256, "é", "\x7f"])
def test_malformed_keys(header: str) -> None:
    with pytest.raises(IdempotencyKeyMalformed):
        key({}, sent=header)


def test_answers_come_back_exactly() -> None:
    body = {"wide": int("9" * 60), "amount": Decimal("12345678901234.123456"), "text": 'ä\u2028"\\', "none": None}
    kept = key({})
    rows = {put.key: dict(put.item) for put in kept.puts(FinishedAnswer(dumps(body), '"tag"'), NOW)}
    assert kept.answer(rows) == FinishedAnswer(dumps(body), '"tag"')


ELSEWHERE = Key("t", "entity", "content")


@pytest.mark.parametrize(
    ("sent", "lost", "error"),
    [
        ("k", WriteLost({}, frozenset({key({}).head})), IdempotencyKeyInUse),
        ("k", WriteLost({key({}).head: {}}), IdempotencyKeyInUse),
        ("k", WriteLost({ELSEWHERE: {}}, frozenset({ELSEWHERE})), Contention),
        ("k", WriteLost({}), Contention),
        (None, WriteLost({}, frozenset({ELSEWHERE})), Contention),
    ],
    ids=["a rival under the key", "its answer", "a rival under none", "nobody knows", "no key"],
)
def test_who_stood_in_the_way_until_time_was_up(sent: str | None, lost: WriteLost, error: type[Exception]) -> None:
    attempts = Attempts()

    def attempt() -> None:
        with attempts.writing(key({}, sent=sent)):
            raise lost

    with pytest.raises(error) as raised:
        attempts.until_saved(TimeBudget(0), attempt)
    assert type(raised.value) is error


def test_a_rival_that_has_given_up_stands_in_no_ones_way() -> None:
    attempts, losses = Attempts(), [WriteLost({}, frozenset({key({}).head})), WriteLost({}, frozenset({ELSEWHERE}))]

    def attempt() -> str:
        with attempts.writing(key({})):
            if losses:
                raise losses.pop(0)
        return "saved"

    assert attempts.until_saved(TimeBudget(sleep=lambda _: None), attempt) == "saved"
    assert not attempts.rival_holds_key
