"""Step 8: tax of goods, shipping and recurring charges, in one question to the calculator (contract: pricing.md §8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commerce.pricing._working_groups import WorkingGroup
from commerce.pricing._working_order import WorkingOrder
from commerce.pricing.cart import Cart
from commerce.pricing.money import rounded
from commerce.pricing.taxation import GroupTax, TaxableGroup, TaxableLine, TaxCalculator


def apply(order: WorkingOrder, groups: Sequence[WorkingGroup], cart: Cart, calculator: TaxCalculator | None) -> None:
    """Ask for the groups that have a method and a complete address, and write the answers onto their details."""
    if calculator is None or not cart.calculate_tax:
        return
    asked: list[WorkingGroup] = []
    taxables: list[TaxableGroup] = []
    for group in groups:
        taxable = _taxable(group, cart)
        if taxable is not None:
            asked.append(group)
            taxables.append(taxable)
    if taxables:
        for group, answer in zip(asked, calculator.calculate(taxables), strict=True):
            _write(group, answer, order.unit)


def _taxable(group: WorkingGroup, cart: Cart) -> TaxableGroup | None:
    cart_group = group.cart_group
    if cart_group is None or cart_group.address is None or group.method is None or not group.parts:
        return None
    return TaxableGroup(
        group_id=cart_group.group_id,
        kind=cart_group.kind,
        address=cart_group.address,
        digits=cart.digits,
        tax_included=cart.tax_included,
        lines=tuple(
            TaxableLine(
                line_id=part.line.cart_line.line_id,
                product_id=part.line.cart_line.product_id,
                sku_id=part.line.cart_line.sku_id,
                quantity=part.units,
                amounts=tuple([detail.amount - detail.share for detail in part.details]),
                recurring=part.recurring_amount if part.line.recurring is not None else None,
            )
            for part in group.parts
            if part.line.valid
        ),
        shipping=group.shipping,
    )


def _write(group: WorkingGroup, answer: GroupTax, unit: Decimal) -> None:
    parts = [part for part in group.parts if part.line.valid]
    details = [detail for part in parts for detail in part.details]
    for detail, tax in zip(details, answer.details, strict=True):
        detail.tax = rounded(tax, unit)
        if detail.whole is not None:
            detail.whole.tax += detail.tax
    recurring = [part for part in parts if part.line.recurring is not None]
    for part, tax in zip(recurring, answer.recurring, strict=True):
        part.recurring_tax = rounded(tax, unit)
    group.shipping_tax = rounded(answer.shipping, unit)
    group.breakdown = answer.breakdown
