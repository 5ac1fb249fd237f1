"""Totals and discounts of an order or of one shipping group (contract: orders.md §5.1, §5.4)."""

from __future__ import annotations

from commerce.exact_json import JsonObject
from commerce.orders.presentation._wording import Wording
from commerce.pricing import DiscountInfo, PriceInfo, PromotionAdjustment, RecurringPriceInfo, amount_text


def price_info(info: PriceInfo, currency: str) -> JsonObject:
    return {
        "amount": info.amount,
        "total": info.total,
        "shipping": info.shipping,
        "shippingSurchargeValue": info.shipping_surcharge,
        "tax": info.tax,
        "subTotal": info.sub_total,
        "totalWithoutTax": info.total_without_tax,
        "currencyCode": currency,
    }


def recurring_info(info: RecurringPriceInfo | None, currency: str) -> JsonObject | None:
    """None without recurring lines."""
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
        "currencyCode": currency,
        "subTotalByFrequency": amounts,
        "taxByFrequency": taxes,
        "frequencyAmountTotals": amounts,
        "frequencyTaxTotals": taxes,
    }


def discount_info(info: DiscountInfo, wording: Wording) -> JsonObject:
    """Promotions by the coupon that brought them, applied or not, and those without a coupon."""

    def applied(promotion: PromotionAdjustment) -> JsonObject:
        return wording.promotion(promotion) | {"totalAdjustment": promotion.total_adjustment}

    claimed = {code: [applied(promotion) for promotion in promotions] for code, promotions in info.claimed.items()}
    unclaimed = {
        code: [wording.promotion(promotion) for promotion in promotions] for code, promotions in info.unclaimed.items()
    }
    return {
        "orderDiscount": info.order_discount,
        "shippingDiscount": info.shipping_discount,
        "orderCouponsMap": {code: promotions[0] for code, promotions in claimed.items()},
        "claimedCouponMultiPromotions": claimed,
        "unclaimedCouponsMap": {code: promotions[0] for code, promotions in unclaimed.items()},
        "unclaimedCouponMultiPromotions": unclaimed,
        "orderImplicitDiscountList": [
            wording.promotion(promotion) | {"totalAdjustment": amount_text(promotion.total_adjustment)}
            for promotion in info.implicit
        ],
    }
