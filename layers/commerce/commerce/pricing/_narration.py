"""The trace, written from the finished working state: asking for it changes no number."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from commerce.pricing._candidates import Candidates
from commerce.pricing._working_groups import LinePart, WorkingGroup
from commerce.pricing._working_order import WorkingOrder
from commerce.pricing.cart import Cart
from commerce.pricing.money import rounded
from commerce.pricing.order import Payment
from commerce.pricing.prices import spans
from commerce.pricing.trace import NotApplied, PricingTrace, Stage, TraceEntry, TraceStage


class Narration:
    """Tells each stage in turn."""

    __slots__ = ("_cart", "_groups", "_order", "_payments", "_wholes")

    def __init__(
        self,
        cart: Cart,
        order: WorkingOrder,
        groups: list[WorkingGroup],
        wholes: list[LinePart],
        payments: tuple[Payment, ...],
    ) -> None:
        self._cart = cart
        self._order = order
        self._groups = groups
        self._wholes = wholes
        self._payments = payments

    def trace(self, candidates: Candidates) -> PricingTrace:
        """The whole trace."""
        stages = {
            Stage.LIST_PRICE: self._list_prices(),
            Stage.SALE_PRICE: self._sale_prices(),
            Stage.EXTERNAL_PRICE: self._external_prices(),
            Stage.ITEM_PROMOTIONS: self._item_promotions(),
            Stage.ORDER_PROMOTIONS: self._order_promotions(),
            Stage.SHIPPING: self._shipping(),
            Stage.SHIPPING_PROMOTIONS: self._shipping_promotions(),
            Stage.TAX: self._taxes(),
            Stage.GIFT_CARDS: self._gift_cards(),
            Stage.RECURRING_CHARGES: self._recurring_charges(),
        }
        return PricingTrace(
            stages=tuple(TraceStage(stage, tuple(entries)) for stage, entries in stages.items()),
            not_applied=tuple(
                NotApplied(
                    promotion_id=candidate.promotion.promotion_id,
                    name=candidate.promotion.name,
                    level=candidate.promotion.level,
                    coupons=candidate.codes,
                    reason=candidate.reason,
                    blocked_by=candidate.blocked_by,
                )
                for candidate in candidates.all()
                if candidate.reason is not None
            ),
        )

    def _list_prices(self) -> Iterator[TraceEntry]:
        for line in self._order.priced():
            yield TraceEntry(line.raw_total, line.cart_line.line_id, quantity=line.units)

    def _sale_prices(self) -> Iterator[TraceEntry]:
        for line in self._order.priced():
            entry = self._cart.prices.sale_prices.of(line.cart_line.product_id, line.cart_line.sku_id)
            if entry is not None:
                total = sum((price * units for price, units in spans(entry, line.units)), Decimal(0))
                yield TraceEntry(rounded(total, self._order.unit), line.cart_line.line_id, quantity=line.units)

    def _external_prices(self) -> Iterator[TraceEntry]:
        for line in self._order.priced():
            units = line.external_units
            if units and line.cart_line.external_price is not None:
                amount = rounded(line.cart_line.external_price.price * units, self._order.unit)
                yield TraceEntry(amount, line.cart_line.line_id, quantity=units)

    def _item_promotions(self) -> Iterator[TraceEntry]:
        for line in self._order.priced():
            for candidate, amount in line.discounts:
                promotion_id = candidate.promotion.promotion_id
                yield TraceEntry(-amount, line.cart_line.line_id, promotion_id=promotion_id, coupon=candidate.coupon)

    def _order_promotions(self) -> Iterator[TraceEntry]:
        for line in self._order.priced():
            for candidate, amount in line.order_discounts:
                promotion_id = candidate.promotion.promotion_id
                yield TraceEntry(-amount, line.cart_line.line_id, promotion_id=promotion_id, coupon=candidate.coupon)

    def _shipping(self) -> Iterator[TraceEntry]:
        for group in self._groups:
            if group.method is not None:
                yield TraceEntry(group.price, group_id=group.group_id, method_id=group.method.method_id, note="method")
            elif group.dropped:
                yield TraceEntry(self._order.zero, group_id=group.group_id, note="methodDropped")
            for part in group.parts:
                if part.surcharge:
                    line_id = part.line.cart_line.line_id
                    yield TraceEntry(part.surcharge, line_id, group.group_id, part.units, note="surcharge")

    def _shipping_promotions(self) -> Iterator[TraceEntry]:
        for group in self._groups:
            for candidate, amount in group.discounts:
                promotion_id = candidate.promotion.promotion_id
                yield TraceEntry(-amount, group_id=group.group_id, promotion_id=promotion_id, coupon=candidate.coupon)

    def _taxes(self) -> Iterator[TraceEntry]:
        for part in self._wholes:
            tax = sum((detail.tax for detail in part.details), self._order.zero)
            if tax:
                yield TraceEntry(tax, part.line.cart_line.line_id, quantity=part.units)
        for group in self._groups:
            if group.shipping_tax:
                yield TraceEntry(group.shipping_tax, group_id=group.group_id, note="shipping")

    def _gift_cards(self) -> Iterator[TraceEntry]:
        for at, payment in enumerate(self._payments):
            yield TraceEntry(-payment.amount, payment=at)

    def _recurring_charges(self) -> Iterator[TraceEntry]:
        for part in self._wholes:
            recurring = part.line.recurring
            if recurring is not None and part.line.valid:
                line_id = part.line.cart_line.line_id
                yield TraceEntry(part.recurring_amount, line_id, quantity=part.units, note=recurring.frequency)
                if part.recurring_tax:
                    yield TraceEntry(part.recurring_tax, line_id, quantity=part.units, note="tax")
