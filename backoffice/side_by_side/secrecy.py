"""What of two answers may be shown on a screen.

Never: what opens or pays (passwords, tokens, numbers of cards, cookies), under whatever name it comes. On demand alone:
what is of a person. Instead of the value stands its kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from backoffice.findings import printable
from backoffice.side_by_side.bodies import ABSENT, Absent
from backoffice.side_by_side.paths import Path, shown
from backoffice.wording import kind_of
from commerce.exact_json import JsonValue, plain

MOST_SHOWN: Final = 80
_HIDDEN: Final = "(not shown)"

# Words in a member's name, in lower case.
_SECRET: Final = re.compile(
    r"passw|token|secret|giftcardnumber|pin$|creditcard|cardnumber|cv[vcn]|securitycode|totp|iban$|apikey|authorization"
    r"|cookie"
)
_PERSONAL: Final = re.compile(
    r"firstname|middlename|lastname|^prefix$|^suffix$|companyname|jobtitle|address|^city$|county|^state|regionname|postalcode"
    r"|phone|fax|e-?mail|login|birth|gender|nickname|^alias$|^message$|cartname|externaldata|shopperinput|dynamicproperties"
    r"|customproperties|person"
)
# Calls whose answers speak of people throughout, and the members of them that do not.
_OF_PEOPLE: Final = re.compile(r"/(profiles|addresses|organizationAddresses|organizations|logins?)(/|\?|$)")
_HARMLESS: Final = frozenset(
    {
        "count",
        "errorCode",
        "function",
        "id",
        "label",
        "length",
        "limit",
        "o:errorPath",
        "offset",
        "receiveEmail",
        "repositoryId",
    }
    | {"status", "total", "totalResults", "uiEditorType", "url", "method"}
)
_LOOKS_SECRET: Final = re.compile(r"eyJ[\w-]{8,}\.|^(?:bearer|basic) ", re.IGNORECASE)
_LOOKS_LIKE_A_CARD: Final = re.compile(r"(?<![\w-])(?:\d[ -]?){11,18}\d(?!\w)")
_LOOKS_PERSONAL: Final = re.compile(r"[^@\s]+@[^@\s]+\.\w+")

SHOWN_HEADERS: Final = frozenset(
    {"allow", "cache-control", "content-language", "content-type", "retry-after", "vary", "www-authenticate"}
)


def is_secret_member(name: str) -> bool:
    """Whether a member or header of that name holds what opens or pays. A visitor's cookie does neither."""
    return name.lower() != "cookie" and _SECRET.search(name.lower()) is not None


class Secrecy:
    """What is shown of one call's answers. `path`: of the call. `secrets`: texts that never appear."""

    def __init__(self, path: str, secrets: Iterable[str], *, personal: bool) -> None:
        self._of_people = _OF_PEOPLE.search(path) is not None
        self._secrets = [secret for secret in secrets if secret]
        self._personal = personal

    def place(self, path: Path) -> str:
        """A place. A key that a person has chosen is hidden: ``secondaryAddresses.…``; and what speaks of one."""
        if self._personal:
            return self._without_secrets(shown(path))
        steps = (self._step(before, step) for before, step in zip(("", *path), path, strict=False))
        return self._without_secrets(shown(tuple(steps)))

    def value(self, path: Path, value: JsonValue | Absent) -> str:
        """A value, or its kind where it may not be shown, cut to one line."""
        if value is ABSENT:
            return "nothing"
        if isinstance(value, dict | list):
            one, more = ("entry", "entries") if isinstance(value, list) else ("member", "members")
            return f"{kind_of(value)} of {len(value)} {one if len(value) == 1 else more}"
        if value is None:
            return "null"
        if self._is_hidden(path, value):
            kind = f"a text of {len(value)} characters" if isinstance(value, str) else kind_of(value)
            return f"{kind} {_HIDDEN}"
        # The sides may differ in what cannot be seen alone.
        text = plain(value) if isinstance(value, Decimal) else printable(json.dumps(value, ensure_ascii=False))
        return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"

    def header(self, name: str, lines: Sequence[str]) -> str:
        if not lines:
            return "nothing"
        return self._without_secrets(", ".join(lines)) if name in SHOWN_HEADERS else _HIDDEN

    @staticmethod
    def _step(before: str, step: str) -> str:
        known_by, is_known, _ = step.removeprefix("[").partition("=")
        if step.startswith("[") and is_known:
            return f"[{known_by}=…]" if _PERSONAL.search(known_by.lower()) or _LOOKS_PERSONAL.search(step) else step
        chosen = before.endswith("Addresses") and not step.startswith("[")
        return "…" if chosen or _LOOKS_PERSONAL.search(step) else step

    def _is_hidden(self, path: Path, value: str | bool | int | Decimal) -> bool:
        names = [step for step in path if not step.startswith("[")]
        text = str(value)
        if any(_SECRET.search(name.lower()) for name in names) or self._holds_secret(text):
            return True
        if self._personal:
            return False
        if any(_PERSONAL.search(name.lower()) for name in names) or _LOOKS_PERSONAL.search(text):
            return True
        return self._of_people and (names[-1] if names else "") not in _HARMLESS

    def _holds_secret(self, text: str) -> bool:
        return (
            any(secret in text for secret in self._secrets)
            or _LOOKS_SECRET.search(text) is not None
            or _LOOKS_LIKE_A_CARD.search(text) is not None
        )

    def _without_secrets(self, text: str) -> str:
        return _HIDDEN if self._holds_secret(text) else printable(text)
