"""Which cookie a body asks for, and what a refusal tells: visitor-info.md §2, common.md §5.1."""

from typing import Any

import pytest

from commerce.errors import VisitorInfoError
from commerce.exact_json import Unusable
from commerce.visitors.rules import visitor_cookie

A_NAME = (
    "must be the name of a visitor cookie: xd, letters or digits, an underscore, then letters, digits, - or _, like "
    "xdExample_shop1; at most 128 characters."
)
A_DOMAIN = "must be a domain, like shop.example.com: no blanks, commas, semicolons or controls."
LONGEST = "xdA_" + "b" * 124


@pytest.mark.parametrize(
    ("body", "cookie"),
    [
        ({"infoName": "xdA_b"}, ("xdA_b", None)),
        ({"infoName": LONGEST, "infoDomain": "example.com"}, (LONGEST, "example.com")),
        ({"infoName": "xdA_b", "infoDomain": ""}, ("xdA_b", None)),
        ({"infoName": "xdA_b", "infoDomain": 7}, ("xdA_b", None)),
    ],
)
def test_what_is_asked_for(body: Any, cookie: tuple[str, str | None]) -> None:
    assert visitor_cookie(body) == cookie


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (7, "The body must be a JSON object: a number was sent."),
        (Unusable("nothing was sent"), "The body must be a JSON object: nothing was sent."),
        ({}, f"infoName {A_NAME}"),
        ({"infoName": " "}, f"infoName {A_NAME}"),
        ({"infoName": "xdA"}, f"infoName {A_NAME}"),
        ({"infoName": LONGEST + "b"}, f"infoName {A_NAME}"),
        ({"infoName": "xdA_b", "infoDomain": "a b.com"}, f"infoDomain {A_DOMAIN}"),
    ],
)
def test_what_would_be_right(body: Any, told: str) -> None:
    with pytest.raises(VisitorInfoError) as caught:
        visitor_cookie(body)
    assert caught.value.dev_message == told
