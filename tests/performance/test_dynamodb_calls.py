"""Each operation's calls to DynamoDB: which and how many, with empty and with filled caches."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.conftest import with_sample
from tests.support.deployment import Product
from tests.support.events import EVENTS, SETTINGS

OK = {path.parent.name: path for path in EVENTS if path.stem == "ok"}
Made = Callable[..., Product]
Items = Mapping[str, list[dict[str, Any]]]

# An e-mail address, a login or a gift card that is new to its profile or order may be guessed: such guesses are counted
# before they are compared and given back when they were right, but those of a registration. The order brings a card, by
# a shopper and at a card.
GUESSES = ("UpdateItem 1", "UpdateItem 1")

# Function → with empty caches, with filled ones. A number is how many rows a call names.
CALLS: dict[str, tuple[list[str], list[str]]] = {
    "add_address": (
        ["BatchGetItem 6", "GetItem 1", "TransactWriteItems 2"],
        ["BatchGetItem 4", "GetItem 1", "TransactWriteItems 2"],
    ),
    "add_profile_address": (["BatchGetItem 8", "UpdateItem 1"], ["BatchGetItem 4", "UpdateItem 1"]),
    "create_profile": (
        ["BatchGetItem 7", "UpdateItem 1", "TransactWriteItems 3"],
        ["BatchGetItem 4", "UpdateItem 1", "TransactWriteItems 3"],
    ),
    "delete_address": (
        ["BatchGetItem 6", "Query 1", "Query 1", "TransactWriteItems 2"],
        ["BatchGetItem 4", "Query 1", "Query 1", "TransactWriteItems 2"],
    ),
    "delete_profile_address": (["BatchGetItem 8", "UpdateItem 1"], ["BatchGetItem 4", "UpdateItem 1"]),
    "get_incomplete_order": (
        ["BatchGetItem 8", "GetItem 1", "BatchGetItem 6"],
        ["BatchGetItem 5", "GetItem 1"],
    ),
    "get_item_type": (["BatchGetItem 3"], ["BatchGetItem 2"]),
    "get_order_type": (["BatchGetItem 3"], ["BatchGetItem 2"]),
    "get_profile": (["BatchGetItem 9"], ["BatchGetItem 5"]),
    "get_profile_address": (["BatchGetItem 6"], ["BatchGetItem 3"]),
    "get_address": (["BatchGetItem 6", "BatchGetItem 2"], ["BatchGetItem 4", "BatchGetItem 2"]),
    "get_current_profile": (["BatchGetItem 8"], ["BatchGetItem 4"]),
    "get_registry": ([], []),
    "get_shopper_type": (["BatchGetItem 4"], ["BatchGetItem 2"]),
    "list_addresses": (["BatchGetItem 5", "Query 1", "Query 1"], ["BatchGetItem 3", "Query 1", "Query 1"]),
    "list_locales": (["GetItem 1"], ["GetItem 1"]),
    "list_profile_addresses": (["BatchGetItem 6"], ["BatchGetItem 3"]),
    "list_profiles": (
        ["BatchGetItem 8", "Query 1", "BatchGetItem 5"],
        ["BatchGetItem 4", "Query 1", "BatchGetItem 5"],
    ),
    "get_addresses": (["BatchGetItem 6", "Query 1", "Query 1"], ["BatchGetItem 4", "Query 1", "Query 1"]),
    "list_shopper_types": (["GetItem 1"], ["GetItem 1"]),
    "list_site_properties": (["BatchGetItem 6"], ["BatchGetItem 3"]),
    "login": (["BatchGetItem 3", "GetItem 1", "UpdateItem 1"], ["GetItem 1", "GetItem 1", "UpdateItem 1"]),
    "logout": (["GetItem 1", "UpdateItem 1"], ["GetItem 1", "UpdateItem 1"]),
    "refresh": (["GetItem 1"], ["GetItem 1"]),
    "update_address": (
        ["BatchGetItem 6", "BatchGetItem 3", "PutItem 1"],
        ["BatchGetItem 4", "BatchGetItem 3", "PutItem 1"],
    ),
    "update_current_profile_order": (
        ["BatchGetItem 9", "BatchGetItem 11", *GUESSES, *GUESSES, "PutItem 1"],
        ["BatchGetItem 6", "BatchGetItem 3", *GUESSES, *GUESSES, "PutItem 1"],
    ),
    "update_profile": (
        ["BatchGetItem 10", "UpdateItem 1", "GetItem 1", "TransactWriteItems 3", "UpdateItem 1"],
        ["BatchGetItem 6", "UpdateItem 1", "GetItem 1", "TransactWriteItems 3", "UpdateItem 1"],
    ),
    "update_profile_address": (["BatchGetItem 8", "UpdateItem 1"], ["BatchGetItem 4", "UpdateItem 1"]),
    "update_profile_by_id": (
        ["BatchGetItem 11", "GetItem 1", "TransactWriteItems 3"],
        ["BatchGetItem 7", "GetItem 1", "TransactWriteItems 3"],
    ),
    "update_shopper_type": (["BatchGetItem 4", "TransactWriteItems 3"], ["BatchGetItem 2", "TransactWriteItems 3"]),
    "update_site_properties": (["BatchGetItem 6", "UpdateItem 1"], ["BatchGetItem 3", "UpdateItem 1"]),
    "update_visitor_info": ([], []),
    "verify": (["GetItem 1"], ["GetItem 1"]),
}


def _calls(product: Product, function: str, event: Mapping[str, Any] | None = None) -> list[str]:
    """Of one event, else the function's `ok` event: operation, and how many rows it names."""
    made: list[str] = []

    def note(model: Any, params: Mapping[str, Any], **_: object) -> None:
        body = json.loads(params["body"])
        rows = sum(len(table["Keys"]) for table in body.get("RequestItems", {}).values()) or len(
            body.get("TransactItems", ["one"])
        )
        made.append(f"{model.name} {rows}")

    parts = getattr(product.app(function), "parts", None)
    if parts:
        parts.store.client.meta.events.register("before-call.dynamodb", note)
    answer = product.app(function).handler(event or json.loads(OK[function].read_text(encoding="utf-8")), None)
    if parts:
        parts.store.client.meta.events.unregister("before-call.dynamodb", note)
    assert answer["statusCode"] == 200, answer["body"]
    return made


def test_each_function_is_here() -> None:
    assert CALLS.keys() ^ OK.keys() == set()


@pytest.mark.parametrize("function", OK)
def test_calls(make_product: Made, sample_items: Items, function: str) -> None:
    product = with_sample(make_product(**SETTINGS), sample_items)
    empty = _calls(product, function)
    for table in dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables.values():
        table.items.clear()
    with_sample(product, sample_items)
    assert (empty, _calls(product, function)) == CALLS.get(function)


def test_a_profile_that_keeps_its_identifiers_takes_one_read_and_one_write(
    make_product: Made, sample_items: Items
) -> None:
    product = with_sample(make_product(**SETTINGS), sample_items)
    for number, read in ((1, "BatchGetItem 8"), (2, "BatchGetItem 4")):
        event = json.loads(OK["update_profile"].read_text(encoding="utf-8"))
        event["body"] = json.dumps({"lastName": f"Name {number}"})
        assert _calls(product, "update_profile", event) == [read, "UpdateItem 1"]


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ('email eq "kim@example.com"', ["BatchGetItem 5", "GetItem 1"]),
        ('id eq "110001" or id eq "110002"', ["BatchGetItem 6"]),
        ('email sw "kim"', ["BatchGetItem 4", "Query 1", "GetItem 1"]),
        ('lastName eq "example"', ["BatchGetItem 4", "Query 1", "BatchGetItem 4"]),
        ('lastName eq "nobody"', ["BatchGetItem 4", "Query 1"]),
        ('id gt "110001" and active eq true', ["BatchGetItem 4", "Query 1", "BatchGetItem 2"]),
    ],
)
def test_a_search_goes_along_the_index_once(
    make_product: Made, sample_items: Items, query: str, calls: list[str]
) -> None:
    product = with_sample(make_product(**SETTINGS), sample_items)
    event = json.loads(OK["list_profiles"].read_text(encoding="utf-8"))
    event["queryStringParameters"] = {"q": query}
    _calls(product, "list_profiles", event)
    assert _calls(product, "list_profiles", event) == calls


@pytest.mark.parametrize("function", OK)
def test_a_browser_s_call_reads_from_where_it_may_come_once_a_minute(
    make_product: Made, sample_items: Items, function: str
) -> None:
    """Most calls have read it along; the others have done so at the latest by the second call."""
    product = with_sample(make_product(**SETTINGS), sample_items)
    event = json.loads(OK[function].read_text(encoding="utf-8"))
    event["headers"] = {**(event["headers"] or {}), "Origin": "https://shop.example.com"}
    if event.get("multiValueHeaders"):
        event["multiValueHeaders"]["Origin"] = ["https://shop.example.com"]
    first = _calls(product, function, event)
    for table in dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables.values():
        table.items.clear()
    with_sample(product, sample_items)
    empty, filled = CALLS[function]
    assert first in (empty, [*empty, "BatchGetItem 2"])
    assert _calls(product, function, event) == filled
