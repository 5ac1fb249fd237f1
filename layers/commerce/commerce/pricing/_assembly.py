"""The priced order, written from the working state (contract: pricing.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from commerce.pricing._basket import Basket, Node, Trial, WorkingDetail
from commerce.pricing._parcels import Parcel, Part
from commerce.pricing._trials import Trials
from commerce.pricing.cart import Cart
from commerce.pricing.money import quotient, rounded
from commerce.pricing.order import (
    Detail,
    DiscountInfo,
    LineDiscount,
    PricedGroup,
    PricedLine,
    PriceInfo,
    PromotionAdjustment,
    RecurringDetail,
)
from commerce.pricing.promotions import Level
from commerce.pricing.stages import recurring_charges


class Assembly:
    """Writes lines, groups and totals; a line that travels in one group is written once for both."""

    __slots__ = ("_basket", "_cart", "_parcels", "_wholes")

    def __init__(self, cart: Cart, basket: Basket, parcels: list[Parcel]) -> None:
        self._cart = cart
        self._basket = basket
        self._parcels = parcels
        parts: dict[Node, list[Part]] = {}
        for parcel in parcels:
            for part in parcel.parts:
                parts.setdefault(part.node, []).append(part)
        self._wholes = {node: self._whole(node, parts[node]) for node in basket.nodes}

    def lines(self) -> dict[Node, PricedLine]:
        """The top-level lines, in order, with their children."""
        return {top: self._line(top, self._wholes) for top in self._basket.tops}

    def groups(self, lines: Mapping[Node, PricedLine]) -> tuple[PricedGroup, ...]:
        """The groups in request order, an added one last."""
        return tuple(self._group(parcel, lines) for parcel in self._parcels)

    def wholes(self) -> Iterable[Part]:
        """All units of each node as one part, in line order."""
        return self._wholes.values()

    def price_info(self, groups: Iterable[PricedGroup]) -> PriceInfo:
        """The order's totals: the sums of its groups'."""
        infos = [group.price_info for group in groups]
        if len(infos) == 1:
            return infos[0]
        zero = self._basket.zero
        return PriceInfo(
            sub_total=sum((info.sub_total for info in infos), zero),
            order_discount=sum((info.order_discount for info in infos), zero),
            amount=sum((info.amount for info in infos), zero),
            shipping=sum((info.shipping for info in infos), zero),
            shipping_surcharge=sum((info.shipping_surcharge for info in infos), zero),
            shipping_discount=sum((info.shipping_discount for info in infos), zero),
            tax=sum((info.tax for info in infos), zero),
            total_without_tax=sum((info.total_without_tax for info in infos), zero),
            total=sum((info.total for info in infos), zero),
        )

    def _whole(self, node: Node, parts: list[Part]) -> Part:
        if len(parts) == 1:
            return parts[0]
        whole = Part(node, 0, node.units, self._basket.zero)
        for part in parts:
            whole.surcharge += part.surcharge
            whole.recurring_amount += part.recurring_amount
            whole.recurring_tax += part.recurring_tax
        return whole

    def _line(self, node: Node, parts: Mapping[Node, Part]) -> PricedLine:
        part = parts[node]
        line = node.line
        zero = self._basket.zero
        children = tuple([self._line(child, parts) for child in node.children]) if node.children else ()
        own_amount = share = tax = zero
        for detail in part.details:
            own_amount += detail.amount
            share += detail.share
            tax += detail.tax
        return PricedLine(
            line_id=line.line_id,
            product_id=line.product_id,
            sku_id=line.sku_id,
            quantity=line.quantity if node.child else part.units,
            units=part.units,
            valid=node.valid,
            list_price=node.list_price,
            sale_price=node.sale_price,
            on_sale=node.on_sale,
            unit_price=node.sale_price if node.on_sale else node.list_price,
            raw_total_price=part.raw_total,
            own_amount=own_amount,
            amount=sum([child.amount for child in children], own_amount) if children else own_amount,
            discount_amount=sum([amount for _, amount in part.discounts], zero) if part.discounts else zero,
            order_discount_share=share,
            tax=tax,
            shipping_surcharge=part.surcharge,
            details=tuple([self._detail(detail) for detail in part.details]),
            discounts=_line_discounts(part.discounts),
            order_discounts=_line_discounts(part.order_discounts),
            recurring=self._recurring(part),
            children=children,
            gifts=node.gifts,
            added=node.added,
        )

    def _detail(self, detail: WorkingDetail) -> Detail:
        unit = self._basket.unit
        return Detail(
            detail.quantity,
            quotient(detail.amount, detail.quantity, unit) if detail.discounted else rounded(detail.price, unit),
            detail.amount,
            detail.discounted,
            detail.share,
            detail.tax,
        )

    def _recurring(self, part: Part) -> RecurringDetail | None:
        recurring = part.node.recurring
        if recurring is None or not part.node.valid:
            return None
        return RecurringDetail(
            quantity=part.units,
            charge=rounded(recurring.charge, self._basket.unit),
            amount=part.recurring_amount,
            tax=part.recurring_tax,
            frequency=recurring.frequency,
            duration=recurring.duration,
        )

    def _group(self, parcel: Parcel, lines: Mapping[Node, PricedLine]) -> PricedGroup:
        zero = self._basket.zero
        parts = {part.node: part for part in parcel.parts}
        items = tuple(
            [
                lines[node] if part.units == node.units else self._line(node, parts)
                for node, part in parts.items()
                if not node.child
            ]
        )
        info = self._group_info(parcel)
        return PricedGroup(
            group_id=parcel.group.group_id if parcel.group is not None else None,
            kind=parcel.kind,
            method_id=parcel.method.method_id if parcel.method is not None else None,
            method_dropped=parcel.dropped,
            method_price=parcel.price,
            shipping_tax=parcel.shipping_tax,
            price_info=info,
            recurring=recurring_charges.totals(parcel.parts, self._cart.tax_included, zero),
            tax_breakdown=parcel.breakdown,
            discounts=_line_discounts(
                _sums(discount for part in parcel.parts for discount in part.order_discounts) + parcel.discounts
            ),
            items=items,
        )

    def _group_info(self, parcel: Parcel) -> PriceInfo:
        zero = self._basket.zero
        sub_total = order_discount = zero
        tax = parcel.shipping_tax
        for part in parcel.parts:
            for detail in part.details:
                sub_total += detail.amount
                order_discount += detail.share
                tax += detail.tax
        amount = sub_total - order_discount
        shipped = amount + parcel.shipping
        included = self._cart.tax_included
        return PriceInfo(
            sub_total=sub_total,
            order_discount=order_discount,
            amount=amount,
            shipping=parcel.shipping,
            shipping_surcharge=parcel.surcharge,
            shipping_discount=parcel.discount,
            tax=tax,
            total_without_tax=shipped - tax if included else shipped,
            total=shipped if included else shipped + tax,
        )


def discount_info(cart: Cart, trials: Trials, zero: Decimal) -> DiscountInfo:
    """Applied promotions under the code that claimed them, others of a sent code as unclaimed (§12 row 16)."""
    claimed: dict[str, list[PromotionAdjustment]] = {}
    unclaimed: dict[str, list[PromotionAdjustment]] = {}
    implicit: list[PromotionAdjustment] = []
    taken = dict.fromkeys(Level, zero)
    for turn in trials.all():
        promotion = turn.promotion
        taken[promotion.level] += turn.taken
        adjustment = PromotionAdjustment(
            promotion.promotion_id, promotion.name, promotion.level, turn.taken if turn.applied else zero
        )
        codes = list(turn.codes)
        if turn.applied and codes:
            claimed.setdefault(codes.pop(0), []).append(adjustment)
            adjustment = PromotionAdjustment(promotion.promotion_id, promotion.name, promotion.level, zero)
        elif turn.applied:
            implicit.append(adjustment)
        for code in codes:
            unclaimed.setdefault(code, []).append(adjustment)
    sent = list(dict.fromkeys(coupon.code for coupon in cart.coupons))
    return DiscountInfo(
        order_discount=taken[Level.ORDER],
        shipping_discount=taken[Level.SHIPPING],
        claimed={code: tuple(claimed[code]) for code in sent if code in claimed},
        unclaimed={code: tuple(unclaimed[code]) for code in sent if code in unclaimed},
        implicit=tuple(implicit),
    )


def _line_discounts(discounts: list[tuple[Trial, Decimal]]) -> tuple[LineDiscount, ...]:
    if not discounts:
        return ()
    return tuple(
        [
            LineDiscount(turn.promotion.promotion_id, turn.promotion.name, turn.promotion.level, turn.coupon, amount)
            for turn, amount in discounts
        ]
    )


def _sums(discounts: Iterable[tuple[Trial, Decimal]]) -> list[tuple[Trial, Decimal]]:
    sums: dict[Trial, Decimal] = {}
    for turn, amount in discounts:
        sums[turn] = sums[turn] + amount if turn in sums else amount
    return list(sums.items())
