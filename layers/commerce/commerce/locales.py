"""Locales: one canonical form, and which one a request gets (contract: common.md §6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

ALL_LOCALES: Final = (
    "ar", "bg", "zh_CN", "zh_TW", "hr", "cs", "da", "nl", "en", "en_AU", "en_CA", "en_GB", "en_US", "et", "fi", "fr",
    "fr_CA", "de", "el", "hu", "it", "ja", "ko", "lv", "lt", "no", "pl", "pt_BR", "pt_PT", "ro", "ru", "sl", "es", "sv",
    "th", "tr", "uk",
)  # fmt: skip


# Codes of one language that are read as another's.
_SAME_LANGUAGE: Final[Mapping[str, str]] = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
# Chinese is told apart by its script, which its regions imply.
_CHINESE: Final[Mapping[str, str]] = {"HANS": "CN", "SG": "CN", "HANT": "TW", "HK": "TW", "MO": "TW"}
# A BCP 47 tag: language, script, region, then variants and extensions.
_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:_(?P<script>[a-z]{4}))?(?:_(?P<region>[a-z]{2}|\d{3}))?"
    r"(?:_(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:_[a-z\d](?:_[a-z\d]{1,8})+)*",
    re.IGNORECASE | re.ASCII,
)


def canonical_locale(text: str) -> str:
    """``PT-br`` → ``pt_BR``: language lower-case, region upper-case, joined by ``_``.

    Of a longer tag, script, variants and extensions are left out, but for the script of Chinese: ``zh-Hant-HK`` →
    ``zh_TW``. What is no tag at all is no locale of any store.
    """
    tag = _TAG.fullmatch(text.replace("-", "_"))
    if tag is None:
        return text.replace("-", "_").lower()
    language, region = tag["language"].lower(), (tag["region"] or "").upper()
    language = _SAME_LANGUAGE.get(language, language)
    if language == "zh":
        region = _CHINESE.get((tag["script"] or region).upper(), region)
    return f"{language}_{region}" if region else language


def language_of(locale: str) -> str:
    """A canonical locale's language alone: ``pt_BR`` → ``pt``."""
    return locale.partition("_")[0]


@lru_cache  # an order asks for each text of each line; there are few pairs
def locales_of_text(locale: str, default_locale: str) -> Sequence[str]:
    """Where a text is looked for, in this order: the locale, its language alone, the store's default locale."""
    return tuple(dict.fromkeys((locale, language_of(locale), default_locale)))


def supported_locale(text: str | None, supported: Sequence[str]) -> str | None:
    """The canonical form of `text` if the store supports it, else None."""
    locale = canonical_locale(text) if text else ""
    return locale if locale in supported else None


def negotiated_locale(text: str | None, supported: Sequence[str], default: str) -> str:
    """The locale of an optional header: itself, else its language alone, else the default. Never an error."""
    locale = supported_locale(text, supported)
    if locale:
        return locale
    language = language_of(canonical_locale(text)) if text else ""
    return language if language in supported else default
