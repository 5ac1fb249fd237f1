"""Which domain a browser would take a cookie for: visitor-info.md §3."""

import pytest

from commerce.visitors.rules import cookie_domain


@pytest.mark.parametrize(
    ("domain", "host", "attribute"),
    [
        ("example.com", "shop.example.com", "example.com"),
        (".Example.COM", "example.com", "example.com"),
        ("shop.example.com", "example.com", None),
        ("ple.com", "example.com", None),
        ("com", "example.com", None),
        ("co.uk", "shop.co.uk", None),
        ("1.2.3.4", "a.1.2.3.4", None),
        ("3.4", "1.2.3.4", None),
        ("..example.com", "example.com", None),
        ("exämple.com", "exämple.com", None),
        (None, "example.com", None),
        ("", "localhost", None),
    ],
)
def test_the_attribute(domain: str | None, host: str, attribute: str | None) -> None:
    assert cookie_domain(domain, host) == attribute
