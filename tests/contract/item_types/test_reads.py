"""Order and item types: the declared properties of orders, lines and addresses (contract: companions.md §5)."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from tests.support.deployment import Product

ORDER, LINE, ADDRESS = "orderTypes/order", "itemTypes/commerceItem", "itemTypes/contactInfo"
ATTRIBUTES: dict[str, Any] = {
    "default": None, "required": False, "localizable": False, "writable": True, "internalOnly": False,
    "searchable": False, "textSearchable": False, "dimension": False, "multiSelect": None, "audienceVisibility": None,
    "editableAttributes": [],
}  # fmt: skip


@pytest.fixture
def clerk(issue: Callable[..., str]) -> str:
    return issue("in-100004", "clerk", issuer=ISSUERS[Api.ADMIN])


def read(product: Product, clerk: str, path: str, **headers: str) -> Any:
    answer = product.call("GET", f"/ccadmin/v1/{path}", token=clerk, headers=headers)
    assert answer.status == 200, answer.text
    shown = dict(answer.body)
    assert shown.pop("links") == [{"rel": "self", "href": f"https://shop.example.com/ccadmin/v1/{path}"}]
    return shown


def attributes(kind: str, label: str, length: int | None, **others: Any) -> Any:
    return ATTRIBUTES | {"label": label, "type": kind, "uiEditorType": kind, "length": length, **others}


def test_the_order_type(product: Product, clerk: str) -> None:
    assert read(product, clerk, ORDER) == {
        "id": "order",
        "repositoryId": "order",
        "displayName": "Order",
        "propertiesOrder": ["dynamicPropertyShippingInstructions", "giftWrapped", "riskScore"],
        "properties": {
            "dynamicPropertyShippingInstructions": attributes("longText", "Shipping Instructions", 4000),
            "giftWrapped": attributes("checkbox", "Gift wrapped", 1),
            "riskScore": attributes("number", "Risk score", 22, internalOnly=True),
        },
    }


def test_the_type_of_lines(product: Product, clerk: str) -> None:
    assert read(product, clerk, LINE) == {
        "id": "commerceItem",
        "displayName": "commerceItem",
        "count": 2,
        "propertiesOrder": ["dynamicPropertyMode", "wantedOn"],
        "specifications": [
            {"id": "dynamicPropertyMode", **attributes("shortText", "Mode", 254)},
            {"id": "wantedOn", **attributes("date", "Wanted on", 26)},
        ],
        "base": [],
        "variants": [],
        "shopperInputs": [],
    }


def test_the_type_of_addresses(product: Product, clerk: str) -> None:
    specifications = read(product, clerk, ADDRESS)["specifications"]
    assert [(shown["id"], shown["label"], shown["type"], shown["length"]) for shown in specifications] == [
        ("deliveryNote", "deliveryNote", "shortText", 254),
        ("dockCount", "dockCount", "number", 22),
        ("hasForklift", "hasForklift", "checkbox", 1),
        ("openedOn", "openedOn", "date", 26),
    ]


def test_labels_in_the_language_of_the_call(product: Product, clerk: str) -> None:
    german = {"X-CCAsset-Language": "de-AT"}
    assert read(product, clerk, ORDER, **german)["properties"]["giftWrapped"]["label"] == "Als Geschenk verpackt"
    assert read(product, clerk, ORDER, **german)["properties"]["riskScore"]["label"] == "Risk score"
    assert read(product, clerk, LINE, **german)["specifications"][1]["label"] == "Wunschtermin"


def test_types_of_which_nothing_is_declared(product: Product, clerk: str) -> None:
    for type_id in ("organization", "gift-list", "promotion", "userSiteProperties"):
        shown = read(product, clerk, f"itemTypes/{type_id}")
        assert (shown["id"], shown["count"], shown["specifications"], shown["propertiesOrder"]) == (type_id, 0, [], [])


@pytest.mark.parametrize("path", ["orderTypes/orders", "orderTypes/commerceItem", "itemTypes/order", "itemTypes/user"])
def test_unknown_types(product: Product, clerk: str, path: str) -> None:
    answer = product.call("GET", f"/ccadmin/v1/{path}", token=clerk)
    assert (answer.status, answer.code) == (400, "75001")


def test_who_reads_them(product: Product, clerk: str, token: str, issue: Callable[..., str]) -> None:
    agent = issue("in-100002", "agent", issuer=ISSUERS[Api.AGENT], roles=("csAgentRole",))
    for path in (ORDER, LINE, ADDRESS, "itemTypes/organization", "itemTypes/none"):
        for stranger in (agent, token, None):
            assert product.call("GET", f"/ccadmin/v1/{path}", token=stranger).code == "00001000"
        assert product.call("GET", f"/ccadminui/v1/{path}/", token=clerk).status == (400 if "none" in path else 200)
        refused = product.call("PUT", f"/ccadmin/v1/{path}", {"properties": {}}, token=clerk)
        assert (refused.status, refused.headers["allow"]) == (405, "GET, OPTIONS")
