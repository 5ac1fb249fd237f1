"""Step 8: tax of goods, shipping and recurring charges, in one question to the calculator (contract: pricing.md §8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commerce.pricing._basket import Basket
from commerce.pricing._parcels import Parcel
from commerce.pricing.cart import Cart
from commerce.pricing.money import rounded
from commerce.pricing.taxation import GroupTax, TaxableGroup, TaxableLine, TaxCalculator


def apply(basket: Basket, parcels: Sequence[Parcel], cart: Cart, calculator: TaxCalculator | None) -> None:
    """Ask for the groups that have a method and a complete address, and write the answers onto their details."""
    if calculator is None or not cart.calculate_tax:
        return
    asked: list[Parcel] = []
    groups: list[TaxableGroup] = []
    for parcel in parcels:
        taxable = _taxable(parcel, cart)
        if taxable is not None:
            asked.append(parcel)
            groups.append(taxable)
    if groups:
        for parcel, answer in zip(asked, calculator.calculate(groups), strict=True):
            _write(parcel, answer, basket.unit)


def _taxable(parcel: Parcel, cart: Cart) -> TaxableGroup | None:
    group = parcel.group
    if group is None or group.address is None or parcel.method is None or not parcel.parts:
        return None
    return TaxableGroup(
        group_id=group.group_id,
        kind=group.kind,
        address=group.address,
        digits=cart.digits,
        tax_included=cart.tax_included,
        lines=tuple(
            TaxableLine(
                line_id=part.node.line.line_id,
                product_id=part.node.line.product_id,
                sku_id=part.node.line.sku_id,
                quantity=part.units,
                amounts=tuple([detail.amount - detail.share for detail in part.details]),
                recurring=part.recurring_amount if part.node.recurring is not None else None,
            )
            for part in parcel.parts
            if part.node.valid
        ),
        shipping=parcel.shipping,
    )


def _write(parcel: Parcel, answer: GroupTax, unit: Decimal) -> None:
    parts = [part for part in parcel.parts if part.node.valid]
    details = [detail for part in parts for detail in part.details]
    for detail, tax in zip(details, answer.details, strict=True):
        detail.tax = rounded(tax, unit)
        if detail.whole is not None:
            detail.whole.tax += detail.tax
    recurring = [part for part in parts if part.node.recurring is not None]
    for part, tax in zip(recurring, answer.recurring, strict=True):
        part.recurring_tax = rounded(tax, unit)
    parcel.shipping_tax = rounded(answer.shipping, unit)
    parcel.breakdown = answer.breakdown
