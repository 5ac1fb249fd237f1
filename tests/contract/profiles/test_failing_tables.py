"""What failures of the tables and of the secret become: errors.md, common.md §10."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from commerce.storage.remote import TRIES
from tests.contract.profiles.conftest import Own
from tests.support.deployment import Product
from tests.support.virtual_time import VirtualTime


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
    VirtualTime().rule(monkeypatch)
    own.get()
    for operations in ({"BatchGetItem"}, {"UpdateItem", "TransactWriteItems"}):
        with monkeypatch.context() as patch:
            failed = failing(patch, operations, error)
            for body in ({"firstName": "Pat"}, {"firstName": "Pat", "login": "pat"}):
                answer = own.put(body)
                assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
        assert len(failed) == 2 * TRIES
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
    VirtualTime().rule(monkeypatch)
    failing(monkeypatch, {"GetSecretValue"}, aws_error("ThrottlingException"))
    answer = own.put({})
    assert (answer.status, answer.code) == (503, "00000503")
