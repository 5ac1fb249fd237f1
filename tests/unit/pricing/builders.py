"""Short ways to write carts for tests. Amounts are written as texts, so that no float is ever near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from commerce.pricing import (
    Adjustment,
    Bracket,
    ByItem,
    Cart,
    CartLine,
    ExternalPrice,
    Gift,
    GiftOption,
    ItemDiscount,
    Level,
    Occasion,
    OrderDiscount,
    Price,
    PricedLine,
    PricedOrder,
    PriceEntry,
    PriceRange,
    Prices,
    PriceScheme,
    PricingTrace,
    Promotion,
    RecurringPriceInfo,
    SentCoupon,
    ShippingDiscount,
    ShippingGroup,
    ShippingMethod,
    TaxAddress,
    VolumePrice,
    price_order,
)

MOMENT = datetime(2026, 5, 1, 12, tzinfo=UTC)
OCCASION = Occasion(MOMENT, "siteUS", "plgUS", frozenset({"gold"}))
TEXAS = TaxAddress("US", "TX", "Austin", "78701")
PERCENT, AMOUNT, FIXED = Adjustment.PERCENT, Adjustment.AMOUNT, Adjustment.FIXED_PRICE


def money(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def volume(scheme: str, *steps: tuple[int, str]) -> VolumePrice:
    """Brackets from (first unit, price) pairs."""
    last = [start - 1 for start, _ in steps[1:]] + [None]
    return VolumePrice(
        PriceScheme(scheme),
        tuple(Bracket(start, end, Decimal(price)) for (start, price), end in zip(steps, last, strict=True)),
    )


def tiered(*steps: tuple[int, str]) -> VolumePrice:
    return volume("tiered", *steps)


def bulk(*steps: tuple[int, str]) -> VolumePrice:
    return volume("bulk", *steps)


C_TIERS = tiered((1, "20"), (11, "17"), (21, "15"))
C_BULK = bulk((1, "20"), (11, "17"), (21, "15"))


def by_product(entries: Mapping[str, str | PriceEntry]) -> ByItem[PriceEntry]:
    return ByItem(products={key: Price(Decimal(e)) if isinstance(e, str) else e for key, e in entries.items()})


def prices(
    listed: Mapping[str, str | PriceEntry],
    sale: Mapping[str, str | PriceEntry] | None = None,
    surcharge: Mapping[str, str | PriceEntry] | None = None,
    not_discountable: Sequence[str] = (),
    **more: Any,
) -> Prices:
    return Prices(
        by_product(listed),
        by_product(sale or {}),
        by_product(surcharge or {}),
        not_discountable=frozenset(not_discountable),
        **more,
    )


def line(product: str, quantity: int = 1, **more: Any) -> CartLine:
    external = more.pop("external", None)
    if external is not None:
        price, units = external if isinstance(external, tuple) else (external, -1)
        more["external_price"] = ExternalPrice(Decimal(price), units)
    return CartLine(more.pop("id", f"ci-{product}"), product, more.pop("sku", f"sku-{product}"), quantity, **more)


def item(id_: str, adjustment: Adjustment, value: str, **more: Any) -> Promotion:
    reward: dict[str, Any] = {key: more.pop(key) for key in ("buy", "get", "limit") if key in more}
    for key in ("targets", "qualifiers"):
        reward[key] = frozenset(more.pop(key, ()))
    return promotion(id_, ItemDiscount(adjustment, Decimal(value), **reward), **more)


def order(id_: str, adjustment: Adjustment, value: str, minimum: str | None = None, **more: Any) -> Promotion:
    least = None if minimum is None else Decimal(minimum)
    return promotion(id_, OrderDiscount(adjustment, Decimal(value), least), **more)


def shipping(id_: str, adjustment: Adjustment, value: str, methods: Sequence[str] = (), **more: Any) -> Promotion:
    return promotion(id_, ShippingDiscount(adjustment, Decimal(value), frozenset(methods)), **more)


def gift(id_: str, *products: str, **more: Any) -> Promotion:
    options = tuple(GiftOption(product, f"sku-{product}") for product in products)
    reward = {
        key: more.pop(key) for key in ("buy", "quantity", "auto_remove", "minimum_subtotal", "options") if key in more
    }
    reward.setdefault("options", options)
    return promotion(id_, Gift(qualifiers=frozenset(more.pop("qualifiers", ())), **reward), **more)


def promotion(id_: str, reward: Any, **more: Any) -> Promotion:
    more["excludes"] = frozenset(Level(level) for level in more.get("excludes", ()))
    for key in ("sites", "audiences", "price_list_groups"):
        if key in more:
            more[key] = frozenset(more[key])
    return Promotion(id_, more.pop("name", f"name of {id_}"), reward, **more)


def method(*ranges: tuple[str, str | None, str], id_: str = "ground") -> ShippingMethod:
    return ShippingMethod(
        id_,
        tuple(PriceRange(Decimal(low), None if high is None else Decimal(high), Decimal(a)) for low, high, a in ranges),
    )


def group(id_: str = "sg1", **more: Any) -> ShippingGroup:
    return ShippingGroup(id_, **more)


def cart(lines: Sequence[CartLine], listed: Prices | Mapping[str, Any], **more: Any) -> Cart:
    given = listed if isinstance(listed, Prices) else prices(listed)
    coupons = [SentCoupon(code, tuple(ids)) for code, ids in more.pop("coupons", {}).items()]
    return Cart(lines, given, more.pop("occasion", OCCASION), coupons=coupons, **more)


def priced(lines: Sequence[CartLine], listed: Prices | Mapping[str, Any], **more: Any) -> PricedOrder:
    tax = more.pop("tax", None)
    explain = more.pop("explain", False)
    return price_order(cart(lines, listed, **more), tax, explain=explain)


def by_id(order_: PricedOrder) -> dict[str, PricedLine]:
    """Every line and child by its id."""
    found: dict[str, PricedLine] = {}

    def walk(lines: Sequence[PricedLine]) -> None:
        for one in lines:
            found[one.line_id] = one
            walk(one.children)

    walk(order_.lines)
    return found


def shape(one: PricedLine) -> list[tuple[int, str, bool]]:
    """The details as (quantity, amount, discounted)."""
    return [(detail.quantity, str(detail.amount), detail.discounted) for detail in one.details]


def shares(order_: PricedOrder) -> list[str]:
    """The order discount shares of all details, in order."""
    return [str(detail.order_discount_share) for one in by_id(order_).values() for detail in one.details]


def told(order_: PricedOrder) -> PricingTrace:
    assert order_.trace is not None
    return order_.trace


def not_applied(order_: PricedOrder) -> dict[str, str]:
    return {entry.promotion_id: entry.reason for entry in told(order_).not_applied}


def recurring_of(found: PricedOrder) -> RecurringPriceInfo:
    assert found.recurring is not None
    return found.recurring
