"""What the refusal of a member names, and how it says what would be right: profiles.md §1 to §3, common.md §5.1."""

from typing import Any

import pytest

from tests.support.profiles import OwnProfile

TYPE_REQUIRES = "must have a value: the shopper type requires it."
A_DATE = "a date from the year 1 to 9999, like 2026-03-14 or 2026-03-14T09:26:53.589Z, or null"
CONSENT = "GDPRProfileP13nConsentGranted"


@pytest.mark.parametrize(
    ("member", "value", "named", "must"),
    [
        ("firstName", 7, {"value": 7}, "be text, not a number"),
        ("firstName", "a" * 255, {"limit": 254}, "be text of at most 254 characters"),
        ("newPassword", 7, {"value": "…"}, "be text, not a number"),
        ("login", "", {}, "have a value: it can be changed, not removed"),
        ("gender", "x", {}, "be male, female, unknown or null"),
        ("dateOfBirth", "x", {}, f"be {A_DATE}"),
        ("receiveEmail", "x", {}, "be yes, no or null"),
        (CONSENT, "x", {}, "be true or false, not text"),
        ("shippingAddresses", "x", {}, "be a list, not text"),
    ],
)
def test_a_wrong_value(own: OwnProfile, member: str, value: Any, named: dict[str, Any], must: str) -> None:
    assert own.told({member: value}) == [({"property": member, **named}, f"{member} must {must}.")]


@pytest.mark.parametrize(
    ("member", "value", "named", "must"),
    [
        ("city", ["x"], {"value": ["x"]}, "be text, not a list"),
        ("city", "a" * 255, {"limit": 254}, "be text of at most 254 characters"),
        ("isDefaultAddress", 7, {}, "be true or false, not a number"),
    ],
)
def test_a_wrong_value_inside_an_address(
    own: OwnProfile, member: str, value: Any, named: dict[str, Any], must: str
) -> None:
    book = own.shown()["shippingAddresses"]
    book[1][member] = value
    told = [({"property": member, **named}, f"shippingAddresses[1].{member} must {must}.")]
    assert own.told({"shippingAddresses": book}) == told


def test_an_address_that_is_none(own: OwnProfile) -> None:
    named = {"property": "shippingAddresses"}
    assert own.told({"shippingAddresses": [7]}) == [(named, "shippingAddresses[0] must be an object, not a number.")]


@pytest.mark.parametrize(
    "body",
    [
        {"shippingAddresses": [{}] * 201},
        {
            "shippingAddress": {
                "address1": "1 Way",
                "city": "Salem",
                "country": "US",
                "state": "OR",
                "postalCode": "97301",
            }
        },
    ],
)
def test_too_many_addresses(own: OwnProfile, body: Any) -> None:
    first = own.document["addresses"][0]
    own.document["addresses"] = [first | {"repositoryId": f"a-{number}"} for number in range(200)]
    (member,) = body
    assert own.told(body) == [({}, f"{member} must leave the profile with at most 200 addresses.")]


@pytest.mark.parametrize(("member", "nothing"), [("middleName", ""), ("middleName", None), ("receiveEmail", None)])
def test_a_value_that_the_type_requires(own: OwnProfile, member: str, nothing: Any) -> None:
    own.put({member: "yes"})
    own.declare(**{member: {"required": True}})
    assert own.told({member: nothing}) == [({"property": member}, f"{member} {TYPE_REQUIRES}")]


def test_what_property_security_closes(own: OwnProfile) -> None:
    own.declare(firstName={"writeRole": "r-500", "writeSecurityLevel": "deny"})
    must = "stay as it is, or be left out: property security closes it to the caller"
    assert own.told({"firstName": "Jill"}) == [({"property": "firstName"}, f"firstName must {must}.")]


@pytest.mark.parametrize("member", ["email", "login"])
def test_an_identifier_of_another_profile(own: OwnProfile, member: str) -> None:
    own.others = ["jill@example.com"]
    told = [({"property": member}, f"{member} must be one that no other profile uses.")]
    assert own.told({member: "jill@example.com"}) == told


def test_each_identifier_is_free_of_its_own_kind(own: OwnProfile) -> None:
    own.other_logins = ["jill@example.com"]
    assert own.put({"email": "jill@example.com"})["email"] == "jill@example.com"
    told = [({"property": "login"}, "login must be one that no other profile uses.")]
    assert own.told({"login": "jill@example.com"}) == told


def test_a_login_that_follows_must_be_free(own: OwnProfile) -> None:
    own.login, own.other_logins = own.document["email"], ["jill@example.com"]
    told = [({"property": "login"}, "email must be one that no other profile uses.")]
    assert own.told({"email": "jill@example.com"}) == told
    assert own.refused({"email": "jill@example.com"}) == [("22006", "email", None)]


def test_a_login_that_is_sent_does_not_follow(own: OwnProfile) -> None:
    own.login = own.document["email"]
    shown = own.put({"email": "jill@example.com", "login": own.login})
    assert (shown["email"], shown["login"]) == ("jill@example.com", "kim@example.com")
