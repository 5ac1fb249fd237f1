"""Calls on moto run with the permissions of their function's role, as the template writes them."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from local.template import resources
from tests.support import deployment
from tests.support.deployment import Answer, Product

MEMBERS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
}


Right = tuple[str, str, str | None]
"""Action, table, index (`Table/Index`) or secret, and the only partition for which it is given; None = any."""


def _granted() -> dict[str, set[Right]]:
    """Function's folder → its rights."""
    granted = {}
    for name, function in resources("AWS::Serverless::Function").items():
        rights = set[Right]()
        for policy in function["Properties"].get("Policies", []):
            for statement in policy["Statement"]:
                places = statement["Resource"]
                given_for = statement.get("Condition", {}).get("ForAllValues:StringEquals", {})
                partitions: list[str | None] = given_for.get("dynamodb:LeadingKeys", [None])
                for place in places if isinstance(places, list) else [places]:
                    actions = statement["Action"]
                    resource = place["Fn::GetAtt"][0] if "Fn::GetAtt" in place else _index(place["Fn::Sub"])
                    rights |= {
                        (action, resource, partition)
                        for action in (actions if isinstance(actions, list) else [actions])
                        for partition in partitions
                    }
        granted[deployment._folder(name)] = rights
    return granted


def _index(arn: str) -> str:
    """``${ProfilesTable.Arn}/index/ByKind`` → ``ProfilesTable/ByKind``."""
    table, index = arn.removeprefix("${").split(".Arn}/index/")
    return f"{table}/{index}"


GRANTED = _granted()


def _needed(operation: str, parameters: Mapping[str, Any]) -> set[Right]:
    if operation == "GetSecretValue":
        return {("secretsmanager:GetSecretValue", "SigningKeys", None)}
    if operation == "BatchGetItem":
        return {
            ("dynamodb:BatchGetItem", table, key["pk"]["S"])
            for table, wanted in parameters["RequestItems"].items()
            for key in wanted["Keys"]
        }
    if operation == "TransactWriteItems":
        return {
            (f"dynamodb:{MEMBERS[kind]}", write["TableName"], key["pk"]["S"])
            for member in parameters["TransactItems"]
            for kind, write in member.items()
            for key in _keys(write)
        }
    if "IndexName" in parameters:
        return {(f"dynamodb:{operation}", f"{parameters['TableName']}/{parameters['IndexName']}", None)}
    partitions = [key["pk"]["S"] for key in _keys(parameters)]
    return {(f"dynamodb:{operation}", parameters["TableName"], partition) for partition in partitions or [None]}


def _keys(parameters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The keys that a request names."""
    for name, value in parameters.items():
        if name in ("Key", "Item"):
            yield value
        elif name == "Keys":
            yield from value
        elif isinstance(value, dict):
            yield from _keys(value)
        elif isinstance(value, list):
            for member in value:
                if isinstance(member, dict):
                    yield from _keys(member)


def _refused(code: str, message: str, operation: str) -> ClientError:
    error: Any = {"Code": code, "Message": message}
    answer: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(answer, operation)


@pytest.fixture(autouse=True)
def enforced_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that DynamoDB refuses are refused: moto takes empty ones and those of any length."""
    client: Any = BaseClient
    make_api_call = client._make_api_call

    def called(self: BaseClient, operation: str, parameters: Mapping[str, Any]) -> Any:
        for key in _keys(parameters):
            for name, most in (("pk", 2048), ("sk", 1024)):
                if name in key and not 0 < len(key[name]["S"].encode()) <= most:
                    raise _refused("ValidationException", f"size of {name}", operation)
        return make_api_call(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", called)


@pytest.fixture(autouse=True)
def enforced_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function whose role lacks a permission gets AccessDeniedException, as IAM would answer it."""
    running: list[str] = []
    client: Any = BaseClient
    send, make_api_call = Product.send, client._make_api_call

    def sent(self: Product, event: Mapping[str, Any]) -> Answer:
        running.append(deployment._function_at(event["httpMethod"], event["path"])[0])
        try:
            return send(self, event)
        finally:
            running.pop()

    def called(self: BaseClient, operation: str, parameters: Mapping[str, Any]) -> Any:
        granted = GRANTED[running[-1]] if running else set()
        needed = _needed(operation, parameters) if running else set()
        lacking = {right for right in needed if not {right, (*right[:2], None)} & granted}
        if lacking:
            text = f"the role of {running[-1]} lacks {sorted(lacking)}: template.yaml"
            sys.stderr.write(text + "\n")  # shown with a test that fails for it; no answer and no log line says it
            raise _refused("AccessDeniedException", text, operation)
        return make_api_call(self, operation, parameters)

    monkeypatch.setattr(Product, "send", sent)
    monkeypatch.setattr(BaseClient, "_make_api_call", called)


@pytest.fixture
def issue(product: Product) -> Callable[..., str]:
    """`issue("110001")`: a token of a shopper, made without a login."""
    return product.issue


@pytest.fixture
def token(issue: Callable[..., str]) -> str:
    """A token of the sample shopper."""
    return issue()


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """`printed()`: log lines and metrics since the last time."""
    logger, _ = import_module("commerce.http.endpoint")._telemetry()
    handler: Any = logger.registered_handler
    before, lines = handler.stream, io.StringIO()
    handler.stream = lines  # what was there may be another test's, and closed
    capsys.readouterr()

    def read() -> str:
        text = lines.getvalue() + capsys.readouterr().out
        lines.seek(0)
        lines.truncate()
        return text

    yield read
    handler.stream = before
