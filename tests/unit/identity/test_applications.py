"""Keys of applications: auth.md §1, §3."""

import hashlib
from datetime import timedelta

import pytest

from commerce.call import Api
from commerce.identity import applications
from commerce.identity.applications import Applications, is_current_key, key_hash, registered_for
from commerce.identity.login_records import LoginRecord
from commerce.identity.tokens import KEY, Claims
from commerce.storage import Condition, Delete, Item, Key, Put
from tests.support.standing import START
from tests.unit.identity.issuer import Issuer
from tests.unit.identity.rows import Rows

NOW = int(START.timestamp())
ROW = Key("Users", "importer", "application")


def registered(rows: Rows, life: timedelta | None = timedelta(days=365)) -> tuple[str, Put, Claims]:
    """The key, what was written, and what the key says."""
    issuer = Issuer()
    key = Applications(rows.store, "Users").register("importer", "Import", [Api.APP, Api.ADMIN], life, issuer.tokens)
    (written,) = rows.written
    assert isinstance(written, Put)
    return key, written, issuer.tokens.read(key, use=KEY)


def item_of(key: str, claims: Claims, version: int) -> Item:
    return {
        "version": version,
        "name": "Import",
        "apis": "ccadmin,ccapp",
        "keyHash": hashlib.sha256(key.encode()).hexdigest(),
        "signedWith": "b",
        "generation": claims.generation,
        "revoked": {},
    }


def test_a_new_application() -> None:
    rows = Rows()
    key, written, claims = registered(rows)
    item = item_of(key, claims, 1) | {"keyEnds": NOW + 365 * 86_400}
    assert written == Put(ROW, item, Condition(exists=False))
    assert 0 <= claims.generation < 2**48
    assert claims == Claims(
        issuer="applicationAuth",
        subject="importer",
        profile_id=None,
        token_id="id-1",
        issued_at=NOW,
        expires_at=NOW + 365 * 86_400,
        login_at=NOW,
        generation=claims.generation,
    )
    assert rows.read == [[ROW]]


def test_another_key_ends_the_tokens_of_the_former() -> None:
    rows = Rows({ROW: {"version": 4, "generation": 7, "revoked": {"x": 1}}})
    key, written, claims = registered(rows, None)
    assert claims.generation == 8
    assert written == Put(ROW, item_of(key, claims, 5), Condition(equal={"version": 4}))


def test_who_comes_back_under_an_id_has_another_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    generations = {registered(Rows())[2].generation for _ in range(4)}
    assert len(generations) == 4
    monkeypatch.setattr(applications, "randbelow", lambda limit: limit - 1)
    assert registered(Rows())[2].generation == 2**48 - 1


def test_one_is_removed_if_there_is_one() -> None:
    rows = Rows()
    Applications(rows.store, "Users").remove("importer")
    assert rows.written == [Delete(ROW, Condition(exists=True))]


def test_one_is_loaded_by_its_id() -> None:
    rows = Rows({ROW: {"version": 1}})
    known = Applications(rows.store, "Users")
    assert known.load("importer") == LoginRecord(ROW, {"version": 1})
    assert known.load("exporter") is None


@pytest.mark.parametrize(
    ("apis", "api", "counts"),
    [
        ("ccadmin,ccapp", Api.ADMIN, True),
        ("ccadmin,ccapp", Api.APP, True),
        ("ccappagent", Api.APP, False),
        ("", Api.APP, False),
        (None, Api.APP, False),
    ],
)
def test_where_it_is_registered(apis: str | None, api: Api, counts: bool) -> None:
    assert registered_for(LoginRecord(ROW, {} if apis is None else {"apis": apis}), api) == counts


def test_only_the_last_key_counts() -> None:
    application = LoginRecord(ROW, {"keyHash": key_hash("right")})
    assert is_current_key(application, "right")
    assert not is_current_key(application, "Right")
    assert not is_current_key(application, "\ud800")
    assert not is_current_key(LoginRecord(ROW, {}), "right")
    assert key_hash("\ud800") == key_hash("?")
