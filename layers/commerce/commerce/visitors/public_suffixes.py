"""Domains under which anybody may register a name: no cookie may be set for one (contract: visitor-info.md §4)."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def is_public_suffix(domain: str) -> bool:
    """Whether a domain (lower case, `xn--` form) is a public suffix itself; a lone label always is one."""
    _, _, parent = domain.partition(".")
    rules = _rules()
    if f"!{domain}" in rules:
        return False
    return not parent or domain in rules or f"*.{parent}" in rules


@cache
def _rules() -> frozenset[str]:
    text = Path(__file__).with_name("public_suffixes.txt").read_text(encoding="ascii")
    return frozenset(text.split("\n"))
