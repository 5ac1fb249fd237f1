"""A cart in, a priced order out: the ten steps of contract pricing.md §1, in order."""

from __future__ import annotations

from decimal import localcontext

from commerce.pricing._assembly import Assembly, discount_info
from commerce.pricing._basket import Basket
from commerce.pricing._narration import Narration
from commerce.pricing._parcels import parcels as split_into_parcels
from commerce.pricing._trials import Trials, trials
from commerce.pricing.cart import Cart
from commerce.pricing.money import EXACT
from commerce.pricing.order import GiftRemoval, PricedOrder
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
from commerce.pricing.stages.gifts_with_purchase import Gifts, invalidated, removed_by_shopper, without
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
    basket, offered, gifts, removals = _price_items(cart)  # 1 list, 2 sale, 3 external price, 4 item promotions
    order_promotions.apply(basket, offered)  # 5
    parcels = split_into_parcels(basket, cart.shipping_groups)
    shipping.apply(basket, parcels, cart.prices)  # 6
    shipping_promotions.apply(basket, parcels, offered)  # 7
    tax.apply(basket, parcels, cart, tax_calculator)  # 8
    assembly = Assembly(cart, basket, parcels)
    lines = assembly.lines()
    groups = assembly.groups(lines)
    totals = assembly.price_info(groups)
    payments = gift_cards.pay(totals.total, cart.gift_cards, cart.digits)  # 9
    recurring = recurring_charges.totals(assembly.wholes(), cart.tax_included, basket.zero)  # 10
    narration = Narration(cart, basket, parcels, list(assembly.wholes()), payments) if explain else None
    return PricedOrder(
        number_of_items=sum(top.units for top in basket.tops if top.valid),
        price_info=totals,
        recurring=recurring,
        discount_info=discount_info(cart, offered, basket.zero),
        lines=tuple(lines.values()),
        groups=groups,
        payments=payments,
        gift_markers=tuple(gifts.markers),
        gift_messages=(*gifts.messages, *invalidated(cart, gifts)),
        gift_removals=tuple(removals),
        trace=narration.trace(offered) if narration is not None else None,
    )


def _price_items(cart: Cart) -> tuple[Basket, Trials, Gifts, list[GiftRemoval]]:
    """Steps 1 to 4, again without them while the cart claims gifts that no promotion gives."""
    lines = list(cart.lines)
    removed = removed_by_shopper(cart)
    removals: list[GiftRemoval] = []
    while True:
        basket = Basket(cart.digits, lines, cart.prices)
        list_price.apply(basket, cart.prices)  # 1
        sale_price.apply(basket, cart.prices)  # 2
        external_price.apply(basket)  # 3
        offered = trials(cart.promotions, cart.coupons, cart.occasion)
        gifts = Gifts(basket, cart.prices, removed)
        item_promotions.apply(basket, offered, gifts)  # 4
        unmet = gifts.unmet()
        if not unmet:
            return basket, offered, gifts, removals
        lines, gone = without(cart, lines, unmet)
        removals += gone
