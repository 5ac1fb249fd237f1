"""DynamoDB's answers read in one step say what botocore's own parser reads of them."""

import json
from pprint import pformat
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.endpoint import convert_to_response_dict
from botocore.parsers import ResponseParserError, ResponseParserFactory
from hypothesis import given
from hypothesis import strategies as st

from commerce.storage.answers import AnswerParsers
from commerce.storage.items import PlainItem, from_wire

MODEL = botocore.session.Session().get_service_model("dynamodb")
ROW = (
    '{"pk":{"S":"a"},"sk":{"S":"é \\ud83d\\ude00"},"version":{"N":"17"},"document":{"B":"AAEC"},"on":{"BOOL":false},'
    '"used":{"M":{"7":{"N":"-3"},"deep":{"M":{"x":{"S":""}}}}},"empty":{"M":{}}}'
)
CAPACITY = '{"CapacityUnits":49.0,"TableName":"t"}'

KNOWN = {
    "a row": ("GetItem", f'{{"Item":{ROW},"ConsumedCapacity":{CAPACITY}}}'),
    "an attribute twice": ("GetItem", '{"Item":{"pk":{"S":"a"},"pk":{"S":"b"}}}'),
    "no row": ("GetItem", f'{{"ConsumedCapacity":{CAPACITY}}}'),
    "nothing": ("GetItem", "{}"),
    "a batch": (
        "BatchGetItem",
        f'{{"Responses":{{"t":[{ROW},{ROW}],"u":[]}},"UnprocessedKeys":{{}},"ConsumedCapacity":[{CAPACITY}]}}',
    ),
    "whole units": ("BatchGetItem", '{"Responses":{},"ConsumedCapacity":[{"CapacityUnits":2}]}'),
    "a query": ("Query", f'{{"Items":[{ROW}],"Count":1,"ScannedCount":2,"ConsumedCapacity":{CAPACITY}}}'),
    "a put": ("PutItem", f'{{"ConsumedCapacity":{CAPACITY}}}'),
    "an update": ("UpdateItem", "{}"),
    "a delete": ("DeleteItem", f'{{"ConsumedCapacity":{CAPACITY}}}'),
    "a transaction": ("TransactWriteItems", f'{{"ConsumedCapacity":[{CAPACITY},{CAPACITY}]}}'),
}
ODD = {
    "another kind of attribute": ("GetItem", '{"Item":{"pk":{"S":"a"},"seen":{"SS":["x"]},"gone":{"NULL":true}}}'),
    "a list": ("GetItem", '{"Item":{"pk":{"S":"a"},"l":{"L":[{"S":"x"}]}}}'),
    "a kind in a map": ("GetItem", '{"Item":{"m":{"M":{"x":{"NS":["1"]}}}}}'),
    "another member": ("GetItem", '{"Item":{},"Weather":"fine"}'),
    "a member without a value": ("GetItem", '{"Item":null,"ConsumedCapacity":null}'),
    "capacity without a value": ("PutItem", '{"ConsumedCapacity":{"CapacityUnits":null}}'),
    "capacity by index": ("PutItem", '{"ConsumedCapacity":{"CapacityUnits":1.0,"Table":{"CapacityUnits":1.0}}}'),
    "keys left over": ("BatchGetItem", '{"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"a"}}]}}}'),
    "more to come": ("Query", f'{{"Items":[{ROW}],"Count":1,"LastEvaluatedKey":{{"pk":{{"B":"AAE="}}}}}}'),
    "what stood there": ("UpdateItem", f'{{"Attributes":{ROW}}}'),
    "half a surrogate pair": ("GetItem", '{"Item":{"pk":{"S":"\\ud800"}}}'),
    "no JSON": ("GetItem", "<html>"),
    "no text": ("GetItem", ""),
    "a number that is a number": ("GetItem", '{"Item":{"version":{"N":17}}}'),
    "two kinds": ("GetItem", '{"Item":{"pk":{"S":"a","N":"1"}}}'),
    "no kind": ("GetItem", '{"Item":{"pk":{}}}'),
    "a kind with a name": ("GetItem", '{"Item":{"pk":{"S":"a","__type":"x"}}}'),
    "a kind without a value": ("GetItem", '{"Item":{"pk":{"S":null}}}'),
}
REFUSED = {
    "a condition": '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no",'
    f'"Item":{ROW}}}',
    "a transaction": '{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"no",'
    f'"CancellationReasons":[{{"Code":"None"}},{{"Code":"ConditionalCheckFailed","Item":{ROW}}}]}}',
    "throttled": '{"__type":"x#ThrottlingException","message":"slow"}',
    "no JSON": "<html>Service Unavailable</html>",
    "no text": "",
}


def _read(parsers: Any, operation: str, text: str, status: int) -> Any:
    """As botocore's endpoint asks for it; an error by its text."""
    headers = HTTPHeaders()
    headers["x-amzn-RequestId"] = "R1"
    headers["X-Amz-Crc32"] = "7"
    response = AWSResponse("http://localhost", status, headers, None)
    response._content = text.encode()  # type: ignore[attr-defined]
    operation_model = MODEL.operation_model(operation)
    answer = convert_to_response_dict(response, operation_model)
    try:
        return parsers.create_parser("json").parse(answer, operation_model.output_shape)
    except (ResponseParserError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"


def _plain(read: Any) -> Any:
    """With every item of an answer as `Store` takes it."""
    if not isinstance(read, dict):
        return read
    item = {"Item": from_wire(read["Item"])} if "Item" in read else {}
    items = {"Items": list(map(from_wire, read["Items"]))} if "Items" in read else {}
    tables = read.get("Responses") or {}
    found = {"Responses": {name: list(map(from_wire, rows)) for name, rows in tables.items()}} if tables else {}
    return {**read, **item, **items, **found}


def _both(operation: str, text: str, status: int = 200) -> tuple[Any, Any]:
    return _read(AnswerParsers(), operation, text, status), _read(ResponseParserFactory(), operation, text, status)


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_answer(name: str) -> None:
    own, generic = _both(*KNOWN[name])
    assert pformat(own) == pformat(_plain(generic))  # types too, in any order
    if "Item" in own:
        assert isinstance(own["Item"], PlainItem)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_read_as_botocore_reads_it(name: str) -> None:
    own, generic = _both(*ODD[name])
    assert pformat(own) == pformat(generic)


@pytest.mark.parametrize("status", [400, 500, 503])
@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_read_as_botocore_reads_it(name: str, status: int) -> None:
    own, generic = _both("PutItem", REFUSED[name], status)
    assert pformat(own) == pformat(generic)


def test_other_operations_and_protocols_are_botocores() -> None:
    own, generic = _both("ListTables", '{"TableNames":["t"]}')
    assert own == generic
    assert type(AnswerParsers().create_parser("query")) is type(ResponseParserFactory().create_parser("query"))


ATTRIBUTES = st.recursive(
    st.one_of(
        st.text(max_size=5).map(lambda text: {"S": text}),
        st.integers().map(lambda number: {"N": str(number)}),
        st.booleans().map(lambda on: {"BOOL": on}),
        st.sampled_from(["", "AA==", "AAE="]).map(lambda data: {"B": data}),
        st.sampled_from([{"NULL": True}, {"L": []}, {"N": "1.5"}, {"S": 1}, {"X": "y"}]),
    ),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3).map(lambda members: {"M": members}),
    max_leaves=5,
)


def _outcome(answer: Any) -> str:
    try:
        return pformat(_plain(answer))
    except ValueError as error:
        return str(error)


@given(st.dictionaries(st.text(max_size=3), ATTRIBUTES, max_size=4))
def test_any_item(wire: dict[str, Any]) -> None:
    own, generic = _both("GetItem", json.dumps({"Item": wire}))
    assert _outcome(own) == _outcome(generic)
