"""Data of other releases: what an earlier one has stored, and what a later one has added, after a rollback.

`stored/first_release.json`: all rows of the sample store as the first release loaded them, and after its own update of
a profile, an address, the shopper type and a cart.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from commerce.accounts.repository import DIRECTORY
from commerce.storage import decode_document, encode_document
from tests.conftest import with_sample
from tests.support.deployment import Answer, Product
from tests.support.events import EVENTS, SETTINGS

FIRST_RELEASE = Path(__file__).with_name("stored") / "first_release.json"
OK = {path.parent.name: path for path in EVENTS if path.stem == "ok"}
WRITES = (
    "update_profile",
    "update_address",
    "update_shopper_type",
    "update_current_profile_order",
    "update_visitor_info",
)
READS = (
    "get_current_profile",
    "get_profile",
    "get_address",
    "get_addresses",
    "get_shopper_type",
    "get_incomplete_order",
    "get_item_type",
)
LATER = "addedLater"


def put(rows: Mapping[str, list[dict[str, Any]]]) -> None:
    client = boto3.client("dynamodb")
    for table, items in rows.items():
        for item in items:
            client.put_item(TableName=table, Item=item)


def scanned(product: Product) -> dict[str, list[dict[str, Any]]]:
    client = boto3.client("dynamodb")
    names = [name for variable, name in product.environment.items() if variable.endswith("_TABLE")]
    return {name: client.scan(TableName=name)["Items"] for name in names}


def sent(product: Product, function: str) -> Answer:
    event = json.loads(OK[function].read_text(encoding="utf-8"))
    raw = product.app(function).handler(event, None)
    return Answer(raw["statusCode"], raw["headers"], [], raw["body"])


# --- an earlier release's


@pytest.fixture
def first_release(make_product: Callable[..., Product]) -> Product:
    product = make_product(**SETTINGS)
    text = json.loads(FIRST_RELEASE.read_text(encoding="utf-8"))
    for items in text.values():
        for item in items:
            for value in item.values():
                if "B" in value:
                    value["B"] = base64.b64decode(value["B"])
    put(text)
    return product


@pytest.mark.parametrize("function", [*READS, *WRITES])
def test_rows_of_the_first_release_are_read_and_updated(first_release: Product, function: str) -> None:
    answer = sent(first_release, function)
    assert answer.status == 200, answer.text


def test_they_say_what_they_said(first_release: Product) -> None:
    order = sent(first_release, "get_incomplete_order").body
    assert (order["orderId"], order["siteId"]) == ("o10001", "siteUS")
    assert sum(line["quantity"] for line in order["shoppingCart"]["items"]) > 0
    profile = sent(first_release, "get_current_profile").body
    assert (profile["id"], profile["login"]) == ("se-570031", "shopper")
    assert profile["shippingAddresses"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (None, ["110000", "110001", "110002", "110003", "se-570031"]),
        ('email sw "buyer@"', ["110001"]),
        ('login eq "account-buyer"', ["110001"]),
    ],
)
def test_people_of_the_first_release_are_listed(first_release: Product, query: str | None, found: list[str]) -> None:
    """The index holds nothing but keys that every release has written."""
    event = json.loads(OK["list_profiles"].read_text(encoding="utf-8"))
    parameters = {"fields": "items.id"} | ({"q": query} if query else {})
    raw = first_release.app("list_profiles").handler({**event, "queryStringParameters": parameters}, None)
    assert [item["id"] for item in json.loads(raw["body"])["items"]] == found


def test_people_of_the_first_release_log_in(first_release: Product) -> None:
    assert first_release.login()


# --- a later release's


def with_members_of_a_later_release(value: Any) -> Any:
    """A document whose records, itself and those in its lists, have one more member."""
    match value:
        case dict():
            # A profile's loyalty programs are shown as they are stored.
            return {
                name: inner if name == "loyaltyPrograms" else with_members_of_a_later_release(inner)
                for name, inner in value.items()
            }
        case list():
            return [
                {**with_members_of_a_later_release(one), LATER: {"x": 1}} if isinstance(one, dict) else one
                for one in value
            ]
    return value


def of_a_later_release(item: Any, document: Any) -> Any:
    if item["pk"]["S"] == DIRECTORY:  # a place of the tree is a list
        return {name: [*place, LATER] for name, place in document.items()}
    return {**with_members_of_a_later_release(document), LATER: {"x": 1}}


@pytest.fixture
def later_release(make_product: Callable[..., Product], sample_items: Any) -> Product:
    """The sample store with a cart, and in all rows and documents what this release does not know."""
    product = with_sample(make_product(**SETTINGS), sample_items)
    assert sent(product, "update_current_profile_order").status == 200
    rows = scanned(product)
    for items in rows.values():
        for item in items:
            if "document" in item:
                item["document"]["B"] = encode_document(
                    of_a_later_release(item, decode_document(item["document"]["B"]))
                )
            item[LATER] = {"S": "x"}
    put(rows)
    return Product(product.environment, product.clock)


@pytest.mark.parametrize("function", [*READS, *WRITES])
def test_what_a_later_release_has_added_disturbs_nothing(later_release: Product, function: str) -> None:
    answer = sent(later_release, function)
    assert answer.status == 200, answer.text
    assert LATER not in answer.text


def documents(product: Product, table: str, sort_key: str) -> Iterator[Any]:
    for item in scanned(product)[table]:
        if item["sk"]["S"].startswith(sort_key):
            yield item, decode_document(item["document"]["B"])


@pytest.mark.parametrize(
    ("function", "table", "sort_key", "kept"),
    [
        ("update_profile", "ProfilesTable", "profile", (True, True)),
        ("update_address", "OrganizationsTable", "address#", (False, False)),
        ("update_shopper_type", "ShopperTypesTable", "content", (False, False)),
        ("update_current_profile_order", "OrdersTable", "order#", (False, False)),
    ],
)
def test_what_stays_of_it_after_a_write(
    later_release: Product, function: str, table: str, sort_key: str, kept: tuple[bool, bool]
) -> None:
    """Attributes of the row, members of its document: docs/operations.md, "Upgrade, and back", says so."""
    before = {
        item["pk"]["S"] + item["sk"]["S"]: int(item["version"]["N"])
        for item, _ in documents(later_release, table, sort_key)
    }
    assert sent(later_release, function).status == 200
    written = [
        (item, document)
        for item, document in documents(later_release, table, sort_key)
        if int(item["version"]["N"]) > before[item["pk"]["S"] + item["sk"]["S"]]
    ]
    assert written
    for item, document in written:
        assert (LATER in item, LATER in document) == kept
