"""The whole answer, and whether it can be sent (contract: orders.md §5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Final

from msgspec import Struct

from commerce.call import Call, EntityVersion, FinishedAnswer
from commerce.catalogue import PriceListGroup
from commerce.delivery import (
    MAX_ANSWER_BYTES,
    MOST_BYTES_OF_A_RAW_CHARACTER,
    answer_bytes,
    deliverable,
    most_answer_bytes,
)
from commerce.exact_json import JsonObject, dumps
from commerce.orders.model import Order
from commerce.orders.presentation._gifts import gifts_of_choice, messages, order_marker
from commerce.orders.presentation._groups import GroupView, shipping_address
from commerce.orders.presentation._lines import LineView
from commerce.orders.presentation._totals import discount_info, price_info, recurring_info
from commerce.orders.presentation._trace import trace
from commerce.orders.presentation._wording import Wording
from commerce.orders.terms import Terms
from commerce.pricing import PricedOrder, amount_text

CART: Final = "shoppingCart"
GROUPS: Final = "shippingGroups"
# More than what one group or one of its items shows of its own: members of an address, dates, names of members.
_GROUP_BYTES: Final = 131_072
_ITEM_BYTES: Final = 4_096


class OrderView(Struct, frozen=True, dict=True):
    """One priced order for one call. `gateway`: the gift card provider's name. `descriptions`: lines have them."""

    order: Order
    priced: PricedOrder
    terms: Terms
    language: str
    gateway: str
    descriptions: bool = True

    def answer(
        self, call: Call, entity: EntityVersion, *, groups: bool, explain: bool = False
    ) -> FinishedAnswer | None:
        """What is sent, encoded once; None where it cannot be delivered.

        `groups`: with shipping groups. `explain`: with the trace, if the order was priced with one.
        """
        if call.selection.everything:
            body = self._body(explain=explain)
            answer = call.finish(body, entity)
            if not groups:
                return answer if deliverable(answer.text) else None
            shown = self._encoded_groups(answer.text)
            return answer.with_member(GROUPS, shown) if shown is not None else None
        sure = not groups or (not explain and self._surely_fits)
        if not sure and not self._whole_fits(dumps(self._body(explain=explain))):
            return None
        body = self._body(explain=explain, lines=not call.selection.leaves_out(CART))
        if groups:
            body[GROUPS] = list(self._groups())
        answer = call.finish(body, entity)
        return answer if deliverable(answer.text) else None

    def deliverable(self, call: Call, answer: FinishedAnswer) -> bool:
        """Whether the whole order, with its groups, can be sent. `answer`: what answers the call without them."""
        if call.selection.everything:
            return self._whole_fits(answer.text)
        return self._surely_fits or self._whole_fits(dumps(self._body()))

    def _body(self, *, explain: bool = False, lines: bool = True) -> JsonObject:
        """The answer without shipping groups. `lines`: False where nobody sees them."""
        order, priced, selling = self.order, self.priced, self.terms.selling
        wording, group_view = self._wording, self._group_view
        line_view = group_view.lines
        currency = self.terms.group.currency.code
        shown: JsonObject = {
            "orderId": order.id,
            "cartName": order.cart_name,
            "siteId": self.terms.occasion.site_id,
            "creationSiteId": order.creation_site_id,
            "creationDate": order.created,
            "lastModifiedDate": order.modified,
            "lastModifierId": order.modified_by or None,
            "additionalEmails": list(order.additional_emails),
            "orderAction": "order",
            "allowAlternateCurrency": False,
            "sharedWithOrganization": False,
            "description": order.id,
            "markers": [],
            "priceInfo": price_info(priced.price_info, currency),
            "recurringChargePriceInfo": recurring_info(priced.recurring, currency),
            "discountInfo": discount_info(priced.discount_info, wording),
            CART: {
                "numberOfItems": priced.number_of_items,
                "items": [
                    line_view.line(line, priced_line)
                    for line, priced_line in zip(order.lines, priced.lines, strict=True)
                    if lines
                ],
            },
            "shippingMethod": group_view.method(order.groups[0], priced.groups[0]),
            "shippingAddress": shipping_address(order.groups[0]),
            "payments": self._payments(),
            "pricingMessages": messages(priced.gift_messages),
            "giftWithPurchaseOrderMarkers": [order_marker(marker) for marker in order.markers],
            "giftWithPurchaseInfo": gifts_of_choice(order.markers),
            "dynamicProperties": wording.properties(selling.order_properties, order.properties),
            "priceListGroup": _price_list_group(self.terms.group, wording),
        }
        if explain and priced.trace is not None:
            shown["pricingTrace"] = trace(priced.trace, order.lines, priced.lines)
        return shown

    @cached_property
    def _wording(self) -> Wording:
        return Wording(self.terms.selling, self.language)

    @cached_property
    def _group_view(self) -> GroupView:
        gifts = {stored.marker.promotion_id: stored.marker for stored in self.order.markers}
        return GroupView(LineView(self.terms, self._wording, gifts, self.descriptions))

    def _groups(self) -> Iterator[JsonObject]:
        return self._group_view.groups(self.order, self.priced)

    def _encoded_groups(self, rest: str) -> str | None:
        """The shipping groups as JSON, one after the other while there is room for them; None where there is not.

        `rest`: all else of the order as JSON.
        """
        room = MAX_ANSWER_BYTES - len(f',"{GROUPS}":[]') - 4  # quotes take one byte more
        measured, left = most_answer_bytes, room
        texts: list[str] = []
        for text in chain((rest,), map(dumps, self._groups())):
            texts.append(text)
            left -= measured(text)
            if left < 0 and measured is most_answer_bytes:
                measured, left = answer_bytes, room - sum(map(answer_bytes, texts))
            if left < 0:
                return None
        return f"[{','.join(texts[1:])}]"

    def _whole_fits(self, rest: str) -> bool:
        """Whether the order can be sent with its groups. `rest`: all else of it as JSON."""
        sizes = (measured(rest) for measured in (most_answer_bytes, answer_bytes))
        fits = any(size + self._most_group_bytes(size) <= MAX_ANSWER_BYTES for size in sizes)
        return fits or self._encoded_groups(rest) is not None

    @property
    def _surely_fits(self) -> bool:
        """True: the order can be sent with its groups, but without a trace. False: that is still to be measured."""
        return self._most_bytes <= MAX_ANSWER_BYTES

    @cached_property
    def _most_bytes(self) -> int:
        """No fewer than what the order takes with its groups, told by the lengths of its texts."""
        from commerce.orders.presentation._sizes import LineSizes  # noqa: PLC0415  few calls select members

        order, priced, view = self.order, self.priced, self._group_view
        sizes = LineSizes(view.lines, self.terms.group.currency.fractional_digits)
        rest = most_answer_bytes(dumps(self._body(lines=False)))
        # Which totals, discounts and address a group shows, the order shows too.
        groups = len(priced.groups) * (3 * rest + _GROUP_BYTES)
        characters = sum(view.catalogue_length(group) for group in order.groups)
        characters += sum(len(item.preferred_pickup_date or "") for group in order.groups for item in group.items)
        lines = {priced_line.line_id: line for line, priced_line in zip(order.lines, priced.lines, strict=True)}
        parts = [part for group in priced.groups for part in group.items]
        shown = sum(sizes.most(lines[part.line_id], part) for part in (*priced.lines, *parts))
        return rest + groups + characters * MOST_BYTES_OF_A_RAW_CHARACTER + shown

    def _most_group_bytes(self, rest: int) -> int:
        """No fewer than what the groups take when all else takes `rest`.

        What a group shows of lines and discounts the cart shows too, with texts as long; a number may get some digits
        more, but the name of its member is as long as these.
        """
        view, priced = self._group_view, self.priced.groups
        characters = sum(view.catalogue_length(group) for group in self.order.groups)
        items = sum(len(group.items) for group in priced)
        own = len(priced) * _GROUP_BYTES + items * _ITEM_BYTES + characters * MOST_BYTES_OF_A_RAW_CHARACTER
        return len(priced) * 3 * rest + own

    def _payments(self) -> list[JsonObject]:
        ids = {card.number: card.id for card in self.order.cards}
        return [
            {
                "paymentGroupId": ids[payment.number],
                "paymentMethod": "physicalGiftCard",
                "amount": payment.amount,
                "balance": amount_text(payment.balance),
                "giftCardNumber": payment.number,
                "maskedCardNumber": "x" * (len(payment.number) - 4) + payment.number[-4:],
                "gatewayName": self.gateway,
                "paymentState": "INITIAL",
                "isAmountRemaining": payment.is_amount_remaining,
                "uiIntervention": None,
            }
            for payment in self.priced.payments
        ]


def removed_body(order: Order) -> JsonObject:
    """What is said of an order that is no more (contract: orders.md §9)."""
    return {"orderId": order.id, "lastModifierId": order.modified_by or None, "sharedWithOrganization": False}


def _price_list_group(group: PriceListGroup, wording: Wording) -> JsonObject:
    currency = group.currency
    return {
        "repositoryId": group.id,
        "id": group.id,
        "displayName": wording.text(group.display_name),
        "locale": group.locale,
        "active": group.active,
        "isTaxIncluded": group.tax_included,
        "taxCalculationType": group.tax_calculation_type,
        "listPriceList": {"repositoryId": group.list_price_list},
        "salePriceList": {"repositoryId": group.sale_price_list},
        "shippingSurchargePriceList": {"repositoryId": group.surcharge_price_list},
        "startDate": None,
        "endDate": None,
        "isPointsBased": False,
        "deleted": False,
        "includeAllProducts": False,
        "currency": {
            "repositoryId": group.locale,
            "currencyCode": currency.code,
            "symbol": currency.symbol,
            "displayName": currency.display_name,
            "fractionalDigits": currency.fractional_digits,
            "numericCode": currency.numeric_code,
            "currencyType": None,
            "deleted": False,
        },
    }
