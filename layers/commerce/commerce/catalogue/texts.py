"""Catalogue text in several languages (contract: common.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, str]
"""Canonical locale → text."""


def text_in(texts: Texts, language: str, default_locale: str) -> str | None:
    """The text in a language, else in the default locale; None where there is neither."""
    text = texts.get(language)
    return texts.get(default_locale) if text is None else text
