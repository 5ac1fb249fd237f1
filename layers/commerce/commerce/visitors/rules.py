"""Which cookie, and for which domain (contract: visitor-info.md §2 to §4). Plain data in, plain data out."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from commerce.errors import VisitorCookieMissing, VisitorInfoMalformed, VisitorInfoMissing, VisitorInfoNameMissing
from commerce.exact_json import JsonValue, Unusable, expected_object
from commerce.visitors.public_suffixes import is_public_suffix

_NAME = re.compile(r"xd[A-Za-z0-9]+_[A-Za-z0-9_-]+", re.ASCII)
_LABEL = re.compile(r"[a-z0-9-]{1,63}", re.ASCII)
_FORBIDDEN_IN_DOMAIN = re.compile(r"[\x00-\x20\x7f-\xa0;,]|\s")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_LONGEST_NAME = 128
_EXPECTED_NAME = (
    "be the name of a visitor cookie: xd, letters or digits, an underscore, then letters, digits, - or _, like "
    f"xdExample_shop1; at most {_LONGEST_NAME} characters"
)


def visitor_cookie(body: JsonValue | Unusable) -> tuple[str, str | None]:
    """Name and domain that the body asks for.

    Raises VisitorInfoMissing, VisitorInfoNameMissing, VisitorInfoMalformed.
    """
    if not isinstance(body, dict):
        raise VisitorInfoMissing(expected=expected_object(body))
    name, domain = body.get("infoName"), body.get("infoDomain")
    if not isinstance(name, str) or not name.strip():
        raise VisitorInfoNameMissing(expected=_EXPECTED_NAME)
    domain = domain if isinstance(domain, str) and domain else None
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise VisitorInfoMalformed(about="infoName", expected=_EXPECTED_NAME)
    if domain and _FORBIDDEN_IN_DOMAIN.search(domain):
        raise VisitorInfoMalformed(
            about="infoDomain", expected="be a domain, like shop.example.com: no blanks, commas, semicolons or controls"
        )
    return name, domain


def sent_value(cookies: Iterable[tuple[str, str]], name: str) -> str:
    """The first usable value of that cookie, as received. Raises VisitorCookieMissing."""
    for sent_name, value in cookies:
        if sent_name == name and _PRINTABLE.fullmatch(value):
            return value
    raise VisitorCookieMissing


def cookie_domain(domain: str | None, host: str) -> str | None:
    """The `Domain` attribute a browser at `host` would accept, else None."""
    domain = (domain or "").removeprefix(".")
    if not domain.isascii():
        return None
    domain = domain.lower()
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    # An IP address has no parent domain: "3.4" is not one of "1.2.3.4".
    if _is_address(domain) or _is_address(host):
        return None
    if domain != host and not host.endswith("." + domain):
        return None
    return None if is_public_suffix(domain) else domain


def _is_address(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return False
    return True
