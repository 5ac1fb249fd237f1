"""How large lines can be when they are shown, told without showing them: by the lengths of what they show."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Final

from msgspec import Struct

from commerce.delivery import MOST_BYTES_OF_A_RAW_CHARACTER, most_answer_bytes
from commerce.exact_json import dumps
from commerce.orders.model import OrderLine
from commerce.orders.presentation._lines import LineView
from commerce.pricing import LineDiscount, PricedLine

# More than what is the same in all of them: names of members, quotes, signs of JSON, texts that never change.
_LINE: Final = 4_096
_ENTRY: Final = 512


class LineSizes(Struct, frozen=True, dict=True):
    """Bytes of lines inside an answer, never fewer than they take. `digits`: of the currency, behind the point."""

    view: LineView
    digits: int

    def most(self, line: OrderLine, priced: PricedLine) -> int:
        """Of a line of the cart, or its part in a shipping group but for its date of pickup; with children."""
        known = self._known.get(id(priced))
        if known is None:
            known = self._known[id(priced)] = self._most(line, priced)
        return known

    @cached_property
    def _known(self) -> dict[int, int]:
        """By what was priced: a line and its part in the only group are of the same."""
        return {}

    def _most(self, line: OrderLine, priced: PricedLine) -> int:
        numbers = [
            priced.amount, priced.amount, priced.unit_price, priced.list_price, priced.sale_price,
            priced.raw_total_price, priced.discount_amount, priced.shipping_surcharge,
        ]  # fmt: skip
        for detail in priced.details:
            numbers += (detail.amount, detail.tax, detail.order_discount_share, detail.unit_price)
        entries = len(priced.details) + len(line.gifts)
        size = self._of_each
        if priced.recurring is not None:
            recurring = priced.recurring
            numbers += (recurring.charge, recurring.amount, recurring.tax, recurring.unit_price)
            entries += 1
        for discount in (*priced.discounts, *priced.order_discounts):
            numbers.append(discount.amount)
            size += self._discount(discount)
        size += _LINE + (_ENTRY + len(str(priced.units))) * (entries + 1)
        size += sum(map(Decimal.adjusted, numbers)) + (2 * self.digits + 8) * len(numbers)
        own = (line.members, line.shopper_input, line.external_data, line.properties)
        if any(own):
            size += most_answer_bytes(dumps(own))
        size += MOST_BYTES_OF_A_RAW_CHARACTER * sum(len(claim.promotion_id) for claim in line.gifts)
        size += MOST_BYTES_OF_A_RAW_CHARACTER * (4 * len(line.id) + 3 * len(line.product_id) + len(line.sku_id))
        size += self._catalogue(line)
        return size + sum(self.most(*pair) for pair in zip(line.children, priced.children, strict=True))

    @cached_property
    def _of_each(self) -> int:
        """What every line shows of the store and of the site."""
        view = self.view
        declared = view.wording.properties(view.terms.selling.line_properties, {})
        return most_answer_bytes(dumps([declared, view.terms.occasion.site_id]))

    def _discount(self, discount: LineDiscount) -> int:
        key = discount.promotion_id, discount.coupon
        size = self._discounts.get(key)
        if size is None:
            # The order's part in it shows promotion and coupon again.
            size = 2 * most_answer_bytes(dumps(self.view.wording.discount(discount))) + 2 * _ENTRY
            self._discounts[key] = size
        return size

    @cached_property
    def _discounts(self) -> dict[tuple[str, str | None], int]:
        return {}

    def _catalogue(self, line: OrderLine) -> int:
        wording = self.view.wording
        product, sku = self.view.item(line)
        if product is None:
            return 0
        texts = [
            product.slug,
            product.primary_thumb_image_url,
            wording.text(product.display_name),
            wording.text(product.primary_image_alt_text),
            wording.text(product.primary_image_title),
            wording.text(product.description) if self.view.descriptions else None,
        ]
        entries = 0
        if sku is not None:
            texts.append(sku.primary_thumb_image_url)
            for option in sku.variant:
                texts += (option.option_id, wording.text(option.name), wording.text(option.value))
            for prop in sku.properties:
                texts += (prop.id, wording.text(prop.name), dumps(wording.value(prop.value)))
            entries = len(sku.variant) + len(sku.properties)
        return _ENTRY * entries + MOST_BYTES_OF_A_RAW_CHARACTER * sum(len(text) for text in texts if text)
