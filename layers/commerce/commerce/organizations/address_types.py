"""The two built-in address types and their names in every language (contract: organization-addresses.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commerce.exact_json import JsonObject
from commerce.locales import language_of, locales_of_text

SHIPPING: Final = "Shipping"
BILLING: Final = "Billing"

_IDS: Final = {name.casefold(): name for name in (SHIPPING, BILLING)}
# Language → names of Shipping and Billing.
_NAMES: Final = {
    "ar": ("الشحن", "الفوترة"),
    "bg": ("Доставка", "Фактуриране"),
    "cs": ("Dodací", "Fakturační"),
    "da": ("Levering", "Fakturering"),
    "de": ("Lieferung", "Rechnung"),
    "el": ("Αποστολή", "Χρέωση"),
    "en": ("Shipping", "Billing"),
    "es": ("Envío", "Facturación"),
    "et": ("Tarne", "Arveldus"),
    "fi": ("Toimitus", "Laskutus"),
    "fr": ("Livraison", "Facturation"),
    "hr": ("Dostava", "Naplata"),
    "hu": ("Szállítási", "Számlázási"),
    "it": ("Spedizione", "Fatturazione"),
    "ja": ("配送", "請求"),
    "ko": ("배송", "청구"),
    "lt": ("Pristatymo", "Atsiskaitymo"),
    "lv": ("Piegādes", "Norēķinu"),
    "nl": ("Verzending", "Facturering"),
    "no": ("Levering", "Fakturering"),
    "pl": ("Wysyłka", "Rozliczenie"),
    "pt_BR": ("Entrega", "Cobrança"),
    "pt_PT": ("Envio", "Faturação"),
    "ro": ("Livrare", "Facturare"),
    "ru": ("Доставка", "Оплата"),
    "sl": ("Dostava", "Obračun"),
    "sr": ("Испорука", "Наплата"),
    "sv": ("Leverans", "Fakturering"),
    "th": ("การจัดส่ง", "การเรียกเก็บเงิน"),
    "tr": ("Sevkiyat", "Faturalama"),
    "uk": ("Доставка", "Оплата"),
    "zh_CN": ("送货", "开单"),
    "zh_TW": ("出貨", "帳單"),
}


def address_type(text: str) -> str | None:
    """The id of a type, given in any case; None for an unknown one."""
    return _IDS.get(text.casefold()) if text.isascii() else None


def shown_types(ids: Sequence[str], language: str, default_language: str) -> list[JsonObject]:
    """Types as an address shows them, named in the language asked for, else in the store's default one."""
    languages = (*locales_of_text(language, default_language), language_of(default_language), "en")
    names = next(_NAMES[known] for known in languages if known in _NAMES)
    named = dict(zip((SHIPPING, BILLING), names, strict=True))
    return [{"id": name, "repositoryId": name, "displayName": named[name]} for name in ids]
