"""Lines of the cart, and their parts in shipping groups (contract: orders.md §5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from commerce.catalogue import Product, Sku
from commerce.exact_json import JsonObject, written
from commerce.orders.gifts import gift_data
from commerce.orders.model import CHILD_MEMBERS, LINE_MEMBERS, OrderLine
from commerce.orders.presentation._wording import Wording
from commerce.orders.terms import Terms
from commerce.pricing import Detail, GiftMarker, LineDiscount, PricedLine, RecurringDetail

GIFT_KEY: Final = "atg.gwp"

# Members that a line shows as they were sent.
_NOT_SENT: Final = dict.fromkeys(name for name in LINE_MEMBERS if name != "originalCommerceItemId")


class LineView(Struct, frozen=True, dict=True):
    """Shows the lines of one priced order with what the catalogue tells of them, `descriptions` or not among it.

    `gifts`: the order's gift promotions.
    """

    terms: Terms
    wording: Wording
    gifts: Mapping[str, GiftMarker]
    descriptions: bool

    def line(self, line: OrderLine, priced: PricedLine) -> JsonObject:
        """A top-level line of the cart, with its children."""
        return self._whole(line, priced, {})

    def part(self, line: OrderLine, priced: PricedLine, pickup_dates: Mapping[str, str | None]) -> JsonObject:
        """The units of a line that travel in one group. `pickup_dates`: line the shopper put into it → its date."""
        return {
            **self._in_group(line, priced, {}),
            "quantity": priced.units,
            "status": "INITIAL",
            "stateDetailsAsUser": "The item has been initialized within the shipping group",
            "returnedQuantity": 0,
            "relationshipType": "SHIPPINGQUANTITY" if line.id in pickup_dates else "SHIPPINGQUANTITYREMAINING",
            "backOrderQuantity": 0,
            "preOrderQuantity": 0,
            "availabilityDate": None,
            "preferredPickupDate": pickup_dates.get(line.id),
        }

    def _in_group(self, line: OrderLine, priced: PricedLine, members: JsonObject) -> JsonObject:
        """A line or child in a shipping group; `members`: those that only children have."""
        return {
            **self._core(line, priced),
            **members,
            "commerceId": line.id,
            "quantity": priced.quantity,
            "childItems": [
                self._in_group(child, priced_child, _child_members(child))
                for child, priced_child in zip(line.children, priced.children, strict=True)
            ],
        }

    def _whole(self, line: OrderLine, priced: PricedLine, members: JsonObject) -> JsonObject:
        """A line or child of the cart; `members`: those that only children have."""
        product, sku = self.item(line)
        return {
            **self._core(line, priced),
            **members,
            "quantity": priced.quantity,
            "originalCommerceItemId": line.members.get("originalCommerceItemId"),
            "route": f"/{product.slug}/product/{line.product_id}" if product else None,
            "primaryThumbImageURL": product.primary_thumb_image_url if product else None,
            "primaryImageAltText": self.wording.text(product.primary_image_alt_text) if product else None,
            "primaryImageTitle": self.wording.text(product.primary_image_title) if product else None,
            "childSKUs": [{"primaryThumbImageURL": sku.primary_thumb_image_url if sku else None}],
            "giftWithPurchaseCommerceItemMarkers": [
                {
                    "key": GIFT_KEY,
                    "value": claim.promotion_id,
                    "data": gift_data(claim.promotion_id),
                    "targetedQuantity": claim.quantity,
                    "selectedQuantity": claim.quantity if claim.chosen else 0,
                    "automaticQuantity": 0 if claim.chosen else claim.quantity,
                }
                for claim in line.gifts
            ],
            "childItems": [
                self._whole(child, priced_child, _child_members(child))
                for child, priced_child in zip(line.children, priced.children, strict=True)
            ],
        }

    def item(self, line: OrderLine) -> tuple[Product | None, Sku | None]:
        """What the line buys; None for what the catalogue has no more."""
        product = self.terms.products.get(line.product_id)
        return product, product.skus.get(line.sku_id) if product else None

    def _core(self, line: OrderLine, priced: PricedLine) -> JsonObject:
        """What a line shows in the cart and in a shipping group alike, priced for the units of either.

        Made once where both have the same units, its amounts written.
        """
        made = self._cores.get(id(priced))
        if made is None:
            made = self._cores[id(priced)] = self._new_core(line, priced, *self.item(line))
        return made

    @cached_property
    def _cores(self) -> dict[int, JsonObject]:
        """By what was priced, which lives as long as what is shown of it."""
        return {}

    def _new_core(self, line: OrderLine, priced: PricedLine, product: Product | None, sku: Sku | None) -> JsonObject:
        wording, recurring = self.wording, priced.recurring
        amount, list_price = written(priced.amount), written(priced.list_price)
        return {
            "id": line.id,
            "commerceItemId": line.id,
            "productId": line.product_id,
            "catRefId": line.sku_id,
            **_NOT_SENT,
            **({name: value for name, value in line.members.items() if name in _NOT_SENT} if line.members else {}),
            "externalData": list(line.external_data),
            "shopperInput": line.shopper_input,
            "price": amount,
            "amount": amount,
            "unitPrice": list_price if priced.unit_price is priced.list_price else written(priced.unit_price),
            "listPrice": list_price,
            "salePrice": written(priced.sale_price),
            "onSale": priced.on_sale,
            "rawTotalPrice": written(priced.raw_total_price),
            "discountAmount": written(priced.discount_amount),
            "shippingSurchargeValue": written(priced.shipping_surcharge),
            "detailedItemPriceInfo": [self._detail(detail) for detail in priced.details],
            "recurringCharge": recurring.charge if recurring else None,
            "detailedRecurringChargeInfo": [self._recurring_detail(recurring)] if recurring else [],
            "discountInfo": [
                wording.discount(discount) | {"giftWithPurchaseDiscountInfo": self._gifts(discount, priced)}
                for discount in (*priced.discounts, *priced.order_discounts)
            ],
            "orderDiscountInfos": [
                {
                    "promotionId": discount.promotion_id,
                    "couponCodes": [discount.coupon] if discount.coupon is not None else [],
                    "amount": written(discount.amount),
                }
                for discount in priced.order_discounts
            ],
            "itemDiscountInfos": [],
            "displayName": wording.text(product.display_name) if product else None,
            "description": wording.text(product.description) if product and self.descriptions else None,
            "variant": [
                {
                    "optionId": option.option_id,
                    "optionName": wording.text(option.name),
                    "optionValue": wording.text(option.value),
                }
                for option in (sku.variant if sku else ())
            ],
            "skuProperties": [
                {"id": prop.id, "name": wording.text(prop.name), "value": wording.value(prop.value)}
                for prop in (sku.properties if sku else ())
            ],
            "dynamicProperties": self._properties(line) if line.properties else self._no_properties,
            "siteId": self.terms.occasion.site_id,
            "stateKey": "INITIAL",
            "state": "INITIAL",
            "isItemValid": priced.valid,
            "pointOfNoRevision": False,
            "taxCode": None,
        }

    def _properties(self, line: OrderLine) -> list[JsonObject]:
        return self.wording.properties(self.terms.selling.line_properties, line.properties)

    @cached_property
    def _no_properties(self) -> list[JsonObject]:
        """Of the many lines that have none."""
        return self.wording.properties(self.terms.selling.line_properties, {})

    def _gifts(self, discount: LineDiscount, priced: PricedLine) -> list[JsonObject]:
        """By which clients recognise a gift, and what they change it by; none where a discount is no gift's."""
        if not priced.gifts:
            return []
        units = sum(claim.quantity for claim in priced.gifts if claim.promotion_id == discount.promotion_id)
        marker = self.gifts.get(discount.promotion_id)
        if not units or marker is None:
            return []
        return [
            {
                "giftWithPurchaseIdentifier": gift_data(discount.promotion_id),
                "giftWithPurchaseQuantity": units,
                "giftWithPurchaseChoicesAvailable": marker.choices_available,
            }
        ]

    def _detail(self, detail: Detail) -> JsonObject:
        return {
            "discounted": detail.discounted,
            "amount": written(detail.amount),
            "quantity": detail.quantity,
            "tax": written(detail.tax),
            "orderDiscountShare": written(detail.order_discount_share),
            "detailedUnitPrice": written(detail.unit_price),
            "secondaryCurrencyTaxAmount": 0,
            "configurationDiscountShare": 0,
            "currencyCode": self.terms.group.currency.code,
        }

    def _recurring_detail(self, recurring: RecurringDetail) -> JsonObject:
        return {
            "discounted": False,
            "amount": recurring.amount,
            "quantity": recurring.quantity,
            "tax": recurring.tax,
            "orderDiscountShare": 0,
            "detailedUnitPrice": recurring.unit_price,
            "currencyCode": self.terms.group.currency.code,
        }


def _child_members(line: OrderLine) -> JsonObject:
    members = {name: line.members.get(name) for name in CHILD_MEMBERS}
    return members | {"addOnItem": bool(members["addOnItem"])}
