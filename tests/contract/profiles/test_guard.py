"""The guard against guessing who has an account: auth.md §8."""

from typing import Any

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
