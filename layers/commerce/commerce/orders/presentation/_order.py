"""The whole answer, and whether it can be sent (contract: orders.md §5.1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from commerce.catalogue import PriceListGroup
from commerce.errors import OrderUpdateFailed
from commerce.exact_json import JsonObject, dumps
from commerce.orders.model import Order
from commerce.orders.presentation._gifts import messages, open_gifts, order_marker
from commerce.orders.presentation._groups import GroupView, shipping_address
from commerce.orders.presentation._lines import LineView
from commerce.orders.presentation._totals import discount_info, price_info, recurring_info
from commerce.orders.presentation._trace import trace
from commerce.orders.presentation._wording import Wording
from commerce.orders.terms import Terms
from commerce.pricing import PricedOrder, amount_text

# Lambda's limit is 6 MB; the rest is for headers, a trace, and texts in another language.
MAX_ANSWER_BYTES: Final = 5_500_000
USUAL_ITEM_BYTES: Final = 6_000
LEAST_ITEM_BYTES: Final = 1_400


@dataclass(frozen=True, slots=True)
class OrderView:
    """One priced order for one call. `gateway`: name of the gift card provider."""

    order: Order
    priced: PricedOrder
    terms: Terms
    language: str
    gateway: str

    def body(self, *, groups: bool, explain: bool = False) -> JsonObject:
        """The answer; `groups`: with shipping groups. `explain`: with the trace, if the order was priced with one."""
        order, priced, selling = self.order, self.priced, self.terms.selling
        wording = Wording(selling, self.language)
        lines = LineView(self.terms, wording)
        group_view = GroupView(lines)
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
            "shoppingCart": {
                "numberOfItems": priced.number_of_items,
                "items": [
                    lines.line(line, priced_line) for line, priced_line in zip(order.lines, priced.lines, strict=True)
                ],
            },
            "shippingMethod": group_view.method(order.groups[0], priced.groups[0]),
            "shippingAddress": shipping_address(order.groups[0]),
            "payments": self._payments(),
            "pricingMessages": messages(priced.gift_messages),
            "giftWithPurchaseOrderMarkers": [order_marker(marker) for marker in order.markers],
            "giftWithPurchaseInfo": open_gifts(order.markers),
            "dynamicProperties": wording.properties(selling.order_properties, order.properties),
            "priceListGroup": _price_list_group(self.terms.group, wording),
        }
        if groups:
            shown["shippingGroups"] = group_view.groups(order, priced)
        if explain and priced.trace is not None:
            shown["pricingTrace"] = trace(priced.trace, order.lines, priced.lines)
        return shown

    def check_size(self, sent: int) -> None:
        """Whether every later answer fits in Lambda's: a line is shown again in each group that it travels in.

        `sent`: length of the request, which bounds the texts of a line. Raises OrderUpdateFailed.
        """
        copies = Counter(item.line_id for group in self.priced.groups for item in group.items)
        pairs = zip(self.order.lines, self.priced.lines, strict=True)
        shown = sum(sum(1 for _ in line.all()) * (1 + copies[priced.line_id]) for line, priced in pairs)
        if shown * LEAST_ITEM_BYTES > MAX_ANSWER_BYTES:
            raise OrderUpdateFailed
        if sent * (1 + max(copies.values(), default=0)) + shown * USUAL_ITEM_BYTES < MAX_ANSWER_BYTES:
            return
        text = dumps(self.body(groups=True))
        # As text inside Lambda's own JSON, each of these signs takes one more.
        if len(text.encode()) + text.count('"') + text.count("\\") > MAX_ANSWER_BYTES:
            raise OrderUpdateFailed

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
