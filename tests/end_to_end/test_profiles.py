"""updateProfile over HTTP: the main checks of profiles.md §8, and updates at the same time on tables that lock."""

import json
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from local.workspace import ROOT
from tests.end_to_end.conftest import at_once

PROFILE = "/ccstore/v1/profiles/current"
EXAMPLE = json.loads((ROOT / "docs/contract/examples/update-profile.request.json").read_text(encoding="utf-8"))


def put(call: Any, token: str, body: Any, **headers: str) -> Any:
    return call("PUT", PROFILE, body, token=token, headers=headers)


def test_the_example_and_the_way_back(call: Any, login: Any) -> None:
    token = login("shopper")
    before = call("GET", PROFILE, token=token)
    answer = put(call, token, EXAMPLE)
    assert answer.status == 200, answer.text
    first, second = answer.body["shippingAddresses"]
    assert {address["regionName"] for address in (first, second)} == {"North Carolina"}
    assert answer.body["shippingAddress"]["repositoryId"] == first["repositoryId"]
    assert call("GET", PROFILE, token=token).body == answer.body

    left = put(call, token, {"shippingAddresses": [second]}).body["shippingAddresses"]
    assert [address["repositoryId"] for address in left] == [second["repositoryId"]]
    changed = {name: before.body[name] for name in EXAMPLE}
    assert put(call, token, changed).status == 200


def test_nothing_is_stored_on_an_error(call: Any, login: Any) -> None:
    token = login("shopper")
    before = call("GET", PROFILE, token=token)
    for body, headers, status, code in (
        ({"firstName": 7, "lastName": "X"}, {}, 400, "22024"),
        ({"lastName": "X", "oldPassword": "wrong", "newPassword": "Another-2027"}, {}, 400, "23029"),
        ({"lastName": "X", "email": "buyer@example.com"}, {}, 400, "22006"),
        ({"lastName": "X"}, {"x-ccsite": "nowhere"}, 400, "30014"),
        ("{", {}, 400, "00000400"),
    ):
        answer = put(call, token, body, **headers)
        assert (answer.status, answer.body["errorCode"]) == (status, code)
    after = call("GET", PROFILE, token=token)
    assert (after.body, after.headers["etag"]) == (before.body, before.headers["etag"])
    # A right password takes the failed attempt back.
    login("shopper")


def test_tags(call: Any, login: Any) -> None:
    token = login("accountBuyer")
    (tag,) = call("GET", PROFILE, token=token).headers["etag"]
    assert put(call, token, {"middleName": "A"}, **{"If-Match": tag}).status == 200
    stale = put(call, token, {"middleName": "B"}, **{"If-Match": tag})
    assert (stale.status, stale.body["errorCode"]) == (412, "00000412")
    assert put(call, token, {"middleName": None}).body["middleName"] is None


def test_a_password_change_ends_other_sessions(call: Any, login: Any, deployed: dict[str, Any]) -> None:
    token, other = login("accountBuyer"), login("accountBuyer")
    password = deployed["sample"]["accountBuyer"]["password"]
    try:
        change = {"oldPassword": password, "newPassword": "Meanwhile-2027", "newConfirmPassword": "Meanwhile-2027"}
        assert put(call, token, change).status == 200
        assert call("GET", PROFILE, token=other).status == 401
    finally:
        back = put(call, token, {"oldPassword": "Meanwhile-2027", "newPassword": password})
    assert back.status == 200
    assert login("accountBuyer")


def test_a_registration(call: Any) -> None:
    email, password, key = f"{uuid4().hex}@example.com", "Hiking-2026", {"Idempotency-Key": uuid4().hex}
    body = {"email": email, "firstName": "Lee", "lastName": "Park", "receiveEmail": "yes", "password": password}
    answer, again = (call("POST", "/ccstore/v1/profiles", body, headers=key) for _ in range(2))
    assert answer.status == 200, answer.text
    assert (again.text, again.headers["idempotency-replayed"]) == (answer.text, ["true"])
    taken = call("POST", "/ccstore/v1/profiles", body)
    assert (taken.status, taken.body["errorCode"]) == (400, "22006")
    form = urlencode({"grant_type": "password", "username": email, "password": password})
    token = call("POST", "/ccstore/v1/login", form).body["access_token"]
    shown = call("GET", PROFILE, token=token).body
    assert (shown["id"], shown["login"], shown["receiveEmail"]) == (answer.body["id"], email, "yes")


def test_an_administrator_finds_a_shopper_and_shuts_it_out(call: Any, deployed: dict[str, Any]) -> None:
    email, password = f"{uuid4().hex}@example.com", "Hiking-2026"
    body = {"email": email, "firstName": "Lee", "lastName": "Park", "receiveEmail": "no", "password": password}
    registered = call("POST", "/ccstore/v1/profiles", body).body["id"]
    shopper = urlencode({"grant_type": "password", "username": email, "password": password})
    token = call("POST", "/ccstore/v1/login", shopper).body["access_token"]
    account = deployed["sample"]["merchant"]
    form = urlencode({"grant_type": "password", "username": account["username"], "password": account["password"]})
    merchant = call("POST", "/ccadmin/v1/login", form).body["access_token"]
    by_name = f'firstName eq "lee" and not (lastName ne "Park") and (email co "{email[3:20]}" or active eq false)'
    for query in (f'email eq "{email}"', f'email sw "{email[:20]}"', f'id sw "{registered}"', by_name):
        found = call("GET", f"/ccadmin/v1/profiles?q={quote(query)}", token=merchant).body
        assert ([item["id"] for item in found["items"]], found["total"]) == ([registered], 1)
    answer = call("PUT", f"/ccadmin/v1/profiles/{registered}", {"active": False}, token=merchant)
    assert (answer.status, answer.body["active"]) == (200, False)
    assert call("GET", PROFILE, token=token).status == 401
    assert call("POST", "/ccstore/v1/login", shopper).status == 401


def test_twenty_updates_at_once_all_survive(call: Any, login: Any) -> None:
    token = login("accountBuyer")
    german = {"x-ccsite": "siteDE"}
    address = {"alias": "Bonn", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}
    updates: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"firstName": "At"}, {}),
        ({"middleName": "the"}, {}),
        ({"lastName": "Same"}, {}),
        ({"daytimeTelephoneNumber": "time"}, {}),
        ({"gender": "unknown"}, {}),
        ({"locale": "pt_BR"}, {}),
        ({"dateOfBirth": "1990-01-01T00:00:00.000Z"}, {}),
        ({"email": "at.once@example.com"}, {}),
        ({"login": "account-buyer-at-once"}, {}),
        ({"receiveEmail": "yes"}, {}),
        ({"receiveEmail": "yes"}, german),
        ({"GDPRProfileP13nConsentGranted": True}, {}),
        ({"GDPRProfileP13nConsentGranted": True}, german),
        ({"shippingAddresses": [address]}, {}),
    ]
    again: list[tuple[dict[str, Any], dict[str, str]]] = [({"firstName": "At"}, {}), ({"lastName": "Same"}, {})] * 3
    before = call("GET", PROFILE, token=token).body
    try:
        answers = at_once(lambda update: put(call, token, update[0], **update[1]), [*updates, *again])
        assert [answer.status for answer in answers] == [200] * 20, [answer.text for answer in answers]
        shown = call("GET", PROFILE, token=token).body
        elsewhere = call("GET", PROFILE, token=token, headers=german).body
        for body, headers in updates:
            for name, value in body.items():
                found = (elsewhere if headers else shown)[name]
                if value == [address]:
                    found = [{key: kept[key] for key in address} for kept in found]
                assert found == value, name
    finally:
        changed = {name for body, _ in updates for name in body}
        put(call, token, {name: before[name] for name in changed})
        put(call, token, {"receiveEmail": "no", "GDPRProfileP13nConsentGranted": False}, **german)


def test_one_identifier_goes_to_one_of_many(call: Any, login: Any, deployed: dict[str, Any]) -> None:
    users = ["shopper", "accountAdministrator", "accountBuyer"]
    tokens = [login(user) for user in users]
    names = [deployed["sample"][user]["username"] for user in users]
    try:
        answers = at_once(lambda token: put(call, token, {"login": "The-Only-One"}), tokens * 3)
        winners = {answer.body["id"] for answer in answers if answer.status == 200}
        assert len(winners) == 1
        assert {answer.body["errorCode"] for answer in answers if answer.status != 200} == {"22006"}
    finally:
        for token, name in zip(tokens, names, strict=True):
            put(call, token, {"login": name})
