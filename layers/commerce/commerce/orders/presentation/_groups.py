"""Shipping groups (contract: orders.md §5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from commerce.catalogue import LOCATION_MEMBERS
from commerce.exact_json import JsonObject
from commerce.orders.model import ADDRESS_MEMBERS, PICKUP, PICKUP_MEMBERS, Order, OrderGroup, OrderLine
from commerce.orders.presentation._lines import LineView
from commerce.orders.presentation._totals import price_info, recurring_info
from commerce.pricing import LineDiscount, PricedGroup, PricedOrder


class GroupView(Struct, frozen=True):
    """Shows groups; `lines` shows what travels in them."""

    lines: LineView

    def groups(self, order: Order, priced: PricedOrder) -> Iterator[JsonObject]:
        """Those that carry something, each made when it is its turn."""
        lines = {priced_line.line_id: line for line, priced_line in zip(order.lines, priced.lines, strict=True)}
        return (
            self._group(group, priced_group, lines)
            for group, priced_group in zip(order.groups, priced.groups, strict=True)
            if priced_group.items
        )

    def method(self, group: OrderGroup, priced: PricedGroup) -> JsonObject:
        """The chosen method, else the group's type at no cost."""
        if group.method is None or priced.method_id is None:
            return {"value": group.type, "cost": 0, "shippingTax": 0}
        return {
            "value": group.method,
            "cost": priced.method_price - priced.price_info.shipping_discount,
            "shippingTax": priced.shipping_tax,
            "shippingMethodDescription": self.lines.wording.method(group.method),
        }

    def catalogue_length(self, group: OrderGroup) -> int:
        """Characters of the catalogue's texts that a group shows and the cart does not."""
        texts = [self.lines.wording.method(group.method or ""), *(self._store(group) or {}).values()]
        return sum(len(text) for text in texts if isinstance(text, str))

    def _group(self, group: OrderGroup, priced: PricedGroup, lines: Mapping[str, OrderLine]) -> JsonObject:
        """`lines`: a line's id as the pricing room knows it, where an added gift has none of its own yet → the line."""
        terms = self.lines.terms
        currency, tax = terms.group.currency.code, priced.tax_breakdown
        pickup_dates = {item.line_id: item.preferred_pickup_date for item in group.items}
        shown: JsonObject = {
            "shippingGroupId": group.id,
            "type": group.type,
            "priceInfo": price_info(priced.price_info, currency),
            "recurringChargePriceInfo": recurring_info(priced.recurring, currency),
            "discountInfo": {
                "orderDiscount": priced.price_info.order_discount,
                "shippingDiscount": priced.price_info.shipping_discount,
                "discountDescList": [self._discount(discount) for discount in priced.discounts],
            },
            "shippingMethod": self.method(group, priced),
            "shippingAddress": shipping_address(group),
            "taxPriceInfo": {
                "amount": priced.price_info.tax,
                "cityTax": tax.city,
                "countyTax": tax.county,
                "stateTax": tax.state,
                "districtTax": tax.district,
                "countryTax": tax.country,
                "miscTax": tax.miscellaneous,
                "valueAddedTax": tax.value_added,
                "isTaxIncluded": terms.group.tax_included,
            },
            "locationId": group.pickup.get("locationId"),
            "store": self._store(group),
            "items": [self.lines.part(lines[item.line_id], item, pickup_dates) for item in priced.items],
        }
        if group.type == PICKUP:
            shown |= {name: group.pickup.get(name) for name in PICKUP_MEMBERS}
        return shown

    def _store(self, group: OrderGroup) -> JsonObject | None:
        """Where it is picked up, if the store tells of the place."""
        location_id = group.pickup.get("locationId")
        location = self.lines.terms.selling.locations.get(location_id) if location_id is not None else None
        return (
            {"locationId": location_id} | {name: location.get(name) for name in LOCATION_MEMBERS} if location else None
        )

    def _discount(self, discount: LineDiscount) -> JsonObject:
        adjustment = discount.amount.copy_negate() if discount.amount else 0
        return self.lines.wording.discount(discount) | {"totalAdjustment": adjustment}


def shipping_address(group: OrderGroup) -> JsonObject:
    """All members of the address, null where they are not set."""
    return {name: group.address.get(name) for name in ADDRESS_MEMBERS}
