"""Which change of the password a body asks for: profiles.md §2."""

from typing import Any

import pytest

from commerce.errors import PasswordError
from commerce.profiles.rules import PasswordChange, password_change

OLD, NEW = "Shopper-2026", "Another-2027"


@pytest.mark.parametrize("confirmation", [{}, {"newConfirmPassword": None}, {"newConfirmPassword": NEW}])
def test_a_change(confirmation: Any) -> None:
    assert password_change({"oldPassword": OLD, "newPassword": NEW, **confirmation}) == PasswordChange(OLD, NEW)


@pytest.mark.parametrize("nothing", [None, ""])
def test_three_empty_members_are_not_sent(nothing: Any) -> None:
    assert password_change(dict.fromkeys(("oldPassword", "newPassword", "newConfirmPassword"), nothing)) is None
    assert password_change({"firstName": "Pat"}) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"newPassword": "x", "newConfirmPassword": "y"}, "23026"),
        ({"oldPassword": None, "newPassword": "x", "newConfirmPassword": "y"}, "23026"),
        ({"oldPassword": "", "newPassword": "x", "newConfirmPassword": "y"}, "23026"),
        ({"oldPassword": "wrong", "newConfirmPassword": "y"}, "22005"),
        ({"oldPassword": "wrong", "newPassword": None, "newConfirmPassword": "y"}, "22005"),
        ({"oldPassword": "wrong", "newPassword": "", "newConfirmPassword": "y"}, "22005"),
        ({"newConfirmPassword": "y"}, "83039"),
        ({"newPassword": "x"}, "23026"),
        ({"oldPassword": "x"}, "22005"),
        ({"oldPassword": "wrong", "newPassword": "x", "newConfirmPassword": "y"}, "83039"),
    ],
)
def test_refusals_in_their_order(body: Any, code: str) -> None:
    with pytest.raises(PasswordError) as caught:
        password_change(body)
    assert (caught.value.status, caught.value.code, caught.value.more_info) == (400, code, None)
