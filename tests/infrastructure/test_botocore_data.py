"""The cut botocore signs, sends and reads exactly as the uncut one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from layer_build import botocore_data

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_clients: dict[tuple[object, ...], Any] = {}  # an uncut one takes half a second to make
KEY = {"pk": {"S": "profile#1"}, "sk": {"S": "profile"}}
ITEM = {**KEY, "version": {"N": "3"}, "document": {"B": b"\x00\x01"}, "used": {"M": {"7": {"BOOL": True}}}}
CONDITION = {
    "ConditionExpression": "#v = :v",
    "ExpressionAttributeNames": {"#v": "version"},
    "ExpressionAttributeValues": {":v": {"N": "2"}},
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}
CALLS: dict[tuple[str, str], dict[str, Any]] = {
    ("dynamodb", "BatchGetItem"): {
        "RequestItems": {"profiles": {"Keys": [KEY], "ConsistentRead": True, "ProjectionExpression": "pk"}},
        "ReturnConsumedCapacity": "TOTAL",
    },
    ("dynamodb", "DeleteItem"): {"TableName": "profiles", "Key": KEY, **CONDITION},
    ("dynamodb", "GetItem"): {"TableName": "profiles", "Key": KEY, "ConsistentRead": True},
    ("dynamodb", "PutItem"): {"TableName": "profiles", "Item": ITEM, **CONDITION},
    ("dynamodb", "Query"): {
        "TableName": "profiles",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "x"}},
        "Limit": 10,
        "ExclusiveStartKey": KEY,
    },
    ("dynamodb", "TransactWriteItems"): {
        "TransactItems": [
            {"Put": {"TableName": "profiles", "Item": ITEM, **CONDITION}},
            {"ConditionCheck": {"TableName": "orders", "Key": KEY, **CONDITION}},
            {"Delete": {"TableName": "orders", "Key": KEY}},
        ],
        "ClientRequestToken": "token",
    },
    ("dynamodb", "UpdateItem"): {
        "TableName": "profiles",
        "Key": KEY,
        "UpdateExpression": "SET #v = :v",
        "ReturnValues": "ALL_NEW",
        **CONDITION,
    },
    ("secretsmanager", "GetSecretValue"): {"SecretId": "commerce/signing-keys"},
}
ROW = b'{"pk":{"S":"a"},"n":{"N":"1.50"},"b":{"B":"AAE="}}'
SUCCESSES = {
    "BatchGetItem": b'{"Responses":{"t":[%s]},"UnprocessedKeys":{},"ConsumedCapacity":[{"CapacityUnits":1.5}]}' % ROW,
    "DeleteItem": b'{"Attributes":%s}' % ROW,
    "GetItem": b'{"Item":%s,"ConsumedCapacity":{"CapacityUnits":0.5}}' % ROW,
    "PutItem": b"{}",
    "Query": b'{"Items":[%s],"Count":1,"ScannedCount":2,"LastEvaluatedKey":{"pk":{"S":"a"}}}' % ROW,
    "TransactWriteItems": b'{"ConsumedCapacity":[{"CapacityUnits":4.0}]}',
    "UpdateItem": b'{"Attributes":%s}' % ROW,
    "GetSecretValue": b'{"SecretString":"{}"}',
}
FAILURES = {
    "condition": (
        400,
        b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Item":{"pk":{"S":"a"}}}',
    ),
    "cancelled": (
        400,
        (
            b'{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"no",'
            b'"CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"pk":{"S":"a"}}}]}'
        ),
    ),
}
ENDPOINTS: list[tuple[str, dict[str, Any]]] = [
    ("us-east-1", {}),
    ("us-east-1", {"use_fips_endpoint": True}),
    ("eu-central-1", {"use_dualstack_endpoint": True}),
    ("cn-north-1", {}),
    ("cn-north-1", {"use_dualstack_endpoint": True}),
    ("us-gov-west-1", {"use_fips_endpoint": True}),
    ("us-iso-east-1", {}),
    ("xx-unknown-1", {}),
]


@pytest.fixture(scope="module")
def cut_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("data")
    botocore_data.cut(Path(botocore.__file__).parent / "data", target)
    return target


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: MOMENT.replace(tzinfo=None))
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


@cache
def _loader(data: Path | None) -> Loader:
    """botocore's own, or one that takes `data` for its folder, as it does where the folder has been replaced."""
    if data is None:
        return Loader()

    class Replaced(Loader):
        BUILTIN_DATA_PATH = str(data)
        CUSTOMER_DATA_PATH = str(data)

    return Replaced()


def _client(service: str, region: str, data: Path | None, **config: Any) -> Any:
    key = (service, region, data, *sorted(config.items()))
    if key not in _clients:
        _clients[key] = _new_client(service, region, data, **config)
    return _clients[key]


def _new_client(service: str, region: str, data: Path | None, **config: Any) -> Any:
    session = botocore.session.Session()
    session.register_component("data_loader", _loader(data))
    session._credentials = Credentials("AKIDEXAMPLE", "secret", "session")  # type: ignore[attr-defined]
    own: dict[str, Any] = {"user_agent": "commerce", "account_id_endpoint_mode": "disabled"}  # as storage has it
    settings = Config(retries={"total_max_attempts": 1}, **own, **config)
    return session.create_client(service, region_name=region, config=settings)


def _exchange(client: Any, operation: str, arguments: dict[str, Any], answer: tuple[int, bytes]) -> tuple[Any, Any]:
    """What the client sends, all of it, and what it makes of the answer."""
    sent: list[Any] = []

    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield answer[1]

    def catch(request: Any, **_: Any) -> AWSResponse:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name != "amz-sdk-invocation-id"  # random
        }
        sent.append((request.method, request.url, headers, request.body))
        return AWSResponse(request.url, answer[0], HTTPHeaders(), Raw())

    client.meta.events.register_first("before-send", catch)
    try:
        made = client._make_api_call(operation, arguments)
    except ClientError as error:
        made = (type(error).__name__, error.response)
    finally:
        client.meta.events.unregister("before-send", catch)
    return sent, made


def test_the_calls_tried_are_the_operations_kept() -> None:
    kept = {(service, name) for service, names in botocore_data.OPERATIONS.items() for name in names}
    assert kept == set(CALLS)


@pytest.mark.parametrize("outcome", ["success", *FAILURES])
@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_the_same_is_sent_and_read(cut_data: Path, service: str, operation: str, outcome: str) -> None:
    arguments = CALLS[service, operation]
    answer = FAILURES.get(outcome, (200, SUCCESSES[operation]))
    exchanges = [
        _exchange(_client(service, "eu-central-1", data), operation, arguments, answer) for data in (None, cut_data)
    ]
    assert len(exchanges[0][0]) == 1
    assert isinstance(exchanges[0][1], dict if outcome == "success" else tuple)
    assert exchanges[0] == exchanges[1]


def test_of_a_secret_the_text_alone_is_read(cut_data: Path) -> None:
    text = b'{"Name":"n","SecretString":"{}","VersionStages":["AWSCURRENT"],"CreatedDate":1.7e9}'
    call = "GetSecretValue", CALLS["secretsmanager", "GetSecretValue"], (200, text)
    whole, cut = (_exchange(_client("secretsmanager", "eu-central-1", data), *call)[1] for data in (None, cut_data))
    assert whole.keys() - cut.keys() == {"Name", "VersionStages", "CreatedDate"}
    assert cut == {name: whole[name] for name in ("SecretString", "ResponseMetadata")}


@pytest.mark.parametrize(("region", "config"), ENDPOINTS, ids=str)
def test_the_same_endpoint_and_signature_in_every_partition(
    cut_data: Path, region: str, config: dict[str, Any]
) -> None:
    for service, operation in (("dynamodb", "GetItem"), ("secretsmanager", "GetSecretValue")):
        sent = []
        for data in (None, cut_data):
            try:
                client = _client(service, region, data, **config)
                sent.append(_exchange(client, operation, CALLS[service, operation], (200, SUCCESSES[operation])))
            except Exception as error:  # noqa: BLE001  both must refuse alike, whatever they raise
                sent.append((type(error).__name__, str(error)))
        assert sent[0] == sent[1]


def test_the_cut_refuses_what_it_does_not_know(cut_data: Path) -> None:
    client = _client("dynamodb", "eu-central-1", cut_data)
    assert not hasattr(client, "delete_table")


def test_a_blank_endpoint_in_the_environment_is_none(cut_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "")
    hosts = [_new_client(service, "eu-west-1", cut_data).meta.endpoint_url for service in botocore_data.OPERATIONS]
    assert hosts == ["https://dynamodb.eu-west-1.amazonaws.com", "https://secretsmanager.eu-west-1.amazonaws.com"]
