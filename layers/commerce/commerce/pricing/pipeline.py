"""A cart in, a priced order out: the ten steps of contract pricing.md §1, in order."""

from __future__ import annotations

from decimal import localcontext

from commerce.pricing._assembly import Assembly, discount_info
from commerce.pricing._candidates import Candidates, candidates_for
from commerce.pricing._narration import Narration
from commerce.pricing._working_groups import working_groups
from commerce.pricing._working_order import WorkingOrder
from commerce.pricing.cart import Cart
from commerce.pricing.money import EXACT
from commerce.pricing.order import PricedOrder
from commerce.pricing.stages import (
    external_price,
    gift_cards,
    item_promotions,
    list_price,
    order_promotions,
    recurring_charges,
    sale_price,
    shipping,
    shipping_promotions,
    tax,
)
from commerce.pricing.stages.gifts_with_purchase import Gifts, invalidated, without
from commerce.pricing.taxation import TaxCalculator


def price_order(cart: Cart, tax_calculator: TaxCalculator | None = None, *, explain: bool = False) -> PricedOrder:
    """Price the cart; `tax_calculator` None: no tax. `explain` adds the trace and changes nothing else.

    The same cart gives the same order, whatever the order of its promotions, brackets and mappings.

    Raises: ProductUnavailable, ShippingMethodUnavailable, and what the tax calculator raises.
    contract: pricing.md §1.
    """
    with localcontext(EXACT):
        return _price(cart, tax_calculator, explain)


def _price(cart: Cart, tax_calculator: TaxCalculator | None, explain: bool) -> PricedOrder:
    order, candidates, gifts = _price_items(cart)  # 1 list, 2 sale, 3 external price, 4 item promotions
    order_promotions.apply(order, candidates)  # 5
    groups = working_groups(order, cart.shipping_groups)
    shipping.apply(order, groups, cart.prices)  # 6
    shipping_promotions.apply(order, groups, candidates)  # 7
    tax.apply(order, groups, cart, tax_calculator)  # 8
    assembly = Assembly(cart, order, groups)
    lines = assembly.lines()
    priced_groups = assembly.groups(lines)
    totals = assembly.price_info(priced_groups)
    payments = gift_cards.pay(totals.total, cart.gift_cards, cart.digits)  # 9
    recurring = recurring_charges.totals(assembly.wholes(), cart.tax_included, order.zero)  # 10
    narration = Narration(cart, order, groups, list(assembly.wholes()), payments) if explain else None
    return PricedOrder(
        number_of_items=sum(top.units for top in order.tops if top.valid),
        price_info=totals,
        recurring=recurring,
        discount_info=discount_info(cart, candidates, order.zero),
        lines=tuple(lines.values()),
        groups=priced_groups,
        payments=payments,
        gift_markers=tuple(gifts.markers),
        gift_messages=(*gifts.messages, *invalidated(cart, gifts)),
        trace=narration.trace(candidates) if narration is not None else None,
    )


def _price_items(cart: Cart) -> tuple[WorkingOrder, Candidates, Gifts]:
    """Steps 1 to 4, again without them while the cart claims gifts that no promotion gives."""
    lines = list(cart.lines)
    removed = {marker.promotion_id: marker.removed for marker in cart.gift_markers}
    while True:
        order = WorkingOrder(cart.digits, lines, cart.prices)
        list_price.apply(order, cart.prices)  # 1
        sale_price.apply(order, cart.prices)  # 2
        external_price.apply(order)  # 3
        candidates = candidates_for(cart.promotions, cart.coupons, cart.occasion)
        gifts = Gifts(order, cart.prices, removed)
        item_promotions.apply(order, candidates, gifts)  # 4
        unmet = gifts.unmet()
        if not unmet:
            return order, candidates, gifts
        lines = without(cart, lines, unmet, gifts.exchanged)
