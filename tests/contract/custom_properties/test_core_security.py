"""Security attributes on core properties hold for the profile member of that name (contract: profiles.md §4)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.custom_properties.conftest import ROLE
from tests.support.deployment import Answer

Declare = Callable[..., None]
Send = Callable[..., Answer]
Hold = Callable[..., None]
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
def test_what_may_not_be_read(declare: Declare, hold: Hold, get: Send, put: Send, name: str, mask: bool) -> None:
    before = get().body
    defaults = {"gender": "female", "receiveEmail": "yes", "derivedApprovalRequired": False}
    declare(**{name: CLOSED_READ if mask else {"readRole": ROLE}})
    hold(None)
    shown = "*mask*" if mask else defaults.get(name)
    for answer in (get(), put({}), put({name: shown})):
        assert answer.status == 200, answer.text
        assert answer.body | {name: None, "roles": []} == before | {name: None, "roles": []}
        assert answer.body[name] == shown
    hold("role")
    assert get().body[name] == before[name]


@pytest.mark.parametrize(("name", "value"), MEMBERS.items())
def test_what_may_not_be_written(declare: Declare, hold: Hold, get: Send, put: Send, name: str, value: str) -> None:
    hold(None)
    before = get()
    declare(**{name: CLOSED_WRITE})
    assert put({name: value}).body == before.body
    assert put({name: 7}).body == before.body  # dropped, whatever it is
    declare(**{name: {"writeSecurityLevel": "deny"}})
    for sent in (value, 7, ""):
        answer = put({"middleName" if name != "middleName" else "firstName": "X", name: sent})
        assert (answer.status, answer.code) == (400, "13036")
        (error,) = answer.body["errors"]
        assert (error["moreInfo"], error["o:errorPath"]) == (name, name)
    assert put({name: before.body[name]}).status == 200  # as it is stored
    assert get().body == before.body
    declare(**{name: {"shopperWriteable": True}})
    assert put({name: value}).body[name] == value


def test_the_whole_answer_can_be_sent_back(declare: Declare, hold: Hold, get: Send, put: Send) -> None:
    declare(
        firstName=CLOSED_READ,
        lastName={"readRole": ROLE},
        gender={"readRole": ROLE},
        email=CLOSED_READ | CLOSED_WRITE | {"writeSecurityLevel": "deny"},
        login=CLOSED_WRITE | {"writeSecurityLevel": "deny"},
        receiveEmail=CLOSED_READ,
    )
    hold("role")
    before = get().body
    hold(None)
    masked = get().body
    assert [masked[name] for name in ("firstName", "lastName", "gender", "email")] == [
        "*mask*",
        None,
        "female",
        "*mask*",
    ]
    assert put(masked).status == 200
    assert put(masked | {"daytimeTelephoneNumber": "2"}).status == 200
    hold("role")
    after = get().body
    assert after | {"daytimeTelephoneNumber": None} == before | {"daytimeTelephoneNumber": None}


def test_a_hidden_member_may_be_written(declare: Declare, hold: Hold, get: Send, put: Send) -> None:
    declare(lastName=CLOSED_READ)
    hold(None)
    assert put({"lastName": "Black"}).body["lastName"] == "*mask*"
    hold("role")
    assert get().body["lastName"] == "Black"


@pytest.mark.parametrize("level", ["ignore", "deny"])
def test_a_closed_login_follows_no_email(declare: Declare, hold: Hold, put: Send, level: str) -> None:
    hold(None)
    assert put({"login": "kim@example.com"}).status == 200
    declare(login=CLOSED_WRITE | {"writeSecurityLevel": level})
    answer = put({"email": "kim2@example.com"})
    assert (answer.status, answer.body["login"], answer.body["email"]) == (200, "kim@example.com", "kim2@example.com")


@pytest.mark.parametrize(
    ("name", "value", "nothing"),
    [("lastName", "Black", None), ("lastName", "Black", ""), ("receiveEmail", "yes", None), ("gender", "male", None)],
)
def test_required_core_members(declare: Declare, put: Send, get: Send, name: str, value: str, nothing: Any) -> None:
    assert put({name: value}).status == 200
    declare(**{name: {"required": True}})
    answer = put({name: nothing})
    assert (answer.code, answer.body["errors"][0]["moreInfo"]) == ("22026", name)
    declare(**{name: {"required": False}})
    assert put({name: nothing}).status == 200


def test_clearing_what_is_not_set_never_fails(declare: Declare, put: Send) -> None:
    declare(middleName={"required": True}, receiveEmail={"required": True})
    assert put({"middleName": None}).status == 200
    assert put({"receiveEmail": None}, **{"x-ccsite": "siteDE"}).status == 200


def test_internal_core_properties_and_their_defaults_change_nothing(declare: Declare, put: Send, get: Send) -> None:
    before = get().body
    declare(
        lastName={"internalOnly": True}, firstName={"default": "Nobody"}, password=CLOSED_READ, autoLogin=CLOSED_READ
    )
    assert get().body == before
    assert put({"lastName": "Black"}).body["lastName"] == "Black"
