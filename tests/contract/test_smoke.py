"""The smoke test of a deployed stack: what it calls, what it says, and that nothing of it stays."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from backoffice.findings import BadData
from backoffice.smoke import Send, smoke
from commerce.accounts.repository import DIRECTORY
from commerce.call import Api
from commerce.catalogue.repository import SELLING
from commerce.http.routes import ROUTES, Route
from commerce.storage import Key, decode_document
from tests.support.deployment import Answer, Product

BASE = "https://api.example.com/shop"
SHARED = (DIRECTORY, f"'{SELLING}'")
FIVE = {"updateVisitorInfo", "updateProfile", "updateShopperType", "updateAddress", "updateCurrentProfileOrder"}


def _sender(product: Product, broken: str = "") -> Send:
    """Requests go to the handlers; one whose path ends with `broken` is answered with 500."""

    def send(method: str, address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        assert address.startswith(BASE)
        path = urlsplit(address).path.removeprefix("/shop")
        if broken and path.endswith(broken):
            return 500, '{"errorCode":"00000500"}'
        answer = product.call(method, path, body.decode(), headers=headers)
        return answer.status, answer.text

    return send


def _rows(product: Product) -> dict[str, Any]:
    """Every row of every table; of the documents that all share the content, for their versions go on counting."""
    rows: dict[str, Any] = {}
    for variable in product.environment:
        if variable.endswith("_TABLE"):
            partitions = product.stored(variable).items()
            rows[variable] = {str(pk): row for pk, row in partitions if not any(name in str(pk) for name in SHARED)}
    tables = product.deployment.tables
    keys = [Key(tables.organizations, DIRECTORY, "content"), Key(tables.catalogue, SELLING, "content")]
    return rows | {key.pk: decode_document(row["document"]) for key, row in product.deployment.store.get(keys).items()}


def test_the_five_calls_are_answered_and_leave_nothing(product: Product) -> None:
    before = _rows(product)
    told: list[str] = []
    assert smoke(product.deployment, BASE, told.append, _sender(product)) == []
    assert len(told) == 7
    assert _rows(product) == before


def test_the_calls_are_the_five_operations_and_logins(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    send = Product.send

    def noted(self: Product, event: Mapping[str, Any]) -> Answer:
        called.append(f"{event['httpMethod']} {event['path']}")
        return send(self, event)

    monkeypatch.setattr(Product, "send", noted)
    smoke(product.deployment, BASE, lambda _: None, _sender(product))
    operations = {
        route.operation for route in ROUTES for api in route.apis for line in called if _fits(route, api, line)
    }
    assert operations == FIVE | {"login"}


def _fits(route: Route, api: Api, line: str) -> bool:
    head, parameter, _ = f"{route.method} /{api.value}/v1/{route.path}".partition("{")
    return line.startswith(head) and "/" not in line.removeprefix(head) if parameter else line == head


@pytest.mark.parametrize("broken", ["/orders/current", "/profiles/current", "/ccstore/v1/login"])
def test_a_call_that_fails_is_told_and_all_goes_again(product: Product, broken: str) -> None:
    before = _rows(product)
    failed = smoke(product.deployment, BASE, lambda _: None, _sender(product, broken))
    assert any("500" in line for line in failed)
    assert _rows(product) == before


def test_a_stop_in_the_middle_leaves_nothing(product: Product) -> None:
    before = _rows(product)

    def stop(line: str) -> None:
        if "profile" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        smoke(product.deployment, BASE, stop, _sender(product))
    assert _rows(product) == before


def test_a_stack_that_does_not_answer(product: Product) -> None:
    def refuse(*_: Any) -> tuple[int, str]:
        raise ConnectionRefusedError("no such address")

    before = _rows(product)
    failed = smoke(product.deployment, BASE, lambda _: None, refuse)
    assert "no such address" in failed[0]
    assert _rows(product) == before


def test_an_answer_without_what_was_ordered_is_none(product: Product) -> None:
    send = _sender(product)

    def emptied(method: str, address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        if address.endswith("/orders/current"):
            return 200, '{"shoppingCart":{"items":[]}}'
        return send(method, address, headers, body)

    (failed,) = smoke(product.deployment, BASE, lambda _: None, emptied)
    assert failed.startswith("the current order, with one line: 200, but")


def test_a_store_in_which_nothing_can_be_sold(empty: Product) -> None:
    before = _rows(empty)
    with pytest.raises(BadData, match="siteUS has no price list group"):
        smoke(empty.deployment, BASE, lambda _: None, _sender(empty))
    assert _rows(empty) == before
