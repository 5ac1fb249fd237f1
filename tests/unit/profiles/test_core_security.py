"""Security attributes on core properties hold for the profile member of that name (contract: profiles.md §4)."""

from typing import Any

import pytest

from tests.support.profiles import OwnProfile

ROLE = "r-500"
CLOSED_READ = {"readRole": ROLE, "securityMaskingValue": "*mask*"}
CLOSED_WRITE = {"writeRole": ROLE}
MEMBERS = {
    "firstName": "Jill",
    "middleName": "B.",
    "lastName": "Black",
    "email": "jill@example.com",
    "login": "jill",
    "gender": "male",
    "daytimeTelephoneNumber": "1",
    "locale": "de",
    "receiveEmail": "no",
}


@pytest.mark.parametrize("name", [*MEMBERS, "registrationDate", "derivedApprovalRequired", "derivedOrderPriceLimit"])
@pytest.mark.parametrize("mask", [True, False])
def test_what_may_not_be_read(own: OwnProfile, name: str, mask: bool) -> None:
    before = own.shown()
    defaults = {"gender": "female", "receiveEmail": "yes", "derivedApprovalRequired": False}
    own.declare(**{name: CLOSED_READ if mask else {"readRole": ROLE}})
    shown = "*mask*" if mask else defaults.get(name)
    assert own.shown() == before | {name: shown}
    assert own.unchanged_by({name: shown})
    own.held = [ROLE]
    assert own.shown() == before


@pytest.mark.parametrize(("name", "value"), MEMBERS.items())
def test_what_may_not_be_written(own: OwnProfile, name: str, value: str) -> None:
    before = own.shown()
    own.declare(**{name: CLOSED_WRITE})
    assert own.unchanged_by({name: value})
    assert own.unchanged_by({name: 7})  # dropped, whatever it is
    own.declare(**{name: {"writeSecurityLevel": "deny"}})
    for sent in (value, 7, ""):
        other = "middleName" if name != "middleName" else "firstName"
        assert own.refused({other: "X", name: sent}) == [("13036", name, name)]
    assert own.unchanged_by({name: before[name]})  # as it is stored
    own.declare(**{name: {"shopperWriteable": True}})
    assert own.put({name: value})[name] == value


def test_the_whole_answer_can_be_sent_back(own: OwnProfile) -> None:
    before = own.shown()
    own.declare(
        firstName=CLOSED_READ,
        lastName={"readRole": ROLE},
        gender={"readRole": ROLE},
        email=CLOSED_READ | CLOSED_WRITE | {"writeSecurityLevel": "deny"},
        login=CLOSED_WRITE | {"writeSecurityLevel": "deny"},
        receiveEmail=CLOSED_READ,
    )
    masked = own.shown()
    assert [masked[name] for name in ("firstName", "lastName", "gender", "email", "receiveEmail")] == [
        "*mask*", None, "female", "*mask*", "*mask*",
    ]  # fmt: skip
    assert own.unchanged_by(masked)
    own.put(masked | {"daytimeTelephoneNumber": "2"})
    own.held = [ROLE]
    assert own.shown() == before | {"daytimeTelephoneNumber": "2"}


def test_a_hidden_member_may_be_written(own: OwnProfile) -> None:
    own.declare(lastName=CLOSED_READ)
    assert own.put({"lastName": "Black"})["lastName"] == "*mask*"
    own.held = [ROLE]
    assert own.shown()["lastName"] == "Black"


@pytest.mark.parametrize("level", ["ignore", "deny"])
def test_a_closed_login_follows_no_email(level: str) -> None:
    own = OwnProfile(login="kim@example.com")
    own.declare(login=CLOSED_WRITE | {"writeSecurityLevel": level})
    shown = own.put({"email": "kim2@example.com"})
    assert (shown["login"], shown["email"]) == ("kim@example.com", "kim2@example.com")


@pytest.mark.parametrize(
    ("name", "value", "nothing"),
    [("lastName", "Black", None), ("lastName", "Black", ""), ("receiveEmail", "yes", None), ("gender", "male", None)],
)
def test_required_core_members(own: OwnProfile, name: str, value: str, nothing: Any) -> None:
    own.put({name: value})
    own.declare(**{name: {"required": True}})
    assert own.refused({name: nothing}) == [("22026", name, name)]
    own.declare(**{name: {"required": False}})
    assert own.put({name: nothing})[name] == ("no" if name == "receiveEmail" else nothing)


def test_clearing_what_is_not_set_never_fails(own: OwnProfile) -> None:
    own.declare(middleName={"required": True}, receiveEmail={"required": True})
    assert own.unchanged_by({"middleName": None})
    assert own.unchanged_by({"receiveEmail": None}, "siteDE")


def test_internal_core_properties_and_their_defaults_change_nothing(own: OwnProfile) -> None:
    before = own.shown()
    own.declare(
        lastName={"internalOnly": True}, firstName={"default": "Nobody"}, password=CLOSED_READ, autoLogin=CLOSED_READ
    )
    assert own.shown() == before
    assert own.put({"lastName": "Black"})["lastName"] == "Black"
