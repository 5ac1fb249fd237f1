"""What a record of a login says, and what is written to it: auth.md §3, §4."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from commerce.errors import Contention, NotAuthenticated
from commerce.identity import login_records
from commerce.identity.login_records import (
    MOST_REMOVALS,
    MOST_REVOKED,
    NOBODY,
    LockRule,
    LoginRecord,
    LoginRecords,
    login_key,
    new_password_attributes,
    revocation,
)
from commerce.identity.passwords import hash_password
from commerce.identity.tokens import Claims
from commerce.storage import Attribute, Condition, Key, Update, WriteLost, encode_document
from tests.support.standing import START
from tests.support.virtual_time import VirtualTime
from tests.unit.identity.rows import Rows

NOW = int(START.timestamp())
KEY = Key("Profiles", "110001", "profile")
LOCK = LockRule(max_failed_attempts=6, unlock_after=timedelta(minutes=10))
FOR_EVER = LockRule(max_failed_attempts=6, unlock_after=timedelta(0))
UNLOCKED = Condition(exists=True, absent_or_below={"failedAttempts": 6})
OLD, NEW = "Shopper-2026", "Another-2027"


def record(**item: Any) -> LoginRecord:
    return LoginRecord(KEY, item)


def claims(**changed: Any) -> Claims:
    given = {"issuer": "storefrontUI", "subject": "shopper", "profile_id": "110001", "token_id": "token-1"}
    times = {"issued_at": NOW, "expires_at": NOW + 900, "login_at": NOW, "generation": 0}
    return Claims(**{**given, **times, **changed})


# --- what it says


def test_a_record_without_attributes() -> None:
    empty = record()
    assert (empty.id, empty.login, empty.active, empty.password_hash, empty.password_hashes) == (
        "110001", "", True, None, (),
    )  # fmt: skip
    assert (empty.password_set_at, empty.password_generated, empty.failed_attempts, empty.last_failed_at) == (
        0, False, 0, 0,
    )  # fmt: skip
    assert (empty.generation, empty.revoked, empty.roles) == (0, {}, frozenset())
    assert empty.same_generation == Condition(exists=True, absent_or_equal={"generation": 0})


def test_a_record_with_all_attributes() -> None:
    full = record(
        login="shopper",
        active=False,
        passwordHash="c",
        previousHashes="b\na",
        passwordSetAt=7,
        passwordGenerated=True,
        failedAttempts=2,
        lastFailedAt=9,
        generation=4,
        revoked={"token-1": 11},
        document=encode_document({"roles": [{"repositoryId": "buyer"}, {"repositoryId": 7}]}),
    )
    assert (full.login, full.active, full.password_hash, full.password_hashes) == (
        "shopper", False, "c", ("c", "b", "a"),
    )  # fmt: skip
    assert (full.password_set_at, full.password_generated, full.failed_attempts, full.last_failed_at) == (
        7, True, 2, 9,
    )  # fmt: skip
    assert (full.generation, full.revoked, full.roles) == (4, {"token-1": 11}, {"buyer", "7"})
    assert full.same_generation == Condition(exists=True, absent_or_equal={"generation": 4})
    assert record(document=encode_document({})).roles == frozenset()


@pytest.mark.parametrize(
    ("item", "generation", "counts"),
    [
        ({}, 0, True),
        ({"generation": 2}, 2, True),
        ({"generation": 2}, 1, False),
        ({"generation": 2}, 3, False),
        ({"generation": 2, "exemptToken": "token-1"}, 1, True),
        ({"generation": 2, "exemptToken": "token-2"}, 1, False),
        ({"revoked": {"token-1": 1}}, 0, False),
        ({"revoked": {"token-2": 1}}, 0, True),
        ({"generation": 2, "exemptToken": "token-1", "revoked": {"token-1": 1}}, 1, False),
        ({"active": False}, 0, False),
        ({"active": False, "exemptToken": "token-1"}, 0, False),
    ],
)
def test_whether_a_token_counts(item: Mapping[str, Any], generation: int, counts: bool) -> None:
    if counts:
        record(**item).check_token(claims(generation=generation))
        return
    with pytest.raises(NotAuthenticated) as caught:
        record(**item).check_token(claims(generation=generation))
    assert caught.value.expected == "hold a token that counts: this one was revoked; log in again"


@pytest.mark.parametrize(
    ("rule", "failed", "passed", "locked", "expired"),
    [
        (LOCK, 5, 0, False, False),
        (LOCK, 5, 600, False, False),
        (LOCK, 6, 0, True, False),
        (LOCK, 6, 599, True, False),
        (LOCK, 6, 600, False, True),
        (LOCK, 7, 600, False, True),
        (FOR_EVER, 6, 10**6, True, False),
        (FOR_EVER, 5, 0, False, False),
    ],
)
def test_when_a_lock_comes_down_and_ends(rule: LockRule, failed: int, passed: int, locked: bool, expired: bool) -> None:
    met = record(failedAttempts=failed, lastFailedAt=NOW - passed)
    assert (rule.locked(met, START), rule.expired(met, START)) == (locked, expired)
    ended = Condition(equal={"failedAttempts": failed, "lastFailedAt": NOW - passed})
    assert rule.not_locked(met, START) == (ended if expired else UNLOCKED)


# --- ends of tokens


def test_a_logout_revokes_the_token_until_it_expires() -> None:
    room = Condition(exists=True, smaller={"revoked": 64})
    stale = {"at-the-end": NOW - 30, "over": NOW - 31, "long-over": 1}
    met = record(revoked={"other": NOW + 5, **stale})
    written = revocation(met, claims(), START)
    assert written == Update(KEY, room, {"revoked.token-1": NOW + 900}, {}, written.removals, "logout")
    assert set(written.removals) == {"revoked.over", "revoked.long-over"}


def test_a_token_that_never_expires_stays_revoked_for_a_year() -> None:
    assert revocation(record(), claims(expires_at=None), START).changes == {"revoked.token-1": NOW + 366 * 86_400}


def revoked(counting: int, over: int = 0) -> dict[str, int]:
    return {f"counts-{number}": NOW for number in range(counting)} | {f"over-{number}": 1 for number in range(over)}


def test_a_record_with_its_share_of_revoked_tokens_ends_all() -> None:
    met = record(generation=2, revoked=revoked(MOST_REVOKED))
    same = Condition(exists=True, absent_or_equal={"generation": 2})
    ended = Update(KEY, same, {"exemptToken": "", "revoked": {}}, {"generation": 1}, mark="logout")
    assert revocation(met, claims(), START) == ended


@pytest.mark.parametrize(("counting", "over"), [(MOST_REVOKED - 1, 1), (3, 5000)])
def test_a_full_record_is_written_without_what_has_expired(counting: int, over: int) -> None:
    met = record(revoked=revoked(counting, over))
    kept = revoked(counting) | {"token-1": NOW + 900}
    rewritten = Update(KEY, Condition(equal={"revoked": met.revoked}), {"revoked": kept}, mark="logout")
    assert revocation(met, claims(), START) == rewritten


def test_the_last_room_is_taken_by_itself() -> None:
    assert revocation(record(revoked=revoked(MOST_REVOKED - 1)), claims(), START).changes == {
        "revoked.token-1": NOW + 900
    }


def test_what_a_new_password_changes() -> None:
    changed = {
        "passwordHash": "new",
        "previousHashes": "6\n5\n4\n3\n2\n1",
        "passwordSetAt": NOW,
        "passwordGenerated": False,
        "failedAttempts": 0,
        "exemptToken": "",
    }
    met = record(passwordHash="6", previousHashes="5\n4\n3\n2\n1\n0")
    assert new_password_attributes(met, "new", START) == changed
    assert new_password_attributes(None, "new", START) == changed | {"previousHashes": ""}


# --- finding one


def records(rows: Rows, lock: LockRule = LOCK) -> LoginRecords:
    return LoginRecords(rows.store, "Profiles", "profile", lock)


def test_a_login_is_found_ignoring_case_and_in_two_reads() -> None:
    owner, beside = Key("Profiles", "login#shopper", "owner"), Key("Configuration", "all", "current")
    rows = Rows({owner: {"account": "110001"}, KEY: {"login": "shopper"}, beside: {"version": 3}})
    assert login_key("Profiles", "SHOPPER") == owner
    assert records(rows).find("Shopper") == LoginRecord(KEY, {"login": "shopper"})
    assert rows.read == [[owner], [KEY]]
    found, read = records(rows).find_beside("shopper", [beside])
    assert found == LoginRecord(KEY, {"login": "shopper"})
    assert (read[beside], rows.read[2:]) == ({"version": 3}, [[owner, beside], [KEY]])


@pytest.mark.parametrize(("length", "read"), [(254, "x" * 254), (255, NOBODY)])
def test_nobodys_login_costs_two_reads_too(length: int, read: str) -> None:
    rows = Rows()
    assert records(rows).find("x" * length) is None
    assert rows.read == [[Key("Profiles", f"login#{read}", "owner")], [Key("Profiles", NOBODY, "profile")]]


# --- attempts

WRONG = Update(KEY, UNLOCKED, {"lastFailedAt": NOW}, {"failedAttempts": 1}, [], "attempt")
SAME = Condition(exists=True, absent_or_below={"failedAttempts": 6}, absent_or_equal={"generation": 0})
RIGHT = Update(KEY, SAME, {"failedAttempts": 0}, {}, [], "attempt")


def with_password(**item: Any) -> LoginRecord:
    return record(passwordHash=hash_password(OLD), **item)


def test_a_wrong_attempt_adds_to_the_count() -> None:
    rows = Rows()
    assert records(rows).admitted(with_password(failedAttempts=3), NEW, START) is None
    assert rows.written == [WRONG]


def test_a_right_attempt_resets_the_count() -> None:
    rows, met = Rows(), with_password(failedAttempts=3)
    assert records(rows).admitted(met, OLD, START) is met
    assert rows.written == [RIGHT]


def test_the_first_wrong_attempt_after_an_ended_lock_counts_as_one() -> None:
    rows, met = Rows(), with_password(failedAttempts=6, lastFailedAt=NOW - 600)
    ended = Condition(equal={"failedAttempts": 6, "lastFailedAt": NOW - 600})
    assert records(rows).admitted(met, NEW, START) is None
    assert rows.written == [Update(KEY, ended, {"failedAttempts": 1, "lastFailedAt": NOW}, {}, [], "attempt")]


def test_nobodys_attempt_is_written_to_a_row_that_is_not_there() -> None:
    nobody = Key("Profiles", NOBODY, "profile")
    rows = Rows(outcomes=[WriteLost({})])
    assert records(rows).admitted(None, OLD, START) is None
    assert rows.written == [Update(nobody, UNLOCKED, {"lastFailedAt": NOW}, {"failedAttempts": 1}, [], "attempt")]
    assert rows.read == []


@pytest.mark.parametrize("password", [OLD, NEW])
def test_a_locked_record_lets_nobody_in(password: str) -> None:
    met = with_password(failedAttempts=6, lastFailedAt=NOW)
    rows = Rows(outcomes=[WriteLost({KEY: met.item})])
    assert records(rows).admitted(met, password, START) is None
    assert len(rows.written) == 1


def test_a_right_attempt_renews_a_hash_of_earlier_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    met = with_password()
    monkeypatch.setattr(login_records, "is_outdated", lambda stored: stored == met.password_hash)
    hashed: list[str] = []

    def hash_of(word: str) -> str:
        hashed.append(word)
        return f"new hash of {word}"

    monkeypatch.setattr(login_records, "hash_password", hash_of)
    rows = Rows()
    assert records(rows).admitted(met, OLD, START) is met
    unchanged = Condition(
        exists=True,
        equal={"passwordHash": met.password_hash or ""},
        absent_or_below={"failedAttempts": 6},
        absent_or_equal={"generation": 0},
    )
    renewed: dict[str, Attribute] = {"failedAttempts": 0, "passwordHash": f"new hash of {OLD}"}
    assert rows.written == [Update(KEY, unchanged, renewed, {}, [], "attempt")]
    records(rows).admitted(met, NEW, START)
    assert rows.written[1:] == [WRONG]
    records(Rows()).admitted(LoginRecord(KEY, {**met.item, "failedAttempts": 6, "lastFailedAt": NOW}), OLD, START)
    assert hashed == [OLD]  # not for a wrong attempt, nor for a locked record


def test_a_code_passes_once_and_takes_old_ones_along() -> None:
    step = NOW // 30
    used = {str(step - back): NOW for back in range(1, MOST_REMOVALS + 9)}
    met, rows = with_password(usedCodes=used), Rows()
    admitted = records(rows).settle_attempt(met, OLD, right=True, now=START, code_step=step)
    assert admitted is met
    (written,) = rows.written
    assert isinstance(written, Update)
    once = Condition(
        exists=True,
        absent=[f"usedCodes.{step}"],
        absent_or_below={"failedAttempts": 6},
        absent_or_equal={"generation": 0},
    )
    assert written == Update(KEY, once, {"failedAttempts": 0}, {}, written.removals, f"usedCodes.{step}")
    assert list(written.removals) == [f"usedCodes.{step - back}" for back in range(2, MOST_REMOVALS + 2)]


def test_a_code_that_was_used_meanwhile_is_used_up() -> None:
    step = NOW // 30
    met = with_password(usedCodes={})
    rows = Rows(outcomes=[WriteLost({KEY: met.item | {"usedCodes": {str(step): NOW}}})])
    assert records(rows).settle_attempt(met, OLD, right=True, now=START, code_step=step) is None
    another = Rows(outcomes=[WriteLost({KEY: met.item | {"usedCodes": {str(step - 1): NOW}}})])
    assert records(another).settle_attempt(met, OLD, right=True, now=START, code_step=step)


def test_a_rivals_transaction_decides_nothing() -> None:
    met = with_password()
    rows = Rows({KEY: met.item}, outcomes=[WriteLost({}, frozenset({KEY}))])
    assert records(rows).admitted(met, OLD, START) == met
    assert (rows.written, rows.read) == ([RIGHT, RIGHT], [[KEY]])


def test_a_record_that_is_gone_lets_nobody_in() -> None:
    rows = Rows(outcomes=[WriteLost({})])
    assert records(rows).admitted(with_password(), OLD, START) is None
    assert rows.read == [[KEY]]


def test_a_lock_that_came_down_meanwhile_counts() -> None:
    met = with_password(failedAttempts=5)
    locked = {**met.item, "failedAttempts": 6, "lastFailedAt": NOW}
    rows = Rows(outcomes=[WriteLost({KEY: locked})])
    assert records(rows).admitted(met, OLD, START) is None
    assert len(rows.written) == 1


def test_a_change_that_ended_tokens_meanwhile_shows_in_the_record() -> None:
    met = with_password()
    newest = {**met.item, "generation": 1}
    rows = Rows(outcomes=[WriteLost({KEY: newest})])
    assert records(rows).admitted(met, OLD, START) == LoginRecord(KEY, newest)
    again = Condition(exists=True, absent_or_below={"failedAttempts": 6}, absent_or_equal={"generation": 1})
    assert rows.written == [RIGHT, Update(KEY, again, {"failedAttempts": 0}, {}, [], "attempt")]


@pytest.mark.parametrize(("password", "passes"), [(OLD, True), (NEW, False)])
def test_another_hash_meanwhile_is_compared_again(password: str, passes: bool) -> None:
    """The new hash may be the same password's, made by a login beside this one, or another password's."""
    met = with_password()
    newest = {**met.item, "passwordHash": hash_password(password)}
    rows = Rows(outcomes=[WriteLost({KEY: newest})])
    admitted = records(rows).admitted(met, OLD, START)
    assert admitted == (LoginRecord(KEY, newest) if passes else None)
    assert len(rows.written) == (2 if passes else 1)


def test_another_hash_meanwhile_is_renewed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    met = with_password()
    newest = {**met.item, "passwordHash": hash_password(OLD)}
    monkeypatch.setattr(login_records, "is_outdated", lambda stored: stored == newest["passwordHash"])
    monkeypatch.setattr(login_records, "hash_password", lambda word: f"new hash of {word}")
    rows = Rows(outcomes=[WriteLost({KEY: newest})])
    assert records(rows).admitted(met, OLD, START) == LoginRecord(KEY, newest)
    (_, written) = rows.written
    assert isinstance(written, Update)
    assert written.changes == {"failedAttempts": 0, "passwordHash": f"new hash of {OLD}"}


def test_the_first_code_of_a_record() -> None:
    met, rows = with_password(), Rows()
    assert records(rows).settle_attempt(met, OLD, right=True, now=START, code_step=7) is met
    (written,) = rows.written
    assert isinstance(written, Update)
    assert (written.removals, written.mark) == ([], "usedCodes.7")


def test_a_wrong_attempt_is_not_compared_with_a_new_password() -> None:
    met = with_password()
    rows = Rows(outcomes=[WriteLost({KEY: {**met.item, "passwordHash": hash_password(NEW)}})])
    assert records(rows).admitted(met, NEW, START) is None
    assert rows.written == [WRONG]


def test_attempts_end_with_the_time_that_there_is() -> None:
    met = with_password()
    rows = Rows({KEY: met.item}, outcomes=[WriteLost({KEY: met.item})] * 10_000)
    rows.budget = VirtualTime().budget(1)
    with pytest.raises(Contention):
        records(rows).admitted(met, OLD, START)
