"""The priced order, written from the working state (contract: pricing.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from commerce.pricing._candidates import Candidate, Candidates
from commerce.pricing._working_groups import LinePart, WorkingGroup
from commerce.pricing._working_order import WorkingDetail, WorkingLine, WorkingOrder
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

    __slots__ = ("_cart", "_groups", "_order", "_wholes")

    def __init__(self, cart: Cart, order: WorkingOrder, groups: list[WorkingGroup]) -> None:
        self._cart = cart
        self._order = order
        self._groups = groups
        parts: dict[WorkingLine, list[LinePart]] = {}
        for group in groups:
            for part in group.parts:
                parts.setdefault(part.line, []).append(part)
        self._wholes = {line: self._whole(line, parts[line]) for line in order.lines}

    def lines(self) -> dict[WorkingLine, PricedLine]:
        """The top-level lines, in order, with their children."""
        return {top: self._line(top, self._wholes) for top in self._order.tops}

    def groups(self, lines: Mapping[WorkingLine, PricedLine]) -> tuple[PricedGroup, ...]:
        """The groups in request order, an added one last."""
        return tuple(self._group(group, lines) for group in self._groups)

    def wholes(self) -> Iterable[LinePart]:
        """All units of each line as one part, in line order."""
        return self._wholes.values()

    def price_info(self, groups: Iterable[PricedGroup]) -> PriceInfo:
        """The order's totals: the sums of its groups'."""
        infos = [group.price_info for group in groups]
        if len(infos) == 1:
            return infos[0]
        zero = self._order.zero
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

    def _whole(self, line: WorkingLine, parts: list[LinePart]) -> LinePart:
        if len(parts) == 1:
            return parts[0]
        whole = LinePart(line, 0, line.units, self._order.zero)
        for part in parts:
            whole.surcharge += part.surcharge
            whole.recurring_amount += part.recurring_amount
            whole.recurring_tax += part.recurring_tax
        return whole

    def _line(self, line: WorkingLine, parts: Mapping[WorkingLine, LinePart]) -> PricedLine:
        part = parts[line]
        cart_line = line.cart_line
        zero = self._order.zero
        children = tuple([self._line(child, parts) for child in line.children]) if line.children else ()
        own_amount = share = tax = zero
        for detail in part.details:
            own_amount += detail.amount
            share += detail.share
            tax += detail.tax
        return PricedLine(
            line_id=cart_line.line_id,
            product_id=cart_line.product_id,
            sku_id=cart_line.sku_id,
            quantity=cart_line.quantity if line.child else part.units,
            units=part.units,
            valid=line.valid,
            list_price=line.list_price,
            sale_price=line.sale_price,
            on_sale=line.on_sale,
            unit_price=line.sale_price if line.on_sale else line.list_price,
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
            gifts=line.gifts,
            added=line.added,
            lapsed=cart_line.lapsed,
        )

    def _detail(self, detail: WorkingDetail) -> Detail:
        return Detail(
            detail.quantity,
            quotient(detail.amount, detail.quantity, self._order.unit),
            detail.amount,
            detail.discounted,
            detail.share,
            detail.tax,
        )

    def _recurring(self, part: LinePart) -> RecurringDetail | None:
        recurring = part.line.recurring
        if recurring is None or not part.line.valid:
            return None
        return RecurringDetail(
            quantity=part.units,
            charge=rounded(recurring.charge, self._order.unit),
            unit_price=quotient(part.recurring_amount, part.units, self._order.unit),
            amount=part.recurring_amount,
            tax=part.recurring_tax,
            frequency=recurring.frequency,
            duration=recurring.duration,
        )

    def _group(self, group: WorkingGroup, lines: Mapping[WorkingLine, PricedLine]) -> PricedGroup:
        zero = self._order.zero
        parts = {part.line: part for part in group.parts}
        items = tuple(
            [
                lines[line] if part.units == line.units else self._line(line, parts)
                for line, part in parts.items()
                if not line.child
            ]
        )
        info = self._group_info(group)
        return PricedGroup(
            group_id=group.group_id,
            kind=group.kind,
            method_id=group.method.method_id if group.method is not None else None,
            method_dropped=group.dropped,
            method_price=group.price,
            shipping_tax=group.shipping_tax,
            price_info=info,
            recurring=recurring_charges.totals(group.parts, self._cart.tax_included, zero),
            tax_breakdown=group.breakdown,
            discounts=_line_discounts(
                _sums(discount for part in group.parts for discount in part.order_discounts) + group.discounts
            ),
            items=items,
        )

    def _group_info(self, group: WorkingGroup) -> PriceInfo:
        zero = self._order.zero
        sub_total = order_discount = zero
        tax = group.shipping_tax
        for part in group.parts:
            for detail in part.details:
                sub_total += detail.amount
                order_discount += detail.share
                tax += detail.tax
        amount = sub_total - order_discount
        shipped = amount + group.shipping
        included = self._cart.tax_included
        return PriceInfo(
            sub_total=sub_total,
            order_discount=order_discount,
            amount=amount,
            shipping=group.shipping,
            shipping_surcharge=group.surcharge,
            shipping_discount=group.discount,
            tax=tax,
            total_without_tax=shipped - tax if included else shipped,
            total=shipped if included else shipped + tax,
        )


def discount_info(cart: Cart, candidates: Candidates, zero: Decimal) -> DiscountInfo:
    """Applied promotions under the code that claimed them, others of a sent code as unclaimed (§12 row 16)."""
    claimed: dict[str, list[PromotionAdjustment]] = {}
    unclaimed: dict[str, list[PromotionAdjustment]] = {}
    implicit: list[PromotionAdjustment] = []
    taken = dict.fromkeys(Level, zero)
    for candidate in candidates.all():
        promotion = candidate.promotion
        taken[promotion.level] += candidate.taken
        adjustment = PromotionAdjustment(
            promotion.promotion_id, promotion.name, promotion.level, candidate.taken if candidate.applied else zero
        )
        codes = list(candidate.codes)
        if candidate.applied and codes:
            claimed.setdefault(codes.pop(0), []).append(adjustment)
            adjustment = PromotionAdjustment(promotion.promotion_id, promotion.name, promotion.level, zero)
        elif candidate.applied:
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


def _line_discounts(discounts: list[tuple[Candidate, Decimal]]) -> tuple[LineDiscount, ...]:
    return tuple([_line_discount(candidate, amount) for candidate, amount in discounts]) if discounts else ()


def _line_discount(candidate: Candidate, amount: Decimal) -> LineDiscount:
    promotion = candidate.promotion
    return LineDiscount(promotion.promotion_id, promotion.name, promotion.level, candidate.coupon, amount)


def _sums(discounts: Iterable[tuple[Candidate, Decimal]]) -> list[tuple[Candidate, Decimal]]:
    sums: dict[Candidate, Decimal] = {}
    for candidate, amount in discounts:
        sums[candidate] = sums[candidate] + amount if candidate in sums else amount
    return list(sums.items())
