"""A storefront's cart that lives in the browser: it keeps its own lines, sends all of them with every change, and takes
over what the answer says of them.

It knows an added gift by the `giftWithPurchaseDiscountInfo` of a line's discounts, sends the order's gift markers back,
offers a gift of choice where `giftWithPurchaseInfo` has units to choose, and changes a chosen one by its entry there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Send = Callable[[dict[str, Any]], dict[str, Any]]
"""Posts a body to the current order; the body of the answer, which must be a success."""


@dataclass
class CartLine:
    """A line as the browser knows it; `id` None until an answer told it."""

    product: str
    sku: str
    quantity: int
    id: str | None = None
    discounts: list[dict[str, Any]] = field(default_factory=list)
    markers: list[dict[str, Any]] = field(default_factory=list)
    selections: list[dict[str, Any]] = field(default_factory=list)
    price: Any = None

    @property
    def gifts(self) -> list[dict[str, Any]]:
        """What the discounts tell of gifts."""
        return [told for discount in self.discounts for told in discount["giftWithPurchaseDiscountInfo"]]

    def sent(self) -> dict[str, Any]:
        body = {
            "productId": self.product,
            "catRefId": self.sku,
            "quantity": self.quantity,
            "discountInfo": self.discounts,
            "giftWithPurchaseCommerceItemMarkers": self.markers,
        }
        if self.id is not None:
            body["commerceItemId"] = self.id
        if self.selections:
            body["giftWithPurchaseSelections"] = self.selections
        return body

    def take_over(self, item: dict[str, Any]) -> None:
        self.id, self.quantity, self.price = item["commerceItemId"], item["quantity"], item["price"]
        self.discounts = item["discountInfo"]
        self.markers = item["giftWithPurchaseCommerceItemMarkers"]
        # A choice is told once.
        self.selections = []


class ClassicCart:
    """One shopper's browser."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.lines: list[CartLine] = []
        self.order_markers: list[dict[str, Any]] = []
        self.gift_info: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {}

    # --- what the shopper does

    def add(self, product: str, sku: str, quantity: int = 1) -> None:
        """The same product once more is the same line."""
        self._add(product, sku, quantity)
        self._price()

    def change_quantity(self, product: str, quantity: int) -> None:
        self.line(product).quantity = quantity
        self._price()

    def remove(self, product: str) -> None:
        self.lines.remove(self.line(product))
        self._price()

    def choose_gift(self, sku: str) -> None:
        """Choose the gift that is offered first, all of its units."""
        offered = self.offered[0]
        units = offered["giftWithPurchaseQuantityAvailableForSelection"]
        line = self._add(offered["giftWithPurchaseDetail"], sku, units)
        line.selections = [_selection(offered, units)]
        self._price()

    def change_gift(self, product: str, sku: str) -> None:
        """Take another SKU of a chosen gift: the line tells that it is to be exchanged, a new one by what."""
        line = self.line(product)
        told = next(told for told in line.gifts if told["giftWithPurchaseChoicesAvailable"])
        entry = next(
            known
            for known in self.gift_info
            if known["giftWithPurchaseIdentifier"] == told["giftWithPurchaseIdentifier"]
        )
        units = told["giftWithPurchaseQuantity"]
        line.selections = [_selection(entry, units) | {"catRefId": line.sku, "productId": line.product}]
        self._add(entry["giftWithPurchaseDetail"], sku, units).selections = [_selection(entry, units)]
        self._price()

    # --- what the shopper sees

    def line(self, product: str) -> CartLine:
        """The first line of a product."""
        return next(line for line in self.lines if line.product == product)

    @property
    def offered(self) -> list[dict[str, Any]]:
        """Gifts of which the shopper can choose units now."""
        return [entry for entry in self.gift_info if entry["giftWithPurchaseQuantityAvailableForSelection"] > 0]

    def seen(self) -> list[tuple[str, int, Any]]:
        """Each line's SKU, quantity and price."""
        return [(line.sku, line.quantity, line.price) for line in self.lines]

    def gift_skus(self) -> list[str]:
        """SKUs of the lines that are known to be gifts."""
        return [line.sku for line in self.lines if line.gifts]

    # --- how it talks to the store

    def _add(self, product: str, sku: str, quantity: int) -> CartLine:
        for line in self.lines:
            if (line.product, line.sku) == (product, sku):
                line.quantity += quantity
                return line
        self.lines.append(CartLine(product, sku, quantity))
        return self.lines[-1]

    def _price(self) -> None:
        body: dict[str, Any] = {
            "shoppingCart": {"items": [line.sent() for line in self.lines], "coupons": []},
            "combineLineItems": "yes",
        }
        if self.order_markers:
            body["giftWithPurchaseOrderMarkers"] = self.order_markers
        self.read(self._send(body))

    def read(self, answer: dict[str, Any]) -> None:
        """Take over an answer, of an update or a look at the order; lines that it does not know go."""
        self.answer = answer
        items = answer["shoppingCart"]["items"]
        by_id = {line.id: line for line in self.lines if line.id is not None}
        new: Iterator[CartLine] = iter([line for line in self.lines if line.id is None])
        for item in items:
            line = by_id.get(item["commerceItemId"]) or next(new, None)
            if line is None and _is_gift(item):
                line = CartLine(item["productId"], item["catRefId"], item["quantity"])
                self.lines.append(line)
            if line is not None:
                line.take_over(item)
        known = {(item["productId"], item["catRefId"]) for item in items}
        self.lines = [line for line in self.lines if (line.product, line.sku) in known]
        self.order_markers = answer["giftWithPurchaseOrderMarkers"]
        self.gift_info = answer["giftWithPurchaseInfo"]

    def load(self, answer: dict[str, Any]) -> None:
        """After a login: every line of the stored order."""
        items = answer["shoppingCart"]["items"]
        self.lines = [CartLine(item["productId"], item["catRefId"], item["quantity"]) for item in items]
        self.read(answer)


def _is_gift(item: dict[str, Any]) -> bool:
    return any(discount["giftWithPurchaseDiscountInfo"] for discount in item["discountInfo"])


def _selection(entry: dict[str, Any], units: int) -> dict[str, Any]:
    return {
        "giftWithPurchaseIdentifier": entry["giftWithPurchaseIdentifier"],
        "promotionId": entry["promotionId"],
        "giftWithPurchaseQuantity": units,
    }
