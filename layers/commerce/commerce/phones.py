"""Phone numbers of addresses (contract: organization-addresses.md §6)."""

from __future__ import annotations

import re

_PHONE = re.compile(r"[0-9()+ -]{1,25}")


def valid_phone(text: str) -> bool:
    """Digits, blanks and ``()+-``, up to 25, one digit at least."""
    return bool(_PHONE.fullmatch(text)) and any(each.isdigit() for each in text)
