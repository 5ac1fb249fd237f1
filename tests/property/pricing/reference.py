"""A second pricing, unit by unit, in fractions, written from contract pricing.md alone: slow, plain, for comparison.

It knows no gifts with purchase. Every unit of the cart is an object; nothing is clever.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from commerce.pricing import (
    Adjustment,
    Cart,
    CartLine,
    GroupKind,
    ItemDiscount,
    Level,
    OrderDiscount,
    PriceScheme,
    Promotion,
    ShippingDiscount,
    TaxRate,
    VolumePrice,
)

HUNDRED = Fraction(100)


@dataclass(eq=False)
class Unit:
    line: Line
    base: Fraction
    run: int
    """Which run of equal base prices of its line it belongs to."""
    role: str = ""
    promotion: int = -1
    price: Fraction = Fraction(0)
    """What it costs exactly, after its promotion."""
    group: int = -1


@dataclass(eq=False)
class Line:
    source: CartLine
    count: int
    top: Line | None
    valid: bool
    units: list[Unit] = field(default_factory=list)
    details: list[dict[str, Any]] = field(default_factory=list)
    children: list[Line] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)


class Reference:
    """`result` holds what the contract says about the cart."""

    def __init__(self, cart: Cart, rates: list[TaxRate]) -> None:
        self.cart = cart
        self.rates = rates
        self.scale = 10**cart.digits
        self.lines: list[Line] = []
        self.tops: list[Line] = []
        self.applied: list[tuple[Promotion, Fraction]] = []
        self.blocked: set[str] = set()
        self.shut: set[Level] = set()
        for source in cart.lines:
            self.tops.append(self.line(source, 1, None, True))
        for one in self.lines:
            if one.valid:
                self.base_prices(one)
        self.item_promotions()
        for one in self.lines:
            self.details(one)
        self.order_promotions()
        self.groups = self.split()
        self.ship()
        self.tax()
        self.result = self.totals()

    def half_up(self, value: Fraction) -> Fraction:
        return Fraction(math.floor(value * self.scale + Fraction(1, 2)), self.scale)

    # lines and prices

    def line(self, source: CartLine, times: int, top: Line | None, valid: bool) -> Line:
        one = Line(source, source.quantity * times, top, valid and source.valid)
        self.lines.append(one)
        one.children = [self.line(child, one.count, top or one, one.valid) for child in source.children]
        return one

    def entry(self, table: Any, one: Line) -> Any:
        return table.skus.get(one.source.sku_id) or table.products.get(one.source.product_id)

    def unit_prices(self, entry: Any, count: int) -> list[Fraction]:
        if not isinstance(entry, VolumePrice):
            return [Fraction(entry.price)] * count

        def bracket(position: int) -> Fraction:
            for one in entry.brackets:
                if one.level_minimum <= position and (one.level_maximum is None or position <= one.level_maximum):
                    return Fraction(one.price)
            raise AssertionError(position)

        if entry.scheme is PriceScheme.BULK:
            return [bracket(count)] * count
        return [bracket(position) for position in range(1, count + 1)]

    def base_prices(self, one: Line) -> None:
        listed = self.unit_prices(self.entry(self.cart.prices.list_prices, one), one.count)
        sale = self.entry(self.cart.prices.sale_prices, one)
        usual = listed if sale is None else self.unit_prices(sale, one.count)
        average = self.half_up(sum(usual, Fraction(0)) / one.count)
        one.numbers = {
            "list": self.half_up(sum(listed, Fraction(0)) / one.count),
            "sale": average if sale is not None else Fraction(0),
            "on_sale": sale is not None,
            "unit": average,
            "raw": self.half_up(sum(listed, Fraction(0))),
        }
        external = one.source.external_price
        prices = list(usual)
        if external is not None:
            mine = one.source.quantity
            per_parent = mine if external.quantity == -1 else min(external.quantity, mine)
            for at in range(per_parent * (one.count // mine)):
                prices[at] = Fraction(external.price)
        run = 0
        for at, price in enumerate(prices):
            if at and price != prices[at - 1]:
                run += 1
            one.units.append(Unit(one, price, run, price=price))

    # promotions

    def turns(self, level: Level) -> list[Promotion]:
        kinds: dict[Level, type] = {
            Level.ITEM: ItemDiscount,
            Level.ORDER: OrderDiscount,
            Level.SHIPPING: ShippingDiscount,
        }
        carried = {one for coupon in self.cart.coupons for one in coupon.promotion_ids}
        offered = [
            promotion
            for promotion in self.cart.promotions
            if isinstance(promotion.reward, kinds[level])
            and promotion.enabled
            and (not promotion.coupon_only or promotion.promotion_id in carried)
        ]
        return sorted(offered, key=lambda promotion: (promotion.priority, promotion.promotion_id))

    def may(self, promotion: Promotion, level: Level) -> bool:
        return promotion.exclusive_group not in self.blocked and level not in self.shut

    def took(self, promotion: Promotion, amount: Fraction) -> None:
        self.applied.append((promotion, amount))
        if promotion.exclusive_group is not None:
            self.blocked.add(promotion.exclusive_group)
        self.shut |= promotion.excludes

    def lowered(self, reward: Any, price: Fraction) -> Fraction:
        value = Fraction(reward.value)
        if reward.adjustment is Adjustment.PERCENT:
            return price * (HUNDRED - value) / HUNDRED
        if reward.adjustment is Adjustment.AMOUNT:
            return max(price - value, Fraction(0))
        return min(price, value)

    def discountable(self, one: Line) -> bool:
        return one.source.product_id not in self.cart.prices.not_discountable

    def item_promotions(self) -> None:
        units = [unit for one in self.lines for unit in one.units]
        for at, promotion in enumerate(self.turns(Level.ITEM)):
            if self.may(promotion, Level.ITEM):
                self.item_promotion(at, promotion, units)

    def item_promotion(self, at: int, promotion: Promotion, units: list[Unit]) -> None:
        reward = promotion.reward
        assert isinstance(reward, ItemDiscount)

        def target(unit: Unit) -> bool:
            product = unit.line.source.product_id
            return (
                not unit.role
                and unit.base > 0
                and self.discountable(unit.line)
                and (not reward.targets or product in reward.targets)
                and self.lowered(reward, unit.base) < unit.base
            )

        def qualifier(unit: Unit) -> bool:
            product = unit.line.source.product_id
            return not unit.role and unit.base > 0 and (not reward.qualifiers or product in reward.qualifiers)

        able = {unit for unit in units if target(unit)}
        done: list[Unit] = []
        bought: list[Unit] = []
        while True:
            left = len(units) if reward.limit is None else reward.limit - len(done)
            qualifiers = sorted(filter(qualifier, units), key=lambda unit: (unit in able, -unit.base))[: reward.buy]
            if len(qualifiers) < reward.buy or left <= 0:
                break
            most = left if reward.get is None else min(left, reward.get)
            targets = [unit for unit in units if target(unit) and unit not in qualifiers]
            targets = sorted(targets, key=lambda unit: unit.base)[:most]
            if not targets:
                break
            for unit in qualifiers:
                unit.role = "qualifier"
            for unit in targets:
                unit.role, unit.promotion = "target", at
            bought += qualifiers
            done += targets
            if reward.get is None:
                break
        amount = sum((self.off(run, reward) for run in self.runs(done)), Fraction(0))
        if not amount:
            for unit in done + bought:
                unit.role, unit.promotion = "", -1
            return
        for unit in done:
            unit.price = self.lowered(reward, unit.base)
        self.took(promotion, amount)

    def runs(self, units: list[Unit]) -> list[list[Unit]]:
        found: dict[tuple[int, int], list[Unit]] = {}
        for unit in units:
            found.setdefault((id(unit.line), unit.run), []).append(unit)
        return list(found.values())

    def off(self, run: list[Unit], reward: Any) -> Fraction:
        return self.half_up(sum((unit.base - self.lowered(reward, unit.base) for unit in run), Fraction(0)))

    def details(self, one: Line) -> None:
        rewards = [promotion.reward for promotion in self.turns(Level.ITEM)]
        one.units.sort(key=lambda unit: (unit.run, unit.promotion))
        for unit in one.units:
            key = (unit.run, unit.promotion)
            last = one.details[-1] if one.details else None
            if last is None or last["key"] != key:
                one.details.append({"key": key, "units": []})
            one.details[-1]["units"].append(unit)
        merged: list[dict[str, Any]] = []
        for detail in one.details:
            units = detail["units"]
            detail["discounted"] = units[0].promotion >= 0
            detail["price"] = units[0].price
            detail["amount"] = self.half_up(units[0].base * len(units))
            detail["discount"] = Fraction(0)
            if detail["discounted"]:
                detail["discount"] = self.off(units, rewards[units[0].promotion])
                detail["amount"] -= detail["discount"]
            last = merged[-1] if merged else None
            if last is not None and (last["price"], last["discounted"]) == (detail["price"], detail["discounted"]):
                last["units"] = last["units"] + units
                last["amount"] += detail["amount"]
                last["discount"] += detail["discount"]
            else:
                merged.append(detail)
            detail["share"] = detail["tax"] = Fraction(0)
        one.details = merged

    def order_promotions(self) -> None:
        details = [detail for one in self.lines if self.discountable(one) for detail in one.details]
        subtotal = sum((detail["amount"] for one in self.lines for detail in one.details), Fraction(0))
        whole = sum((detail["amount"] for detail in details), Fraction(0))
        left = whole
        for promotion in self.turns(Level.ORDER):
            reward = promotion.reward
            assert isinstance(reward, OrderDiscount)
            short = reward.minimum_subtotal is not None and subtotal < Fraction(reward.minimum_subtotal)
            if short or not self.may(promotion, Level.ORDER):
                continue
            value = Fraction(reward.value)
            percent = reward.adjustment is Adjustment.PERCENT
            discount = min(left, self.half_up(left * value / HUNDRED if percent else value))
            if discount <= 0:
                continue
            left -= discount
            rooms = [detail["amount"] - detail["share"] for detail in details]
            parts = [self.half_up(discount * detail["amount"] / whole) for detail in details]
            for detail, part in zip(details, self.fitted(parts, discount, rooms), strict=True):
                detail["share"] += part
            self.took(promotion, discount)

    def fitted(self, parts: list[Fraction], total: Fraction, rooms: list[Fraction]) -> list[Fraction]:
        """Each part between 0 and its room; what is missing or too much moves from the last to the first."""
        parts = [min(part, room) for part, room in zip(parts, rooms, strict=True)]
        for at in reversed(range(len(parts))):
            parts[at] = max(Fraction(0), min(rooms[at], parts[at] + total - sum(parts)))
        assert sum(parts) == total
        return parts

    # groups

    def split(self) -> list[dict[str, Any]]:
        groups: list[dict[str, Any]] = [{"group": group, "parts": []} for group in self.cart.shipping_groups]
        for top in self.tops:
            wanted = [0] * len(groups)
            left = top.count
            for at, found in enumerate(groups):
                for item in found["group"].items if found["group"] is not None else ():
                    if item.line_id == top.source.line_id:
                        wanted[at] += min(left, item.quantity)
                        left -= min(left, item.quantity)
            if left:
                kinds = [found["group"].kind if found["group"] else GroupKind.HARDGOOD for found in groups]
                if GroupKind.HARDGOOD not in kinds:
                    groups.append({"group": None, "parts": []})
                    kinds.append(GroupKind.HARDGOOD)
                    wanted.append(0)
                wanted[kinds.index(GroupKind.HARDGOOD)] += left
            self.assign(top, wanted, groups)
        return groups

    def assign(self, top: Line, wanted: list[int], groups: list[dict[str, Any]]) -> None:
        for one in [one for one in self.lines if one is top or one.top is top]:
            times = one.count // top.count
            owners = [at for at, count in enumerate(wanted) for _ in range(count * times)]
            units = [unit for detail in one.details for unit in detail["units"]]
            for unit, owner in zip(units, owners, strict=bool(units)):
                unit.group = owner
            used = sorted(set(owners))
            pieces: dict[int, list[dict[str, Any]]] = {at: [] for at in used}
            for detail in one.details:
                self.cut(detail, pieces)
            recurring = self.recurring(one)
            amounts = {at: Fraction(0) for at in used}
            if recurring is not None:
                whole = self.half_up(Fraction(recurring.charge) * one.count)
                parts = [self.half_up(whole * owners.count(at) / len(owners)) for at in used]
                amounts = dict(zip(used, self.fitted(parts, whole, [whole] * len(used)), strict=True))
            for at in used:
                groups[at]["parts"].append(
                    {
                        "line": one,
                        "first": owners.index(at),
                        "units": owners.count(at),
                        "pieces": pieces[at],
                        "recurring": amounts[at],
                        "recurring_tax": Fraction(0),
                    }
                )

    def cut(self, detail: dict[str, Any], pieces: dict[int, list[dict[str, Any]]]) -> None:
        owners = [unit.group for unit in detail["units"]]
        used = sorted(set(owners))
        share_out = [Fraction(owners.count(at), len(owners)) for at in used]
        amounts = [self.half_up(detail["amount"] * part) for part in share_out]
        amounts = self.fitted(amounts, detail["amount"], [detail["amount"]] * len(used))
        shares = self.fitted([self.half_up(detail["share"] * part) for part in share_out], detail["share"], amounts)
        for at, amount, share in zip(used, amounts, shares, strict=True):
            pieces[at].append({"detail": detail, "amount": amount, "share": share, "tax": Fraction(0)})

    def recurring(self, one: Line) -> Any:
        if not one.valid:
            return None
        return one.source.external_recurring or self.entry(self.cart.prices.recurring_charges, one)

    # shipping, tax, totals

    def ship(self) -> None:
        for found in self.groups:
            found["price"] = found["surcharge"] = found["discount"] = Fraction(0)
            group = found["group"]
            goods = [part for part in found["parts"] if part["line"].valid and self.recurring(part["line"]) is None]
            found["ships"] = bool(group and group.method and group.kind is GroupKind.HARDGOOD and goods)
            if not found["ships"]:
                continue
            base = sum((piece["amount"] - piece["share"] for part in goods for piece in part["pieces"]), Fraction(0))
            (fits,) = [
                span
                for span in group.method.ranges
                if Fraction(span.low) <= base and (span.high is None or base < Fraction(span.high))
            ]
            found["price"] = self.half_up(Fraction(fits.amount))
            for part in goods:
                entry = self.entry(self.cart.prices.surcharges, part["line"])
                if entry is not None:
                    prices = self.unit_prices(entry, part["line"].count)[part["first"] :][: part["units"]]
                    found["surcharge"] += self.half_up(sum(prices, Fraction(0)))
        for promotion in self.turns(Level.SHIPPING):
            reward = promotion.reward
            assert isinstance(reward, ShippingDiscount)
            if not self.may(promotion, Level.SHIPPING):
                continue
            total = Fraction(0)
            for found in self.groups:
                if found["ships"] and (not reward.methods or found["group"].method.method_id in reward.methods):
                    left = found["price"] - found["discount"]
                    off = self.half_up(left - self.lowered(reward, left))
                    found["discount"] += off
                    total += off
            if total:
                self.took(promotion, total)

    def row(self, group: Any) -> TaxRate | None:
        if group is None or not group.method or not group.address or group.kind is not GroupKind.HARDGOOD:
            return None
        rows = [row for row in self.rates if row.country == group.address.country]
        state = [row for row in rows if row.state is not None and row.state == group.address.state]
        country = [row for row in rows if row.state is None]
        return next(iter(state + country), None)

    def tax(self) -> None:
        for found in self.groups:
            row = self.row(found["group"]) if self.cart.calculate_tax else None
            percent = Fraction(row.percent) if row is not None else Fraction(0)
            rate = percent / HUNDRED
            if self.cart.tax_included:
                rate = rate / (1 + rate)
            for part in found["parts"]:
                part["recurring_tax"] = self.half_up(part["recurring"] * rate)
                for piece in part["pieces"]:
                    piece["tax"] = self.half_up((piece["amount"] - piece["share"]) * rate)
                    piece["detail"]["tax"] += piece["tax"]
            shipping = found["price"] + found["surcharge"] - found["discount"]
            taxed = row is not None and row.shipping_taxed
            found["shipping_tax"] = self.half_up(shipping * rate) if taxed else Fraction(0)

    def totals(self) -> dict[str, Any]:
        details = [detail for one in self.lines for detail in one.details]
        zero = Fraction(0)
        subtotal = sum((detail["amount"] for detail in details), zero)
        discount = sum((detail["share"] for detail in details), zero)
        shipping = sum((g["price"] + g["surcharge"] - g["discount"] for g in self.groups), zero)
        tax = sum((detail["tax"] for detail in details), zero) + sum((g["shipping_tax"] for g in self.groups), zero)
        added = zero if self.cart.tax_included else tax
        total = subtotal - discount + shipping + added
        parts = [part for found in self.groups for part in found["parts"]]
        left = total
        payments: dict[str, Fraction] = {}
        for card in self.cart.gift_cards:
            if card.number not in payments:
                payments[card.number] = min(Fraction(card.balance), left)
                left -= payments[card.number]
        return {
            "sub_total": subtotal,
            "order_discount": discount,
            "shipping": shipping,
            "tax": tax,
            "total": total,
            "total_without_tax": subtotal - discount + shipping - (tax - added),
            "applied": [(promotion.promotion_id, amount) for promotion, amount in self.applied],
            "recurring": sum((part["recurring"] for part in parts), zero),
            "recurring_tax": sum((part["recurring_tax"] for part in parts), zero),
            "payments": list(payments.values()),
            "lines": {
                one.source.line_id: [
                    (len(d["units"]), d["amount"], d["discounted"], d["share"], d["tax"]) for d in one.details
                ]
                for one in self.lines
            },
            "prices": {one.source.line_id: one.numbers for one in self.lines},
            "groups": [
                {
                    "price": found["price"],
                    "discount": found["discount"],
                    "surcharge": found["surcharge"],
                    "shipping_tax": found["shipping_tax"],
                    "parts": {
                        part["line"].source.line_id: [(p["amount"], p["share"], p["tax"]) for p in part["pieces"]]
                        for part in found["parts"]
                    },
                }
                for found in self.groups
            ],
        }
