"""GET /ccadmin/v1/locales: the locales that labels can be given in (contract: common.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commerce.call import Call, Outcome
from commerce.identity.callers import InternalCallers
from commerce.settings import Settings
from commerce.storage import Store

_DISPLAY_NAMES: Final[Mapping[str, str]] = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "zh_CN": "Chinese (China)",
    "zh_TW": "Chinese (Taiwan)",
    "hr": "Croatian",
    "cs": "Czech",
    "da": "Danish",
    "nl": "Dutch",
    "en": "English",
    "en_AU": "English (Australia)",
    "en_CA": "English (Canada)",
    "en_GB": "English (United Kingdom)",
    "en_US": "English (United States)",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "fr_CA": "French (Canada)",
    "de": "German",
    "el": "Greek",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "no": "Norwegian",
    "pl": "Polish",
    "pt_BR": "Portuguese (Brazil)",
    "pt_PT": "Portuguese (Portugal)",
    "ro": "Romanian",
    "ru": "Russian",
    "sl": "Slovenian",
    "es": "Spanish",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
}


class LocaleService:
    """The enabled locales and the default one."""

    def __init__(self, store: Store, callers: InternalCallers, settings: Settings) -> None:
        self._store = store
        self._callers = callers
        self._settings = settings

    def list(self, call: Call) -> Outcome:
        """Names in underscore form, display names in English. Raises NotAuthenticated, NotPermitted."""
        caller = self._callers.authenticate(call)
        self._callers.check(caller, self._store.get([caller.key]))
        items = [{"name": name, "displayName": _DISPLAY_NAMES.get(name, name)} for name in self._settings.locales]
        return Outcome({"items": items, "defaultLocale": {"name": self._settings.default_locale}})
