"""The same carts through both pricings: every number agrees."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from commerce.pricing import Cart, PricedLine, PricedOrder, TaxTable, price_order
from tests.property.pricing.carts import RATES, carts
from tests.property.pricing.reference import Reference


def walk(lines: Sequence[PricedLine]) -> list[PricedLine]:
    return [found for line in lines for found in (line, *walk(line.children))]


def as_reference(order: PricedOrder) -> dict[str, Any]:
    info = order.price_info
    adjustments = [a for found in order.discount_info.claimed.values() for a in found]
    return {
        "sub_total": info.sub_total,
        "order_discount": info.order_discount,
        "shipping": info.shipping,
        "tax": info.tax,
        "total": info.total,
        "total_without_tax": info.total_without_tax,
        "applied": {(a.promotion_id, a.amount) for a in (*adjustments, *order.discount_info.implicit)},
        "recurring": order.recurring.amount if order.recurring else 0,
        "recurring_tax": order.recurring.tax if order.recurring else 0,
        "payments": [payment.amount for payment in order.payments],
        "lines": {
            line.line_id: [(d.quantity, d.amount, d.discounted, d.order_discount_share, d.tax) for d in line.details]
            for line in walk(order.lines)
        },
        "prices": {
            line.line_id: {
                "list": line.list_price,
                "sale": line.sale_price,
                "on_sale": line.on_sale,
                "unit": line.unit_price,
                "raw": line.raw_total_price,
            }
            if line.valid
            else {}
            for line in walk(order.lines)
        },
        "groups": [
            {
                "price": group.method_price,
                "discount": group.price_info.shipping_discount,
                "surcharge": group.price_info.shipping_surcharge,
                "shipping_tax": group.shipping_tax,
                "parts": {
                    part.line_id: [(d.amount, d.order_discount_share, d.tax) for d in part.details]
                    for part in walk(group.items)
                },
            }
            for group in order.groups
        ],
    }


@settings(max_examples=100)
@given(carts())
def test_every_number_agrees(cart: Cart) -> None:
    expected = Reference(cart, RATES).result
    expected["applied"] = {(promotion_id, Fraction(amount)) for promotion_id, amount in expected["applied"]}
    assert as_reference(price_order(cart, TaxTable(RATES))) == expected
