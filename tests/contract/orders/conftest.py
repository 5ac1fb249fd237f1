"""Carts of the sample store's shoppers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import with_sample
from tests.support.deployment import ROOT, Answer, Product

ORDER = "/ccstore/v1/orders/current"
EXAMPLES = ROOT / "docs" / "contract" / "examples"


def line(product_id: str = "prodA", quantity: Any = 1, sku: str | None = None, **more: Any) -> dict[str, Any]:
    """A sent line; the SKU of ``prodA`` is ``skuA``."""
    return {"productId": product_id, "catRefId": sku or SKUS[product_id], "quantity": quantity, **more}


SKUS = {
    product["id"]: product["skus"][0]["id"]
    for product in json.loads((ROOT / "sample_store" / "products.json").read_text(encoding="utf-8"))
}
ADDRESS = {
    "firstName": "Kim", "lastName": "Anderson", "address1": "326 Example Street", "city": "Alpharetta", "state": "GA",
    "country": "US", "postalCode": "30005", "phoneNumber": "404-555-0143",
}  # fmt: skip


def group(*items: Mapping[str, Any], method: str | None = "groundShipping", **more: Any) -> dict[str, Any]:
    """A sent shipping group with a complete address."""
    return {"shippingMethod": {"value": method}, "shippingAddress": ADDRESS, "items": list(items), **more}


def card(number: str = "6035710988880101071", pin: Any = "") -> dict[str, Any]:
    return {"type": "physicalGiftCard", "giftCardNumber": number, "giftCardPin": pin, "amount": "1.0"}


@dataclass
class Cart:
    """One shopper's calls."""

    product: Product
    token: str

    def post(
        self, *lines: Any, query: str = "", headers: Mapping[str, str] | None = None, coupons: Any = (), **body: Any
    ) -> Answer:
        """An update with these lines; `body`: further members, or a `shoppingCart` of its own."""
        cart = {"items": list(lines), "coupons": [{"code": code} for code in coupons]}
        return self.send({"shoppingCart": cart, **body}, query, headers)

    def send(self, body: Any, query: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        return self.product.call("POST", f"{ORDER}{query}", body, token=self.token, headers=headers)

    def ok(self, *lines: Any, query: str = "?includeShippingGroups=true", **more: Any) -> Any:
        """The body of an update that succeeds, shipping groups included."""
        answer = self.post(*lines, query=query, **more)
        assert answer.status == 200, answer.text
        return answer.body

    def refused(self, *lines: Any, **more: Any) -> tuple[str, str | None]:
        """Code and `moreInfo` of an update that is refused, and that leaves no trace."""
        before = self.product.stored("ORDERS_TABLE")
        answer = self.post(*lines, **more)
        assert self.product.stored("ORDERS_TABLE") == before
        assert 400 <= answer.status < 500, answer.text
        assert answer.body["status"] == str(answer.status)
        return answer.code, answer.body.get("moreInfo")

    def get(self, query: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        return self.product.call("GET", f"{ORDER}{query}", token=self.token, headers=headers)

    def shown(self, query: str = "?includeShippingGroups=true", headers: Mapping[str, str] | None = None) -> Any:
        answer = self.get(query, headers)
        assert answer.status == 200, answer.text
        return answer.body

    def delete(self, headers: Mapping[str, str] | None = None) -> Answer:
        return self.product.call("DELETE", ORDER, token=self.token, headers=headers)


@pytest.fixture(scope="session")
def items_without_orders(
    aws: Mapping[str, str], sample_items: Mapping[str, list[dict[str, Any]]]
) -> Mapping[str, list[dict[str, Any]]]:
    """The sample store in which nobody has a current order."""
    return {**sample_items, aws["ORDERS_TABLE"]: []}


@pytest.fixture
def make_cart(
    make_product: Callable[..., Product], items_without_orders: Mapping[str, list[dict[str, Any]]]
) -> Callable[..., Cart]:
    """`make_cart(TAX_PROVIDER="table")`: the sample shopper's cart, without an order, under settings of its own."""

    def make(**settings: str) -> Cart:
        product = with_sample(make_product(**settings), items_without_orders)
        return Cart(product, product.issue())

    return make


@pytest.fixture
def cart(make_cart: Callable[..., Cart]) -> Cart:
    """The sample shopper's, who has no current order."""
    return make_cart()


@pytest.fixture
def member(product: Product) -> Cart:
    """A buyer's of the organization 100002."""
    return Cart(product, product.issue("110001", "account-buyer"))


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., None]:
    """`load(product, "coupons.json", records)`: what an operator loads while the service runs."""
    from backoffice.loading import load_store

    def load_file(product: Product, name: str, value: Any, *, replace: bool = False) -> None:
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
        load_store(tmp_path, product.deployment, replace=replace)
        (tmp_path / name).unlink()

    return load_file
