"""Guesses are counted before they are compared: auth.md §8."""

from datetime import UTC, datetime

import pytest

from commerce.errors import Contention, DependencyDown, RateLimited
from commerce.identity.guards import Guard
from commerce.storage import Condition, Key, StorageFailure, Update, WriteLost
from tests.unit.identity.rows import Rows

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
KEY = Key("Sessions", "guard#110001", "pin#2026-03-14T09")
NAME = "guess0123456789ab"
COUNTED = Update(
    KEY,
    Condition(absent_or_below={"count": 5}),
    {"expiresAt": int(NOW.timestamp()) + 7200},
    {"count": 1},
    mark=NAME,
)
GIVEN_BACK = Update(KEY, Condition(present=[NAME]), {}, {"count": -1}, [NAME])


def guard(rows: Rows, limit: int = 5) -> Guard:
    return Guard(rows.store, "Sessions", "pin", limit, lambda: "0123456789abcdef")


def test_a_guess_counts_once_and_is_given_back_once() -> None:
    rows = Rows()
    guess = guard(rows).guess("110001", NOW)
    assert rows.written == []
    guess.give_back()
    assert rows.written == []
    for _ in range(2):
        guess.count()
    assert rows.written == [COUNTED]
    for _ in range(2):
        guess.give_back()
    assert rows.written == [COUNTED, GIVEN_BACK]


def test_a_guess_that_was_given_back_counts_again() -> None:
    rows = Rows()
    guess = guard(rows).guess("110001", NOW)
    guess.count()
    guess.give_back()
    guess.count()
    assert rows.written == [COUNTED, GIVEN_BACK, COUNTED]


def test_without_a_limit_nothing_is_counted() -> None:
    rows = Rows()
    guess = guard(rows, limit=0).guess("110001", NOW)
    guess.count()
    guess.give_back()
    assert rows.written == []


def test_what_is_beyond_the_limit_waits_for_the_next_hour() -> None:
    rows = Rows(outcomes=[WriteLost({KEY: {"count": 5}})])
    guess = guard(rows).guess("110001", NOW)
    with pytest.raises(RateLimited) as caught:
        guess.count()
    assert caught.value.retry_after == 33 * 60 + 7
    guess.give_back()
    assert rows.written == [COUNTED]


def test_a_rival_decides_nothing() -> None:
    rows = Rows(outcomes=[WriteLost({}, frozenset({KEY}))])
    guess = guard(rows).guess("110001", NOW)
    with pytest.raises(WriteLost):
        guess.count()
    guess.count()
    guess.give_back()
    assert rows.written == [COUNTED, COUNTED, GIVEN_BACK]


@pytest.mark.parametrize("failure", [Contention(), DependencyDown(), StorageFailure("x", "y"), WriteLost({})])
def test_what_cannot_be_given_back_stays_counted(failure: Exception) -> None:
    rows = Rows(outcomes=[None, failure])
    guess = guard(rows).guess("110001", NOW)
    guess.count()
    guess.give_back()
    guess.give_back()
    assert rows.written == [COUNTED, GIVEN_BACK]
