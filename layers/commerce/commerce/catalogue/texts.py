"""Catalogue text in several languages (contract: common.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from commerce.locales import locales_of_text

Texts: TypeAlias = Mapping[str, str]
"""Canonical locale → text."""


def text_in(texts: Texts, language: str, default_locale: str) -> str | None:
    """The text in a locale, else in its language alone, else in the default locale; None where there is none."""
    for locale in locales_of_text(language, default_locale):
        if locale in texts:
            return texts[locale]
    return None
