"""The guard against guessing who has an account: auth.md §8."""

from importlib import import_module
from typing import Any

import pytest

from tests.contract.profiles.conftest import Own, OwnOf
from tests.support.deployment import Product

TAKEN = {"email": "buyer@example.com"}


def test_ten_guesses_an_hour(product: Product, own: Own, own_of: OwnOf) -> None:
    for attempt in range(10):
        body: dict[str, Any] = TAKEN if attempt % 2 else {"login": "account-buyer"}
        assert own.put(body).code == "22006"
    for body in (TAKEN, {"email": "free@example.com"}, {"login": "free"}, {**TAKEN, "gender": "x"}):
        answer = own.put(body)
        assert (answer.status, answer.code) == (429, "00000429")
        assert answer.headers["retry-after"] == str(3600 - 26 * 60 - 53)
        assert "errors" not in answer.body
    # It holds for changes of identifiers by this shopper alone.
    assert own.put({"firstName": "Pat", "email": "kim@example.com", "login": "shopper"}).status == 200
    assert own.put({"gender": "x"}).code == "22026"
    assert own_of("110000").put(TAKEN).code == "22006"

    product.clock.move(minutes=33, seconds=6)
    own = own_of("se-570031")
    assert own.put({"email": "free@example.com"}).status == 429
    product.clock.move(seconds=1)
    assert own.put(TAKEN).code == "22006"
    assert own.put({"email": "free@example.com"}).status == 200


def test_no_burst_finds_a_free_address_after_the_limit(
    product: Product, own: Own, own_of: OwnOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guesses are used up while a request that has read everything is being decided."""
    service = import_module("commerce.profiles.service")
    decide, rival = service.updated_profile, Own(Product(product.environment, product.clock), own.token)

    def late(*arguments: Any) -> Any:
        monkeypatch.setattr(service, "updated_profile", decide)
        assert [rival.put(TAKEN).code for _ in range(10)] == ["22006"] * 10
        return decide(*arguments)

    monkeypatch.setattr(service, "updated_profile", late)
    assert own.put({"email": "free@example.com"}).status == 429


def test_a_free_identifier_gives_its_count_back(product: Product, own: Own) -> None:
    for attempt in range(15):
        assert own.put({"email": f"free{attempt}@example.com", "login": f"free{attempt}"}).status == 200
        assert own.put({"email": f"another{attempt}@example.com", "gender": "x"}).code == "22026"
    assert own.put(TAKEN).code == "22006"
    (rows,) = product.stored("EXPIRING_TABLE").values()
    assert [row["Attributes"]["count"]["N"] for row in rows.values()] == ["1"]


def test_the_count_expires_with_its_hour(product: Product, own: Own) -> None:
    own.put(TAKEN)
    import boto3

    (row,) = boto3.client("dynamodb").scan(TableName=product.environment["EXPIRING_TABLE"])["Items"]
    assert row["count"] == {"N": "1"}
    assert int(row["expiresAt"]["N"]) > product.clock.now.timestamp() + 3600
    assert "buyer@example.com" not in str(row)


def test_limits_are_configurable(make_product: Any, product: Product, own: Own) -> None:
    del product
    strict = Own(make_product(IDENTIFIER_GUARD_LIMIT="1"), own.token)
    assert [strict.put(TAKEN).status for _ in range(2)] == [400, 429]
    off = Own(make_product(IDENTIFIER_GUARD_LIMIT="0"), own.token)
    assert [off.put(TAKEN).status for _ in range(12)] == [400] * 12
