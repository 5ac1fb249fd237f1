"""What was expected, as the places say it that know the rule: in words that follow "must", without what was sent."""

from decimal import Decimal
from typing import Any

import pytest

from commerce.configuration import PasswordPolicy
from commerce.exact_json import UnusableJson, expected_object, loads
from commerce.identity.passwords import policy_allows, policy_expects
from commerce.orders.model import OrderForm
from commerce.orders.rules import LineForm
from commerce.organizations.model import AddressRequest
from commerce.profiles.model import ProfileChanges
from commerce.shapes import Shape
from commerce.values import Misfit, PropertyKind, form_value, property_value

LONG = "secret" * 1000
ODD: tuple[Any, ...] = (None, True, 4711, Decimal("4711.5"), LONG, [LONG], {"secret": LONG}, [4711], [{"secret": 4711}])


def odd_bodies(model: Any) -> list[dict[str, Any]]:
    """Each member of a model, and of the objects in it, with each odd value."""
    bodies = []
    for name in model.__annotations__:
        bodies += [{name: value} for value in ODD]
    return bodies


@pytest.mark.parametrize("model", [ProfileChanges, AddressRequest, OrderForm, LineForm])
def test_whatever_does_not_fit_a_model_is_told_by_kinds(model: Any) -> None:
    found = [violation for body in odd_bodies(model) for violation in Shape(model).violations(body)]
    assert len(found) > 10
    for violation in found:
        assert violation.expected.startswith("be ")
        assert "another form" not in violation.expected
        assert not {"secret", "4711"} & set(violation.expected.replace(".", " ").split())
        assert not {"str", "constrained-str", "bool", "int", "decimal"} & set(violation.path)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"productId": []}, "be text, or a whole number, not a list"),
        ({"productId": Decimal("1.5")}, "be text, or a whole number, not a fraction"),
        ({"assetKey": {}}, "be text, or true or false, or a number, not an object"),
        ({"assetKey": "x" * 4001}, "be text of at most 4,000 characters, or true or false, or a number"),
        ({"externalData": [{"name": 7}]}, "be text, not a number"),
        ({"addOnItem": "yes"}, "be true or false, not text"),
    ],
)
def test_branches_of_a_union_are_told_together(body: dict[str, Any], expected: str) -> None:
    assert [violation.expected for violation in Shape(LineForm).violations(body)] == [expected]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (PropertyKind.SHORT_TEXT, 7, "be text, not a number"),
        (PropertyKind.SHORT_TEXT, "x" * 9, "be text of at most 8 characters"),
        (PropertyKind.NUMBER, "a", "be a number, like 12.5"),
        (PropertyKind.CHECKBOX, "on", "be true or false"),
    ],
)
def test_declared_properties(kind: str, value: Any, expected: str) -> None:
    for read in (property_value, form_value):
        with pytest.raises(Misfit) as caught:
            read(kind, value, 8)
        assert caught.value.expected == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1,\n "secret" 2}', "it is no JSON from line 2, column 11 on"),
        ("{", "it is no JSON from line 1, column 2 on"),
        ('{"a": NaN}', "NaN and Infinity are no JSON"),
        ("[" * 100_000, "it is nested deeper than 64 levels"),
        ("[" * 65 + "]" * 65, "it is nested deeper than 64 levels"),
        ("1" * 39, "one of its numbers has more than 38 digits"),
        ("1e126", "one of its numbers is beyond 10^±125"),
        ('"\\ud800"', "it holds half of a surrogate pair"),
        ('"secret \\x"', "it is no JSON from line 1, column 9 on"),
    ],
)
def test_where_json_is_none(text: str, fault: str) -> None:
    with pytest.raises(UnusableJson) as caught:
        loads(text)
    assert str(caught.value) == fault


def test_what_a_body_is_instead_of_an_object() -> None:
    told = [expected_object(value) for value in (None, True, 7, Decimal("1.5"), "secret", ["secret"])]
    kinds = ["null", "a boolean", "a number", "a number", "text", "a list"]
    assert told == [f"be a JSON object: {kind} was sent" for kind in kinds]


@pytest.mark.parametrize(
    ("policy", "broken", "kept", "expected"),
    [
        (PasswordPolicy(), "Short-1", "Long-enough-1", "have at least 8 characters"),
        (PasswordPolicy(), "without-digits", "with-1-digit", "hold a digit"),
        (PasswordPolicy(use_mixed_case=True), "lower-case-1", "Upper-case-1", "hold upper and lower case"),
        (PasswordPolicy(use_symbol=True), "NoSymbol1", "With-symbol-1", "hold a symbol"),
        (PasswordPolicy(), "Shopper-2026", "Shopper-2027", "differ from the login"),
        (PasswordPolicy(block_common_passwords=True), "password1", "Uncommon-4711-x", "be none of the common ones"),
    ],
)
def test_a_policy_says_all_that_it_asks_for(policy: PasswordPolicy, broken: str, kept: str, expected: str) -> None:
    assert not policy_allows(broken, policy, login="shopper-2026")
    assert policy_allows(kept, policy, login="shopper-2026")
    assert expected in policy_expects(policy)
    assert broken not in policy_expects(policy)


def test_what_a_policy_does_not_ask_for_is_not_told() -> None:
    everything_off = PasswordPolicy(use_min_password_length=False, use_number=False, cannot_use_username=False)
    assert policy_expects(everything_off) == ""
    remembering = PasswordPolicy(cannot_use_previous_passwords=True, number_of_previous_passwords=4)
    assert policy_expects(remembering).endswith("differ from the login and differ from the last 4")


def test_an_object_is_told_with_the_members_that_it_needs() -> None:
    (violation,) = Shape(OrderForm).violations({"shoppingCart": {"coupons": ["SAVE5"]}})
    assert violation.expected == "be an object with code, not text"
