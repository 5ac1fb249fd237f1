"""Locales: one canonical form, and which one a request gets (contract: common.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

ALL_LOCALES: Final = (
    "ar", "bg", "zh_CN", "zh_TW", "hr", "cs", "da", "nl", "en", "en_AU", "en_CA", "en_GB", "en_US", "et", "fi", "fr",
    "fr_CA", "de", "el", "hu", "it", "ja", "ko", "lv", "lt", "no", "pl", "pt_BR", "pt_PT", "ro", "ru", "sl", "es", "sv",
    "th", "tr", "uk",
)  # fmt: skip


def canonical_locale(text: str) -> str:
    """``PT-br`` → ``pt_BR``: language lower-case, region upper-case, joined by ``_``."""
    language, separator, region = text.replace("-", "_").partition("_")
    return f"{language.lower()}_{region.upper()}" if separator else language.lower()


def supported_locale(text: str | None, supported: Sequence[str]) -> str | None:
    """The canonical form of `text` if the store supports it, else None."""
    locale = canonical_locale(text) if text else ""
    return locale if locale in supported else None


def negotiated_locale(text: str | None, supported: Sequence[str], default: str) -> str:
    """The locale of an optional header: itself, else its language alone, else the default. Never an error."""
    locale = supported_locale(text, supported)
    if locale:
        return locale
    language = canonical_locale(text).partition("_")[0] if text else ""
    return language if language in supported else default
