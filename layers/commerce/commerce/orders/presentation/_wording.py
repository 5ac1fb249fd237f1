"""What the catalogue says, in the language of a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from commerce.catalogue import DeclaredProperty, Selling
from commerce.exact_json import JsonObject, JsonValue
from commerce.locales import locales_of_text
from commerce.pricing import LineDiscount, PromotionAdjustment


class Wording(Struct, frozen=True, dict=True):
    """Catalogue texts; in the store's default locale where there is none in `language`."""

    selling: Selling
    language: str

    def text(self, texts: Mapping[str, str]) -> str | None:
        for locale in self._locales:
            if locale in texts:
                return texts[locale]
        return None

    @cached_property
    def _locales(self) -> Sequence[str]:
        return locales_of_text(self.language, self.selling.default_locale)

    def value(self, value: JsonValue) -> JsonValue:
        """A property's value, which may be a text in several languages."""
        return self.text(value) if isinstance(value, Mapping) else value

    def method(self, method_id: str) -> str | None:
        return self.selling.method_name(method_id, self.language)

    def promotion(self, promotion: PromotionAdjustment | LineDiscount) -> JsonObject:
        """What names a promotion; one that is gone keeps the name it was priced under."""
        name = self.selling.promotion_name(promotion.promotion_id, self.language) or promotion.name
        return {
            "promotionId": promotion.promotion_id,
            "promotionDesc": name,
            "promotionName": name,
            "promotionLevel": promotion.level.value,
        }

    def discount(self, discount: LineDiscount) -> JsonObject:
        """What names a promotion that lowered something, and its coupon; the same for all that it lowered."""
        key = discount.promotion_id, discount.coupon
        named = self._discounts.get(key)
        if named is None:
            named = self._discounts[key] = self.promotion(discount) | {"coupon": discount.coupon}
        return named

    @cached_property
    def _discounts(self) -> dict[tuple[str, str | None], JsonObject]:
        return {}

    def properties(self, declared: Mapping[str, DeclaredProperty], values: JsonObject) -> list[JsonObject]:
        """Every declared property that shoppers see; null where it is not set."""
        return [
            {"id": prop.id, "label": self.text(prop.label), "value": values.get(prop.id)}
            for prop in declared.values()
            if not prop.internal_only
        ]
