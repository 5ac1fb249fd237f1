"""The way from an AWS client to moto's DynamoDB and Secrets Manager and back, without the dressing of HTTP.

moto makes of each request one of a web server, reads that, and writes the answer member by member. Here the body that
the client sends goes straight to moto's actions, and what these answer is written in one go. What an action does,
refuses and says is moto's own, and so is the way of every operation that is not named here.
"""

import base64
from functools import cache
from itertools import count
from typing import Any, cast

import orjson
import pytest
from botocore.awsrequest import AWSPreparedRequest
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model
from moto.dynamodb import responses
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.utilities import dynamo_to_dict
from moto.secretsmanager.responses import SecretsManagerResponse

REGION = "us-east-1"
# The service's name with its version, and the operation.
OPERATIONS = frozenset(
    {
        b"DynamoDB_20120810.BatchGetItem",
        b"DynamoDB_20120810.BatchWriteItem",
        b"DynamoDB_20120810.DeleteItem",
        b"DynamoDB_20120810.GetItem",
        b"DynamoDB_20120810.PutItem",
        b"DynamoDB_20120810.Query",
        b"DynamoDB_20120810.Scan",
        b"DynamoDB_20120810.TransactWriteItems",
        b"DynamoDB_20120810.UpdateItem",
        b"secretsmanager.GetSecretValue",
    }
)

_ADDRESSES = {f"https://{service}.{REGION}.amazonaws.com/" for service in ("dynamodb", "secretsmanager")}
_numbers = count(1)


class _Direct(BaseResponse):
    """A handler of moto's, of one request."""

    media: str

    def __init__(self, operation: str, body: Any) -> None:
        super().__init__()
        self.operation = operation
        self.body = self.params = body
        self.region, self.current_account = REGION, DEFAULT_ACCOUNT_ID
        self.headers = {"Content-Type": self.media}
        self.querystring: dict[str, Any] = {}
        self.uri_match: dict[str, Any] = {}
        self.response_headers: dict[str, str] = {}

    def answer(self) -> Any:
        """Status, headers and body."""
        return BaseResponse.call_action(self)

    def _get_action(self) -> str:
        return self.operation

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        headers["x-amzn-requestid"] = f"{next(_numbers):052}"
        return headers, body


class _Secret(_Direct, SecretsManagerResponse):
    media = "application/x-amz-json-1.1"


class _Items(_Direct, responses.DynamoHandler):
    media = "application/x-amz-json-1.0"

    def serialized(self, action_result: ActionResult) -> Any:
        result: Any = action_result.result
        if isinstance(result, Exception):
            return super().serialized(action_result)
        members = _members(self.operation)
        written = {name: value for name, value in result.items() if name in members and value is not None}
        return 200, {"Content-Type": self.media}, orjson.dumps(written, _plain, orjson.OPT_PASSTHROUGH_SUBCLASS)


def answer_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that read and write items, or read a secret, take the short way."""
    own = BotocoreStubber.process_request

    def process(self: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        target: Any = request.headers.get("X-Amz-Target", b"")  # bytes, as botocore has encoded it
        service, _, operation = target.decode().partition(".")
        if target not in OPERATIONS or request.url not in _ADDRESSES:
            return own(self, request)
        body = cast("bytes", request.body)
        secret = service == "secretsmanager"
        return (_Secret(operation, body) if secret else _Items(operation, _read(body))).answer()

    monkeypatch.setattr(BotocoreStubber, "process_request", process)
    # `serialized` writes what moto's own way is given as plain dictionaries first.
    monkeypatch.setattr(responses, "dynamo_to_dict", lambda result: result)
    written = responses.DynamoHandler.serialized
    monkeypatch.setattr(
        responses.DynamoHandler,
        "serialized",
        lambda self, result: written(self, ActionResult(dynamo_to_dict(result.result))),
    )


def _read(body: bytes) -> Any:
    """Names and values are spelled as moto takes them; only bytes come as text."""
    read = orjson.loads(body)
    return _with_bytes(read) if b'"B":' in body or b'"BS":' in body else read


def _with_bytes(value: Any) -> Any:
    """A member `B` with a text, or `BS` with a list, is a value's kind: an attribute of that name has a map."""
    if isinstance(value, list):
        return [_with_bytes(member) for member in value]
    if not isinstance(value, dict):
        return value
    read: dict[str, Any] = {}
    for name, member in value.items():
        if name == "B" and isinstance(member, str):
            read[name] = base64.b64decode(member)
        elif name == "BS" and isinstance(member, list):
            read[name] = [base64.b64decode(text) for text in member]
        else:
            read[name] = _with_bytes(member)
    return read


@cache
def _members(operation: str) -> frozenset[str]:
    """All that an operation may answer."""
    return frozenset(get_service_model("dynamodb").operation_model(operation).output_shape.members)


def _plain(value: Any) -> Any:
    """What is no JSON, as JSON has it."""
    match value:
        case DynamoType():
            return {value.type: value.value}
        case LimitedSizeDict():
            return _json_of(value)
        case bytes():
            return base64.b64encode(value).decode()
    raise TypeError(type(value))


def _json_of(item: LimitedSizeDict) -> orjson.Fragment:
    """Kept with the item, which never changes once it is stored."""
    kept: bytes | None = vars(item).get("json")
    if kept is None:
        kept = vars(item)["json"] = orjson.dumps(dict(item), _plain, orjson.OPT_PASSTHROUGH_SUBCLASS)
    return orjson.Fragment(kept)
