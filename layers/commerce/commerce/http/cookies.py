"""Cookies as the wire writes them."""

from __future__ import annotations

from typing import Final

from commerce.call import Cookie

_BLANKS: Final = " \t"


def read_cookies(header: str) -> tuple[tuple[str, str], ...]:
    """Name and value of each pair, in the order sent; a name may come again."""
    pairs = (pair.partition("=") for pair in header.split(";"))
    return tuple((name.strip(_BLANKS), value.strip(_BLANKS)) for name, separator, value in pairs if separator)


def set_cookie(cookie: Cookie, *, secure: bool) -> str:
    """A `Set-Cookie` line; never sent along with other sites' requests. `secure`: the answer goes over HTTPS."""
    attributes = [f"{cookie.name}={cookie.value}", "Path=/"]
    if cookie.max_age is not None:
        attributes.append(f"Max-Age={cookie.max_age}")
    if cookie.hidden:
        attributes.append("HttpOnly")
    attributes.append("SameSite=Lax")
    if secure:
        attributes.append("Secure")
    if cookie.domain:
        attributes.append(f"Domain={cookie.domain}")
    return "; ".join(attributes)
