"""An order as the wire shows it (contract: orders.md §5)."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from commerce.catalogue import Currency, DeclaredProperty, PriceListGroup, Product, Sku, text_in
from commerce.errors import OrderUpdateFailed
from commerce.exact_json import JsonObject, JsonValue, dumps
from commerce.orders.cart import Terms
from commerce.orders.model import (
    ADDRESS_MEMBERS,
    CHILD_MEMBERS,
    HARDGOOD,
    LINE_MEMBERS,
    PICKUP,
    PICKUP_MEMBERS,
    Order,
    OrderGroup,
    OrderLine,
    StoredMarker,
)
from commerce.pricing import (
    DiscountInfo,
    GiftMessage,
    LineDiscount,
    PricedGroup,
    PricedLine,
    PricedOrder,
    PriceInfo,
    PricingTrace,
    PromotionAdjustment,
    RecurringPriceInfo,
    TraceEntry,
    amount_text,
)

# Lambda's limit is 6 MB; the rest is for headers, a trace, and texts in another language.
MAX_ANSWER_BYTES: Final = 5_500_000
USUAL_ITEM_BYTES: Final = 6_000
LEAST_ITEM_BYTES: Final = 1_400
GIFT_KEY: Final = "atg.gwp"
SUMMARIES: Final = {
    "GWPQualified": "The cart has qualified for a free gift promotion.",
    "GWPInvalidated": "The cart no longer qualifies for a free gift promotion.",
    "GWPFullFailure": "The free gift is not available.",
}


@dataclass(slots=True)
class Presentation:
    """One order, priced, for one call. `gateway`: name of the gift card provider."""

    order: Order
    priced: PricedOrder
    terms: Terms
    site_id: str
    language: str
    gateway: str
    _currency: str = field(init=False)

    def __post_init__(self) -> None:
        self._currency = self.terms.group.currency.code

    def body(self, *, groups: bool, trace: bool = False) -> JsonObject:
        """The whole answer; `groups`: with shipping groups."""
        order, priced = self.order, self.priced
        shown: JsonObject = {
            "orderId": order.id,
            "cartName": order.cart_name,
            "siteId": self.site_id,
            "creationSiteId": order.creation_site_id,
            "creationDate": order.created,
            "lastModifiedDate": order.modified,
            "lastModifierId": order.modified_by or None,
            "additionalEmails": list(order.additional_emails),
            "orderAction": "order",
            "priceInfo": self._price_info(priced.price_info),
            "recurringChargePriceInfo": self._recurring_info(priced.recurring),
            "discountInfo": self._discount_info(priced.discount_info),
            "shoppingCart": {"numberOfItems": priced.number_of_items, "items": self._items()},
            "shippingMethod": self._method(order.groups[0], priced.groups[0] if priced.groups else None),
            "shippingAddress": _all(order.groups[0].address, ADDRESS_MEMBERS),
            "payments": self._payments(),
            "pricingMessages": _messages(priced.gift_messages),
            "giftWithPurchaseOrderMarkers": [_order_marker(each) for each in order.markers],
            "giftWithPurchaseInfo": [_open_gift(each) for each in order.markers if _open_units(each)],
            "dynamicProperties": self._properties(self.terms.selling.order_properties, order.properties),
            "priceListGroup": self._price_list_group(self.terms.group),
        }
        if groups:
            shown["shippingGroups"] = self._groups()
        if trace and priced.trace is not None:
            shown["pricingTrace"] = _trace(priced.trace, self._line_ids())
        return shown

    def check_size(self, sent: int) -> None:
        """Whether every later answer fits in Lambda's: a line is shown again in each group that it travels in.

        `sent`: length of the request, which bounds the texts of a line. Raises OrderUpdateFailed.
        """
        copies = Counter(item.line_id for group in self.priced.groups for item in group.items)
        shown = copies.total() + sum(1 for _ in self.order.all_lines())
        if shown * LEAST_ITEM_BYTES > MAX_ANSWER_BYTES:
            raise OrderUpdateFailed
        if sent * (1 + max(copies.values(), default=0)) + shown * USUAL_ITEM_BYTES < MAX_ANSWER_BYTES:
            return
        text = dumps(self.body(groups=True))
        # As text inside Lambda's own JSON, each of these signs takes one more.
        if len(text.encode()) + text.count('"') + text.count("\\") > MAX_ANSWER_BYTES:
            raise OrderUpdateFailed

    # --- lines

    def _items(self) -> list[JsonObject]:
        return [
            self._line(line, priced, top=True) for line, priced in zip(self.order.lines, self.priced.lines, strict=True)
        ]

    def _line(self, line: OrderLine, priced: PricedLine, *, top: bool) -> JsonObject:
        product = self.terms.products.get(line.product_id)
        sku = product.skus.get(line.sku_id) if product else None
        shown = self._core(line, priced, product, sku)
        if not top:
            shown |= _all(line.members, CHILD_MEMBERS)
            shown["addOnItem"] = bool(line.members.get("addOnItem"))
        shown |= {
            "quantity": priced.quantity,
            "originalCommerceItemId": line.members.get("originalCommerceItemId"),
            "shopperInput": line.shopper_input,
            "route": f"/{product.slug}/product/{line.product_id}" if product else None,
            "primaryThumbImageURL": product.primary_thumb_image_url if product else None,
            "primaryImageAltText": self._text(product.primary_image_alt_text) if product else None,
            "primaryImageTitle": self._text(product.primary_image_title) if product else None,
            "childSKUs": [{"primaryThumbImageURL": sku.primary_thumb_image_url if sku else None}],
            "giftWithPurchaseCommerceItemMarkers": [
                {
                    "key": GIFT_KEY,
                    "value": claim.promotion_id,
                    "data": _data(claim.promotion_id),
                    "targetedQuantity": claim.quantity,
                    "selectedQuantity": claim.quantity if claim.chosen else 0,
                    "automaticQuantity": 0 if claim.chosen else claim.quantity,
                }
                for claim in line.gifts
            ],
            "childItems": [
                self._line(child, below, top=False) for child, below in zip(line.children, priced.children, strict=True)
            ],
        }
        return shown

    def _core(self, line: OrderLine, priced: PricedLine, product: Product | None, sku: Sku | None) -> JsonObject:
        """What a line shows in the cart and in a shipping group alike, priced for the units of either."""
        recurring = priced.recurring
        return {
            "id": line.id,
            "commerceItemId": line.id,
            "productId": line.product_id,
            "catRefId": line.sku_id,
            **{name: line.members.get(name) for name in LINE_MEMBERS if name != "originalCommerceItemId"},
            "externalData": list(line.external_data),
            "price": priced.amount,
            "amount": priced.amount,
            "unitPrice": priced.unit_price,
            "listPrice": priced.list_price,
            "salePrice": priced.sale_price,
            "onSale": priced.on_sale,
            "rawTotalPrice": priced.raw_total_price,
            "discountAmount": priced.discount_amount,
            "shippingSurchargeValue": priced.shipping_surcharge,
            "detailedItemPriceInfo": [
                {
                    "discounted": detail.discounted,
                    "amount": detail.amount,
                    "quantity": detail.quantity,
                    "tax": detail.tax,
                    "orderDiscountShare": detail.order_discount_share,
                    "detailedUnitPrice": detail.unit_price,
                    "currencyCode": self._currency,
                }
                for detail in priced.details
            ],
            "recurringCharge": recurring.charge if recurring else None,
            "detailedRecurringChargeInfo": [
                {
                    "discounted": False,
                    "amount": recurring.amount,
                    "quantity": recurring.quantity,
                    "tax": recurring.tax,
                    "orderDiscountShare": 0,
                    "detailedUnitPrice": recurring.charge,
                    "currencyCode": self._currency,
                }
            ]
            if recurring
            else [],
            "discountInfo": [self._discount(each) for each in (*priced.discounts, *priced.order_discounts)],
            "orderDiscountInfos": [
                {
                    "promotionId": each.promotion_id,
                    "couponCodes": [each.coupon] if each.coupon is not None else [],
                    "amount": each.amount,
                }
                for each in priced.order_discounts
            ],
            "displayName": self._text(product.display_name) if product else None,
            "description": self._text(product.description) if product else None,
            "variant": [
                {"optionId": each.option_id, "optionName": self._text(each.name), "optionValue": self._text(each.value)}
                for each in (sku.variant if sku else ())
            ],
            "skuProperties": [
                {"id": each.id, "name": self._text(each.name), "value": self._value(each.value)}
                for each in (sku.properties if sku else ())
            ],
            "dynamicProperties": self._properties(self.terms.selling.line_properties, line.properties),
            "siteId": self.site_id,
            "stateKey": "INITIAL",
            "state": "INITIAL",
            "isItemValid": priced.valid,
        }

    # --- shipping groups and payments

    def _groups(self) -> list[JsonObject]:
        """Those that carry something."""
        lines, ids = {line.id: line for line in self.order.lines}, self._line_ids()
        return [
            self._group(group, priced, lines, ids)
            for group, priced in zip(self.order.groups, self.priced.groups, strict=True)
            if priced.items
        ]

    def _line_ids(self) -> Mapping[str, str]:
        """Ids as the pricing room knows top-level lines, where added gifts have none yet → ids of the order."""
        return {priced.line_id: line.id for line, priced in zip(self.order.lines, self.priced.lines, strict=True)}

    def _group(
        self, group: OrderGroup, priced: PricedGroup, lines: Mapping[str, OrderLine], ids: Mapping[str, str]
    ) -> JsonObject:
        dates = {item.line_id: item.preferred_pickup_date for item in group.items}
        tax = priced.tax_breakdown
        shown: JsonObject = {
            "shippingGroupId": group.id,
            "type": group.type,
            "priceInfo": self._price_info(priced.price_info),
            "recurringChargePriceInfo": self._recurring_info(priced.recurring),
            "discountInfo": {
                "orderDiscount": priced.price_info.order_discount,
                "shippingDiscount": priced.price_info.shipping_discount,
                "discountDescList": [
                    {**self._discount(each), "totalAdjustment": each.amount.copy_negate() if each.amount else 0}
                    for each in priced.discounts
                ],
            },
            "shippingMethod": self._method(group, priced),
            "shippingAddress": _all(group.address, ADDRESS_MEMBERS),
            "taxPriceInfo": {
                "amount": priced.price_info.tax,
                "cityTax": tax.city,
                "countyTax": tax.county,
                "stateTax": tax.state,
                "districtTax": tax.district,
                "countryTax": tax.country,
                "miscTax": tax.miscellaneous,
                "valueAddedTax": tax.value_added,
                "isTaxIncluded": self.terms.group.tax_included,
            },
            "locationId": group.pickup.get("locationId"),
            "store": None,
            "items": [self._group_item(lines[ids[item.line_id]], item, dates) for item in priced.items],
        }
        if group.type == PICKUP:
            shown |= _all(group.pickup, PICKUP_MEMBERS)
        return shown

    def _group_item(self, line: OrderLine, priced: PricedLine, dates: Mapping[str, str | None]) -> JsonObject:
        product = self.terms.products.get(line.product_id)
        sku = product.skus.get(line.sku_id) if product else None
        return self._core(line, priced, product, sku) | {
            "quantity": priced.units,
            "status": "INITIAL",
            "stateDetailsAsUser": "The item has been initialized within the shipping group",
            "returnedQuantity": 0,
            "relationshipType": "SHIPPINGQUANTITY" if line.id in dates else "SHIPPINGQUANTITYREMAINING",
            "backOrderQuantity": 0,
            "preOrderQuantity": 0,
            "availabilityDate": None,
            "preferredPickupDate": dates.get(line.id),
        }

    def _method(self, group: OrderGroup, priced: PricedGroup | None) -> JsonObject:
        if group.method is None or priced is None or priced.method_id is None:
            return {"value": HARDGOOD if group.type == HARDGOOD else group.type, "cost": 0, "shippingTax": 0}
        return {
            "value": group.method,
            "cost": priced.method_price - priced.price_info.shipping_discount,
            "shippingTax": priced.shipping_tax,
            "shippingMethodDescription": self.terms.selling.method_name(group.method, self.language),
        }

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

    # --- totals and discounts

    def _price_info(self, info: PriceInfo) -> JsonObject:
        return {
            "amount": info.amount,
            "total": info.total,
            "shipping": info.shipping,
            "shippingSurchargeValue": info.shipping_surcharge,
            "tax": info.tax,
            "subTotal": info.sub_total,
            "totalWithoutTax": info.total_without_tax,
            "currencyCode": self._currency,
        }

    def _recurring_info(self, info: RecurringPriceInfo | None) -> JsonObject | None:
        if info is None:
            return None
        amounts = [{"amount": amount, "frequency": name} for name, amount in info.amount_by_frequency.items()]
        taxes = [{"amount": amount, "frequency": name} for name, amount in info.tax_by_frequency.items()]
        return {
            "amount": info.amount,
            "total": info.total,
            "subTotal": info.amount,
            "tax": info.tax,
            "shipping": 0,
            "totalWithoutTax": info.amount,
            "currencyCode": self._currency,
            "subTotalByFrequency": amounts,
            "taxByFrequency": taxes,
            "frequencyAmountTotals": amounts,
            "frequencyTaxTotals": taxes,
        }

    def _discount_info(self, info: DiscountInfo) -> JsonObject:
        claimed = {code: [self._adjustment(each) for each in promotions] for code, promotions in info.claimed.items()}
        unclaimed = {
            code: [self._promotion(each) for each in promotions] for code, promotions in info.unclaimed.items()
        }
        return {
            "orderDiscount": info.order_discount,
            "shippingDiscount": info.shipping_discount,
            "orderCouponsMap": {code: promotions[0] for code, promotions in claimed.items()},
            "claimedCouponMultiPromotions": claimed,
            "unclaimedCouponsMap": {code: promotions[0] for code, promotions in unclaimed.items()},
            "unclaimedCouponMultiPromotions": unclaimed,
            "orderImplicitDiscountList": [
                self._promotion(each) | {"totalAdjustment": amount_text(each.total_adjustment)}
                for each in info.implicit
            ],
        }

    def _adjustment(self, adjustment: PromotionAdjustment) -> JsonObject:
        return self._promotion(adjustment) | {"totalAdjustment": adjustment.total_adjustment}

    def _promotion(self, promotion: PromotionAdjustment | LineDiscount) -> JsonObject:
        name = self.terms.selling.promotion_name(promotion.promotion_id, self.language) or promotion.name
        return {
            "promotionId": promotion.promotion_id,
            "promotionDesc": name,
            "promotionName": name,
            "promotionLevel": promotion.level.value,
        }

    def _discount(self, discount: LineDiscount) -> JsonObject:
        return self._promotion(discount) | {"coupon": discount.coupon}

    # --- texts

    def _properties(self, declared: Mapping[str, DeclaredProperty], values: JsonObject) -> list[JsonObject]:
        return [
            {"id": each.id, "label": self._text(each.label), "value": values.get(each.id)}
            for each in declared.values()
            if not each.internal_only
        ]

    def _price_list_group(self, group: PriceListGroup) -> JsonObject:
        return {
            "repositoryId": group.id,
            "id": group.id,
            "displayName": self._text(group.display_name),
            "locale": group.locale,
            "active": group.active,
            "isTaxIncluded": group.tax_included,
            "taxCalculationType": group.tax_calculation_type,
            "currency": _currency(group.currency),
        }

    def _text(self, texts: Mapping[str, str]) -> str | None:
        return text_in(texts, self.language, self.terms.selling.default_locale)

    def _value(self, value: JsonValue) -> JsonValue:
        return self._text(value) if isinstance(value, Mapping) else value


def _currency(currency: Currency) -> JsonObject:
    return {
        "currencyCode": currency.code,
        "symbol": currency.symbol,
        "displayName": currency.display_name,
        "fractionalDigits": currency.fractional_digits,
        "numericCode": currency.numeric_code,
    }


def _all(members: JsonObject, names: Sequence[str]) -> JsonObject:
    return {name: members.get(name) for name in names}


def _messages(messages: Iterable[GiftMessage]) -> JsonObject:
    shown = [
        {
            "summary": SUMMARIES[each.identifier],
            "identifier": each.identifier,
            "params": [each.promotion_id],
            "type": "information",
            "priority": -10,
        }
        for each in messages
    ]
    return {"giftWithPurchaseMessages": shown} if shown else {}


def _order_marker(stored: StoredMarker) -> JsonObject:
    marker = stored.marker
    return {
        "key": GIFT_KEY,
        "value": marker.promotion_id,
        "data": _data(marker.promotion_id),
        "giftType": marker.gift_type,
        "giftDetail": marker.gift_detail,
        "autoRemove": marker.auto_remove,
        "repositoryId": stored.id,
        "quantity": marker.quantity,
        "selectedQuantity": marker.selected,
        "automaticQuantity": marker.automatic,
        "targetedQuantity": marker.targeted,
        "removedQuantity": marker.removed,
        "failedQuantity": marker.failed,
    }


def _open_gift(stored: StoredMarker) -> JsonObject:
    """A gift that waits for the shopper's choice."""
    marker = stored.marker
    return {
        "giftWithPurchaseIdentifier": stored.id,
        "promotionId": marker.promotion_id,
        "giftWithPurchaseType": marker.gift_type,
        "giftWithPurchaseDetail": marker.gift_detail,
        "giftWithPurchaseQuantity": _open_units(stored),
        "autoRemove": marker.auto_remove,
    }


def _open_units(stored: StoredMarker) -> int:
    marker = stored.marker
    return marker.quantity - marker.targeted - marker.removed - marker.failed


def _data(promotion_id: str) -> str:
    """A text that stays the same for a promotion; clients only echo it."""
    return str(zlib.crc32(promotion_id.encode()))


def _trace(trace: PricingTrace, ids: Mapping[str, str]) -> JsonObject:
    return {
        "stages": [
            {"stage": each.stage.value, "entries": [_entry(entry, ids) for entry in each.entries]}
            for each in trace.stages
        ],
        "notApplied": [
            {
                "promotionId": each.promotion_id,
                "promotionName": each.name,
                "promotionLevel": str(each.level),
                "coupons": list(each.coupons),
                "reason": str(each.reason),
                "blockedBy": each.blocked_by,
            }
            for each in trace.not_applied
        ],
    }


def _entry(entry: TraceEntry, ids: Mapping[str, str]) -> JsonObject:
    """What an entry is about; members without meaning for it are left out."""
    members = {
        "commerceItemId": ids.get(entry.line_id, entry.line_id) if entry.line_id is not None else None,
        "shippingGroupId": entry.group_id,
        "quantity": entry.quantity,
        "promotionId": entry.promotion_id,
        "coupon": entry.coupon,
        "shippingMethod": entry.method_id,
        "payment": entry.payment,
        "note": entry.note,
    }
    return {"amount": entry.amount} | {name: value for name, value in members.items() if value is not None}
