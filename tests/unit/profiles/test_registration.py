"""What a registration makes (contract: companions.md §6), as a decision on plain data."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from commerce.addresses.regions import Regions
from commerce.errors import PasswordMissing, PropertyErrors
from commerce.identity.login_records import LoginRecord
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.model import Profile
from commerce.profiles.rules import Draft, UpdateContext, first_password, registered_profile
from commerce.shopper_types.security import Holdings
from commerce.storage import Key
from tests.support.shopper_types import NOW, StoredType, sample_type

NEEDED = {"email": "lee@example.com", "firstName": "Lee", "lastName": "Park", "receiveEmail": "no"}
CHOSEN = NEEDED | {"login": "lee", "password": "Hiking-2026"}
CLOSED = {"writeRole": "r-500"}
DENIED = CLOSED | {"writeSecurityLevel": "deny"}
# Core properties of the shopper type.
OPTIONAL = {"middleName": "M.", "gender": "male", "daytimeTelephoneNumber": "1", "locale": "de"}


@dataclass
class Registration:
    """`others`: identifiers that are taken, by their kind."""

    others: set[tuple[str, str]] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    type: StoredType = field(default_factory=sample_type)

    def declare(self, **properties: Any) -> None:
        self.type = self.type.put(properties, "en")

    def post(self, body: Any, site: str = "siteUS") -> Draft:
        nothing = Profile(LoginRecord(Key("T", "p1", "profile"), {}), {}, 0)
        declared = DeclaredProperties(self.type.seen("en"), Holdings(frozenset(), frozenset()))
        self.asked.clear()

        def taken(kind: str, text: str) -> bool:
            self.asked.append((kind, text))
            return (kind, text) in self.others

        context = UpdateContext(site, NOW, Regions(), lambda: "a1", taken, declared)
        return registered_profile(nothing, body, context)

    def refused(self, body: Any) -> list[tuple[str, str | None]]:
        with pytest.raises(PropertyErrors) as caught:
            self.post(body)
        return [(error.code, error.path) for error in caught.value.errors]


@pytest.fixture
def shop() -> Registration:
    return Registration()


def test_the_least(shop: Registration) -> None:
    draft = shop.post(NEEDED)
    assert draft.login == "lee@example.com"
    assert draft.document == {
        "email": "lee@example.com",
        "firstName": "Lee",
        "lastName": "Park",
        "registrationDate": "2026-03-14T09:26:53.589Z",
    }
    assert shop.asked == [("email", "lee@example.com"), ("login", "lee@example.com")]


@pytest.mark.parametrize(
    ("login", "kept", "asked"),
    [
        ("lee", "lee", ["email lee@example.com", "login lee"]),
        (None, "lee@example.com", ["email lee@example.com", "login lee@example.com"]),
        ("", "lee@example.com", ["email lee@example.com", "login lee@example.com"]),
        ("LEE@example.com", "LEE@example.com", ["email lee@example.com", "login LEE@example.com"]),
    ],
)
def test_the_login(shop: Registration, login: str | None, kept: str, asked: list[str]) -> None:
    assert shop.post(NEEDED | {"login": login}).login == kept
    assert [" ".join(question) for question in shop.asked] == asked


@pytest.mark.parametrize(
    ("others", "login", "errors"),
    [
        ({("email", "lee@example.com")}, None, [("22006", "email")]),
        ({("login", "lee@example.com")}, None, [("22006", "email")]),
        ({("login", "lee@example.com")}, "lee", []),
        ({("login", "lee")}, "lee", [("22006", "login")]),
        ({("email", "lee@example.com"), ("login", "lee")}, "lee", [("22006", "email"), ("22006", "login")]),
        ({("email", "lee")}, "lee", []),
    ],
)
def test_what_is_taken(others: set[tuple[str, str]], login: str | None, errors: list[tuple[str, str]]) -> None:
    shop, body = Registration(others), NEEDED | {"login": login}
    if errors:
        assert shop.refused(body) == errors
    else:
        assert shop.post(body).login == login


def test_the_site_s_members(shop: Registration) -> None:
    draft = shop.post(NEEDED | {"receiveEmail": "yes", "GDPRProfileP13nConsentGranted": False}, "siteDE")
    moment = "2026-03-14T09:26:53.589Z"
    assert draft.document["sites"] == {"siteDE": {"receiveEmail": "yes", "receiveEmailDate": moment}}


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("empty", [None, ""])
def test_what_is_needed(shop: Registration, name: str, empty: str | None) -> None:
    code = "22003" if name == "email" else "22026"
    assert shop.refused(NEEDED | {name: empty}) == [(code, name)]
    assert shop.refused({other: value for other, value in NEEDED.items() if other != name}) == [(code, name)]


@pytest.mark.parametrize(("name", "value"), OPTIONAL.items())
def test_what_the_shopper_type_requires(shop: Registration, name: str, value: Any) -> None:
    least = shop.post(NEEDED)
    assert shop.post(NEEDED | {name: None}) == least
    shop.declare(**{name: {"required": True, "default": value}})
    for body in (NEEDED, NEEDED | {name: None}, NEEDED | {name: ""}):
        assert shop.refused(body) == [("22026", name)]
    assert shop.post(NEEDED | {name: value}).document[name] == value
    # Nobody is asked for what they may not say.
    shop.declare(**{name: CLOSED})
    assert shop.post(NEEDED) == least


@pytest.mark.parametrize("name", CHOSEN)
def test_property_security_does_not_close_what_is_needed(shop: Registration, name: str) -> None:
    open_to_all = shop.post(CHOSEN)
    shop.declare(**{name: DENIED})
    assert shop.post(CHOSEN) == open_to_all


@pytest.mark.parametrize(("name", "value"), OPTIONAL.items())
def test_property_security_closes_the_others(shop: Registration, name: str, value: Any) -> None:
    least = shop.post(NEEDED)
    shop.declare(**{name: CLOSED})
    assert shop.post(NEEDED | {name: value}) == least
    shop.declare(**{name: DENIED})
    assert shop.refused(NEEDED | {name: value}) == [("13036", name)]


def test_custom_properties(shop: Registration) -> None:
    assert shop.post(NEEDED | {"favorite_color": "green"}).document["custom"] == {"favorite_color": "green"}
    shop.declare(favorite_color=CLOSED)
    assert "custom" not in shop.post(NEEDED | {"favorite_color": "green"}).document
    shop.declare(favorite_color={"writeSecurityLevel": "deny"})
    assert shop.refused(NEEDED | {"favorite_color": "green"}) == [("13036", "favorite_color")]
    shop.declare(favorite_color={"shopperWriteable": True})
    assert shop.post(NEEDED | {"favorite_color": "green"}).document["custom"] == {"favorite_color": "green"}


def test_what_is_wrong_comes_in_the_request_s_order_and_once(shop: Registration) -> None:
    body = {"receiveEmail": "maybe", "password": 7, "lastName": 7, "email": "lee", "gender": "x"}
    assert shop.refused(body) == [
        ("22026", "receiveEmail"), ("22024", "password"), ("22024", "lastName"), ("23006", "email"),
        ("22026", "gender"), ("22026", "firstName"),
    ]  # fmt: skip


def test_the_password_is_told_nowhere(shop: Registration) -> None:
    with pytest.raises(PropertyErrors) as caught:
        shop.post(NEEDED | {"password": ["Hiking-2026"]})
    (error,) = caught.value.errors
    assert "Hiking" not in repr((error.values, error.more_info, error.dev_message))
    assert shop.post(CHOSEN).document.keys() & CHOSEN.keys() == NEEDED.keys() - {"receiveEmail"}


@pytest.mark.parametrize("body", [{}, {"password": None}, {"password": ""}])
def test_a_password_is_needed(body: Any) -> None:
    with pytest.raises(PasswordMissing):
        first_password(body)


def test_members_of_a_change_of_password_are_nobody_s(shop: Registration) -> None:
    assert shop.post(NEEDED | {"oldPassword": 1, "newPassword": 2, "newConfirmPassword": 3}) == shop.post(NEEDED)


def test_the_password_of_a_registration() -> None:
    assert first_password({"password": "Another-2027", "newPassword": "x"}) == "Another-2027"


def test_what_is_missing_is_told(shop: Registration) -> None:
    with pytest.raises(PropertyErrors) as caught:
        shop.post({})
    email, *others = [(error.values, error.dev_message) for error in caught.value.errors]
    assert email == ({}, "email must have a value, like name@example.com: no profile is without one.")
    assert others == [({"property": name}, f"{name} must have a value.") for name in [*NEEDED][1:]]
