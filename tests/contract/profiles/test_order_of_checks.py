"""Which error wins, and what failures of the tables become: profiles.md §2, errors.md."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from commerce.identity.tokens import APPLICATION
from tests.contract.profiles.conftest import PROFILE, Own
from tests.support.deployment import Product

EVERYTHING_WRONG: dict[str, str] = {"x-ccsite": "nowhere"}


def first(
    product: Product, token: str | None, body: Any = "{", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    answer = product.call("PUT", PROFILE, body, token=token, headers=headers or EVERYTHING_WRONG)
    assert "errors" not in answer.body
    assert answer.body["status"] == str(answer.status)
    return answer.status, answer.code


def test_the_order(product: Product, issue: Callable[..., str], own: Own) -> None:
    nobody, gone = issue(None), issue("gone")
    stale = {"If-Match": own.get().headers["etag"]}
    own.put({"firstName": "Pat"})
    site = {"x-ccsite": "siteDE", **stale}

    assert first(product, None) == (401, "00001000")
    assert first(product, nobody) == first(product, gone) == first(product, own.token) == (400, "30014")
    assert first(product, nobody, headers=site) == (400, "22000")
    assert first(product, gone, headers=site) == (404, "22002")
    assert first(product, own.token, headers=site) == (400, "00000400")
    wrong = {"gender": "x", "newPassword": "x"}
    assert first(product, own.token, wrong, site) == (412, "00000412")
    assert own.put(wrong).body["errors"][0]["errorCode"] == "22026"
    assert own.put({"newPassword": "x"}).code == "23026"
    assert own.shown()["firstName"] == "Pat"


def test_a_repeated_call_with_a_token_that_names_no_profile(product: Product, issue: Callable[..., str]) -> None:
    """The second one finds all it needs of the configuration kept."""
    for _ in range(2):
        assert first(product, issue(None), {}, {"x-ccsite": "siteDE"}) == (400, "22000")


@pytest.mark.parametrize("body", [None, "", " \r\n", "{", "null", "[]", '"x"', "7", "NaN", '{"a":NaN}', '{"a":1e400}'])
def test_bodies_that_are_unusable(own: Own, body: Any) -> None:
    answer = own.put(body)
    assert (answer.status, answer.body["errorCode"], "errors" in answer.body) == (400, "00000400", False)


@pytest.mark.parametrize("how", ["none", "empty", "null", "basic", "garbage", "issuer", "use", "expired", "altered"])
def test_tokens_that_are_of_no_use(product: Product, issue: Callable[..., str], how: str) -> None:
    tokens = {
        "garbage": "x.y.z",
        "issuer": issue(issuer="adminUI"),
        "use": issue(use="key"),
        "expired": issue(),
        "altered": issue()[:-2] + "AA",
    }
    lines = {
        "none": {},
        "empty": {"Authorization": "Bearer "},
        "null": {"Authorization": "Bearer null"},
        "basic": {"Authorization": f"Basic {issue()}"},
    }
    if how == "expired":
        product.clock.move(minutes=15, seconds=31)
    headers = lines.get(how) or {"Authorization": f"Bearer {tokens[how]}"} if how not in lines else lines[how]
    for method, body in (("PUT", {}), ("GET", None)):
        answer = product.call(method, PROFILE, body, headers=headers)
        assert answer.status == 401
        assert answer.body == {
            "errorCode": "00001000", "message": "The user is not authenticated.", "status": "401",
        }  # fmt: skip
        assert answer.headers["www-authenticate"] == "Bearer"


def test_an_application_opens_no_store_call(product: Product, issue: Callable[..., str]) -> None:
    token = issue(None, issuer=APPLICATION)
    assert first(product, token) == (401, "00001000")


def test_a_deactivated_shopper(load: Callable[..., Own]) -> None:
    own = load(id="p1", login="p1", active=False)
    assert own.get().status == own.put({}).status == 401


def test_the_clock_may_differ_by_half_a_minute(product: Product, issue: Callable[..., str]) -> None:
    token = issue()
    product.clock.move(minutes=15, seconds=29)
    assert Own(product, token).get().status == 200
    product.clock.move(minutes=-15, seconds=-59)
    assert Own(product, token).get().status == 200
    product.clock.move(seconds=-1)
    assert Own(product, token).get().status == 401


def failing(monkeypatch: pytest.MonkeyPatch, operations: set[str], error: Exception) -> list[str]:
    """From now on these operations of DynamoDB fail; the list of those that did."""
    client: Any = BaseClient
    original, failed = client._make_api_call, []

    def call(self: Any, operation: str, parameters: Any) -> Any:
        if operation in operations:
            failed.append(operation)
            raise error
        return original(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return failed


def aws_error(code: str, status: int = 400) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "kim@example.com"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "Operation")


OUTAGES = [
    aws_error("ThrottlingException"),
    aws_error("ProvisionedThroughputExceededException"),
    aws_error("RequestLimitExceeded"),
    aws_error("InternalServerError", 500),
    aws_error("Anything", 503),
    aws_error("TransactionInProgressException"),
    ReadTimeoutError(endpoint_url="http://localhost"),
    ConnectTimeoutError(endpoint_url="http://localhost"),
]
REFUSALS = [
    aws_error("AccessDeniedException"),
    aws_error("ResourceNotFoundException"),
    aws_error("ValidationException"),
]


@pytest.mark.parametrize("error", OUTAGES, ids=str)
def test_outages(own: Own, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    own.get()
    for operations in ({"BatchGetItem"}, {"UpdateItem", "TransactWriteItems"}):
        with monkeypatch.context() as patch:
            failed = failing(patch, operations, error)
            for body in ({"firstName": "Pat"}, {"firstName": "Pat", "login": "pat"}):
                answer = own.put(body)
                assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
        assert len(failed) == 2
    assert own.shown()["firstName"] == "Kim"


@pytest.mark.parametrize("error", REFUSALS, ids=str)
def test_refusals(own: Own, monkeypatch: pytest.MonkeyPatch, error: Exception, printed: Callable[[], str]) -> None:
    own.get()
    for operations, code in (({"BatchGetItem"}, "22001"), ({"UpdateItem", "TransactWriteItems"}, "23001")):
        with monkeypatch.context() as patch:
            failing(patch, operations, error)
            for body in ({"firstName": "Pat"}, {"firstName": "Pat", "login": "pat"}):
                answer = own.put(body)
                assert (answer.status, answer.code) == (500, code)
                assert set(answer.body) == {"errorCode", "message", "status"}
    assert own.shown()["firstName"] == "Kim"
    assert "kim@example.com" not in printed()


def test_no_signing_keys(product: Product, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, {"GetSecretValue"}, aws_error("AccessDeniedException"))
    answer = own.put({})
    assert (answer.status, answer.code) == (503, "00000503")
