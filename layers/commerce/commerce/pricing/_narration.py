"""The trace, written from the finished working state: asking for it changes no number."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from commerce.pricing._basket import Basket, Node
from commerce.pricing._parcels import Parcel, Part
from commerce.pricing._trials import Trials
from commerce.pricing.cart import Cart
from commerce.pricing.money import rounded
from commerce.pricing.order import Payment
from commerce.pricing.prices import spans
from commerce.pricing.trace import NotApplied, PricingTrace, Stage, TraceEntry, TraceStage


class Narration:
    """Tells each stage in turn."""

    __slots__ = ("_basket", "_cart", "_parcels", "_payments", "_wholes")

    def __init__(
        self, cart: Cart, basket: Basket, parcels: list[Parcel], wholes: list[Part], payments: tuple[Payment, ...]
    ) -> None:
        self._cart = cart
        self._basket = basket
        self._parcels = parcels
        self._wholes = wholes
        self._payments = payments

    def trace(self, trials: Trials) -> PricingTrace:
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
                    promotion_id=turn.promotion.promotion_id,
                    name=turn.promotion.name,
                    level=turn.promotion.level,
                    coupons=turn.codes,
                    reason=turn.reason,
                    blocked_by=turn.blocked_by,
                )
                for turn in trials.all()
                if turn.reason is not None
            ),
        )

    def _list_prices(self) -> Iterator[TraceEntry]:
        for node in self._basket.priced():
            yield TraceEntry(node.raw_total, node.line.line_id, quantity=node.units)

    def _sale_prices(self) -> Iterator[TraceEntry]:
        for node in self._basket.priced():
            entry = self._cart.prices.sale_prices.of(node.line.product_id, node.line.sku_id)
            if entry is not None:
                total = sum((price * units for price, units in spans(entry, node.units)), Decimal(0))
                yield TraceEntry(rounded(total, self._basket.unit), node.line.line_id, quantity=node.units)

    def _external_prices(self) -> Iterator[TraceEntry]:
        for node in self._basket.priced():
            units = external_units(node)
            if units and node.line.external_price is not None:
                amount = rounded(node.line.external_price.price * units, self._basket.unit)
                yield TraceEntry(amount, node.line.line_id, quantity=units)

    def _item_promotions(self) -> Iterator[TraceEntry]:
        for node in self._basket.priced():
            for turn, amount in node.discounts:
                promotion_id = turn.promotion.promotion_id
                yield TraceEntry(-amount, node.line.line_id, promotion_id=promotion_id, coupon=turn.coupon)

    def _order_promotions(self) -> Iterator[TraceEntry]:
        for node in self._basket.priced():
            for turn, amount in node.order_discounts:
                promotion_id = turn.promotion.promotion_id
                yield TraceEntry(-amount, node.line.line_id, promotion_id=promotion_id, coupon=turn.coupon)

    def _shipping(self) -> Iterator[TraceEntry]:
        for parcel in self._parcels:
            group_id = parcel.group.group_id if parcel.group is not None else None
            if parcel.method is not None:
                yield TraceEntry(parcel.price, group_id=group_id, method_id=parcel.method.method_id, note="method")
            elif parcel.dropped:
                yield TraceEntry(self._basket.zero, group_id=group_id, note="methodDropped")
            for part in parcel.parts:
                if part.surcharge:
                    line_id = part.node.line.line_id
                    yield TraceEntry(part.surcharge, line_id, group_id, part.units, note="surcharge")

    def _shipping_promotions(self) -> Iterator[TraceEntry]:
        for parcel in self._parcels:
            group_id = parcel.group.group_id if parcel.group is not None else None
            for turn, amount in parcel.discounts:
                promotion_id = turn.promotion.promotion_id
                yield TraceEntry(-amount, group_id=group_id, promotion_id=promotion_id, coupon=turn.coupon)

    def _taxes(self) -> Iterator[TraceEntry]:
        for part in self._wholes:
            tax = sum((detail.tax for detail in part.details), self._basket.zero)
            if tax:
                yield TraceEntry(tax, part.node.line.line_id, quantity=part.units)
        for parcel in self._parcels:
            if parcel.shipping_tax:
                group_id = parcel.group.group_id if parcel.group is not None else None
                yield TraceEntry(parcel.shipping_tax, group_id=group_id, note="shipping")

    def _gift_cards(self) -> Iterator[TraceEntry]:
        for at, payment in enumerate(self._payments):
            yield TraceEntry(-payment.amount, payment=at)

    def _recurring_charges(self) -> Iterator[TraceEntry]:
        for part in self._wholes:
            recurring = part.node.recurring
            if recurring is not None and part.node.valid:
                line_id = part.node.line.line_id
                yield TraceEntry(part.recurring_amount, line_id, quantity=part.units, note=recurring.frequency)
                if part.recurring_tax:
                    yield TraceEntry(part.recurring_tax, line_id, quantity=part.units, note="tax")


def external_units(node: Node) -> int:
    """How many of the node's units have the external price."""
    external = node.line.external_price
    if external is None:
        return 0
    return external.units(node.line.quantity) * (node.units // node.line.quantity)
