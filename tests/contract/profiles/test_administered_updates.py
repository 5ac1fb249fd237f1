"""Profiles of shoppers, changed by administrators (contract: companions.md §7)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from commerce.profiles.repository import PROFILE as PROFILE_ROW
from commerce.storage import Key
from tests.contract.profiles.conftest import Own
from tests.support.deployment import Answer, Product, form
from tests.support.rivals import rival_before_method

PATH = "/ccadmin/v1/profiles/se-570031"


@dataclass(frozen=True)
class Desk:
    """An administrator's calls on the sample shopper's profile."""

    product: Product
    token: str

    def put(
        self, body: Any = None, headers: Mapping[str, str] | None = None, path: str = PATH, query: str = ""
    ) -> Answer:
        return self.product.call("PUT", path + query, body, token=self.token, headers=headers)

    def get(self, path: str = PATH) -> Answer:
        return self.product.call("GET", path, token=self.token)

    def done(self, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        answer = self.put(body, headers)
        assert answer.status == 200, answer.text
        return answer.body

    def refused(self, body: Any, headers: Mapping[str, str] | None = None, query: str = "") -> list[str]:
        """Codes, after which nothing has changed."""
        before = self.product.stored("PROFILES_TABLE")
        answer = self.put(body, headers, query=query)
        assert self.product.stored("PROFILES_TABLE") == before
        assert answer.status >= 400, answer.text
        return [entry["errorCode"] for entry in answer.body.get("errors", [answer.body])]


@pytest.fixture
def desk(product: Product) -> Desk:
    return Desk(product, product.issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",)))


def tag(answer: Answer) -> Any:
    return json.loads(base64.b64decode(answer.headers["etag"].strip('"')))


def login(product: Product, password: str = "Shopper-2026", username: str = "shopper") -> int:
    return product.call("POST", "/ccstore/v1/login", form(username=username, password=password)).status


# --- members -----------------------------------------------------------------------------------------------------


def test_members_of_the_shopper_s_own_update(desk: Desk, own: Own) -> None:
    body = {
        "firstName": "Pat", "dateOfBirth": "1990-01-02", "receiveEmail": "yes", "locale": "de-de",
        "email": "pat@example.com", "login": "pat", "favorite_color": "green",
        "shippingAddresses": [
            {"address1": "1 Way", "city": "Mobile", "state": "AL", "country": "US", "postalCode": "36601"},
        ],
    }  # fmt: skip
    shown = desk.done(body)
    assert {name: shown[name] for name in ("firstName", "email", "login", "receiveEmail", "locale")} == {
        "firstName": "Pat", "email": "pat@example.com", "login": "pat", "receiveEmail": "yes", "locale": "de_DE",
    }  # fmt: skip
    assert [address["city"] for address in shown["shippingAddresses"]] == ["Mobile"]
    owners = own.shown()
    assert {**owners, "active": True, "links": shown["links"]} == shown == desk.get().body
    assert login(desk.product, username="pat") == 200


def test_members_that_only_an_administrator_changes(desk: Desk, own: Own) -> None:
    body = {"customerContactId": "CRM-1", "taxExempt": True}
    own.put({**body, "active": False})
    assert own.shown()["customerContactId"] is None
    assert own.shown()["taxExempt"] is False
    shown = desk.done(body)
    assert (shown["customerContactId"], shown["taxExempt"]) == ("CRM-1", True)
    assert own.shown()["taxExempt"] is True
    shown = desk.done({"customerContactId": None, "taxExempt": None})
    assert (shown["customerContactId"], shown["taxExempt"]) == (None, False)


def test_what_was_read_changes_nothing(desk: Desk) -> None:
    before = desk.product.stored("PROFILES_TABLE")
    shown = desk.get().body
    assert desk.done(shown) == shown
    assert desk.done({}) == shown
    assert desk.done({"id": "x", "roles": [], "parentOrganization": "100002", "siteId": 7, "oldPassword": "x"}) == shown
    assert desk.product.stored("PROFILES_TABLE") == before


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"firstName": 7}, ["22024"]),
        ({"customerContactId": 7}, ["22024"]),
        ({"customerContactId": "x" * 255}, ["00004"]),
        ({"taxExempt": "yes"}, ["22026"]),
        ({"active": None}, ["22026"]),
        ({"active": "false"}, ["22026"]),
        ({"active": 0, "gender": "x", "email": ""}, ["22026", "22026", "22003"]),
        ({"email": "buyer@example.com"}, ["22006"]),
        ({"login": "Account-Buyer"}, ["22006"]),
        ({"active": False, "firstName": 7}, ["22024"]),
        ({"newPassword": 7}, ["22024"]),
        ({"newPassword": "Another-2027", "newConfirmPassword": "Another-2028"}, ["83039"]),
        ({"newConfirmPassword": "Another-2028"}, ["83039"]),
        ({"newPassword": "short", "firstName": "Pat"}, ["23024"]),
        ({"newPassword": "Another-2027", "firstName": 7}, ["22024"]),
        ({"login": "Shopper-2026"}, ["23024"]),
        (None, ["00000400"]),
        ([], ["00000400"]),
        ("{", ["00000400"]),
    ],
)
def test_what_is_refused_stores_nothing(desk: Desk, body: Any, codes: list[str]) -> None:
    assert desk.refused(body) == codes


def test_no_guard_counts_what_administrators_try(desk: Desk) -> None:
    for _ in range(12):
        assert desk.refused({"email": "buyer@example.com"}) == ["22006"]
    assert not desk.product.stored("EXPIRING_TABLE")


def test_members_of_a_site_are_the_default_one_s(desk: Desk, own: Own) -> None:
    desk.done({"receiveEmail": "yes"}, {"x-ccsite": "siteDE"})
    assert own.shown(**{"x-ccsite": "siteDE"})["receiveEmail"] == "no"
    assert own.shown(**{"x-ccsite": "siteUS"})["receiveEmail"] == "yes"


# --- sessions ----------------------------------------------------------------------------------------------------


def test_a_deactivated_shopper_is_out_and_stays_out(desk: Desk, own: Own) -> None:
    assert desk.done({"active": False})["active"] is False
    assert own.get().status == 401
    assert login(desk.product) == 401
    assert desk.done({"active": True})["active"] is True
    assert own.get().status == 401
    assert login(desk.product) == 200


def test_activating_the_active_ends_nothing(desk: Desk, own: Own) -> None:
    desk.done({"active": True, "firstName": "Pat"})
    assert own.get().status == 200


def test_a_new_password_ends_every_session(desk: Desk, own: Own) -> None:
    # The session that survived the shopper's own change ends too.
    assert own.put({"oldPassword": "Shopper-2026", "newPassword": "Second-2027"}).status == 200
    assert own.get().status == 200
    body = {"newPassword": "Third-2028", "newConfirmPassword": "Third-2028", "oldPassword": "wrong"}
    answer = desk.put(body)
    assert answer.status == 200
    assert "Third-2028" not in answer.text
    assert own.get().status == 401
    assert [login(desk.product, password) for password in ("Second-2027", "Third-2028")] == [401, 200]


def test_a_new_password_ends_a_lock(desk: Desk) -> None:
    for _ in range(6):
        login(desk.product, "wrong")
    assert login(desk.product) == 401
    desk.done({"newPassword": "Another-2027"})
    assert login(desk.product, "Another-2027") == 200


def test_a_password_and_members_are_stored_together(desk: Desk) -> None:
    assert desk.done({"newPassword": "Another-2027", "firstName": "Pat", "active": False})["firstName"] == "Pat"
    deployment = desk.product.deployment
    key = Key(deployment.tables.profiles, "se-570031", PROFILE_ROW)
    row = deployment.store.get([key])[key]
    assert (row["version"], row["generation"], row["active"]) == (2, 1, False)


# --- property security -------------------------------------------------------------------------------------------


@pytest.fixture
def declare(desk: Desk) -> Callable[..., None]:
    """`declare(internalOnly=True)`: a custom property `x_note` with these attributes."""

    def update(**attributes: Any) -> None:
        body = {"properties": {"x_note": {"type": "shortText", "label": "Note", **attributes}}}
        headers = {"X-CCAsset-Language": "en"}
        answer = desk.product.call("PUT", "/ccadmin/v1/shopperTypes/user", body, token=desk.token, headers=headers)
        assert answer.status == 200, answer.text

    return update


def note(shown: Any) -> Any:
    return next((entry["value"] for entry in shown["dynamicProperties"] if entry["id"] == "x_note"), "absent")


def test_internal_only_properties_are_administrators_to_change(
    desk: Desk, own: Own, declare: Callable[..., None]
) -> None:
    declare(internalOnly=True)
    own.put({"x_note": "shopper's"})
    assert note(desk.get().body) is None
    assert note(desk.done({"x_note": "internal"})) == "internal"
    assert "internal" not in own.get().text
    assert desk.refused({"x_note": 7}) == ["22024"]


def test_writing_takes_the_caller_s_own_role(desk: Desk, declare: Callable[..., None]) -> None:
    declare(writeRole="anotherRole", shopperWriteable=True)
    assert note(desk.done({"x_note": "x"})) is None
    declare(writeSecurityLevel="deny")
    assert desk.refused({"x_note": "x"}) == ["13036"]
    declare(writeRole="adminRole")
    assert note(desk.done({"x_note": "x"})) == "x"


def test_a_property_of_an_earlier_release_hides_no_member(
    desk: Desk, own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.shopper_types.rules.RESERVED_IDS", frozenset[str]())
    answer = desk.product.call(
        "PUT", "/ccadmin/v1/shopperTypes/user", {"properties": {"active": {"type": "checkbox", "label": "Active"}}},
        token=desk.token, headers={"X-CCAsset-Language": "en"},
    )  # fmt: skip
    assert answer.status == 200, answer.text
    assert own.put({"active": True}).status == 200
    assert desk.done({"active": False})["active"] is False
    assert login(desk.product) == 401


# --- who, and in which order -------------------------------------------------------------------------------------


def test_the_order_of_checks(product: Product, desk: Desk, declare: Callable[..., None]) -> None:
    declare(readRole="anotherRole", readSecurityLevel="deny")
    stale = {"If-Match": desk.get().headers["etag"]}
    desk.done({"firstName": "Pat"})
    clerk = Desk(product, product.issue("in-100004", "clerk", issuer=ISSUERS[Api.ADMIN], roles=("reportingRole",)))
    wrong = {"firstName": 7, "newPassword": "short"}

    def first(by: Desk, body: Any, path: str = PATH, query: str = "?fields=x_note") -> tuple[int, str]:
        answer = by.put(body, stale, path, query)
        return answer.status, answer.body["errorCode"]

    assert first(Desk(product, "x"), None, "/ccadmin/v1/profiles/nobody") == (401, "00001000")
    assert first(clerk, None, "/ccadmin/v1/profiles/nobody") == (403, "00002000")
    assert first(desk, None, "/ccadmin/v1/profiles/nobody") == (404, "22002")
    assert first(desk, None) == (403, "00002000")
    assert first(desk, None, query="") == (400, "00000400")
    assert first(desk, wrong, query="") == (412, "00000412")
    assert desk.refused(wrong) == ["22024"]
    assert desk.refused({"newPassword": "short"}) == ["23024"]


def test_shoppers_and_agents_change_nobody(product: Product) -> None:
    before = product.stored("PROFILES_TABLE")
    agent = product.issue("in-100002", "agent", issuer=ISSUERS[Api.AGENT], roles=("adminRole",))
    for token in (None, product.issue(), agent):
        assert product.call("PUT", PATH, {"firstName": "Pat"}, token=token).status == 401
    assert product.stored("PROFILES_TABLE") == before


@pytest.mark.parametrize("base", ["/ccadmin/v1", "/ccadminui/v1", "/ccapp/v1"])
def test_under_each_name_with_one_registry_id(product: Product, desk: Desk, base: str) -> None:
    answer = product.call("PUT", f"{base}/profiles/se-570031", {"firstName": "Pat"}, token=desk.token)
    assert answer.status == (401 if base == "/ccapp/v1" else 200)
    row = product.call("GET", f"{base}/registry").body["endpointMap"]["updateProfile"]
    assert (row["id"], row["method"], row["url"]) == ("updateProfile", "PUT", f"{base}/profiles/{{}}")
    store = product.call("GET", "/ccstore/v1/registry").body["endpointMap"]["updateProfile"]
    assert store["url"] == "/ccstore/v1/profiles/current"


# --- tags and rivals ---------------------------------------------------------------------------------------------


def test_the_tag_names_the_administrator_here_and_nobody_at_the_store(desk: Desk, own: Own) -> None:
    answer = desk.put({"firstName": "Pat"})
    assert (tag(answer)["version"], tag(answer)["user"]) == (2, "merchant")
    assert tag(desk.get()) == tag(answer)
    assert (tag(own.get())["version"], tag(own.get())["user"]) == (2, "")
    own.put({"firstName": "Kim"})
    assert tag(desk.get())["user"] == "shopper"


def test_if_match(desk: Desk, own: Own) -> None:
    current = {"If-Match": desk.get().headers["etag"]}
    assert desk.put({"firstName": "Pat"}, current).status == 200
    assert desk.refused({"firstName": "Kim"}, current) == ["00000412"]
    other = desk.get("/ccadmin/v1/profiles/110001").headers["etag"]
    # One of another uri says nothing.
    assert desk.put({"firstName": "Lee"}, {"If-Match": other}).status == 200
    assert desk.put({"firstName": "Max"}, {"If-Match": own.get().headers["etag"]}).status == 200


def beside(desk: Desk, own: Own) -> tuple[Any, Own]:
    """The store under the administrator's call, and the shopper in another execution environment."""
    product = desk.product
    rival = Own(Product(product.environment, product.clock), own.token)
    return product.app("update_profile_by_id").parts.store, rival


def test_a_rival_s_change_of_another_member_stays(desk: Desk, own: Own) -> None:
    store, rival = beside(desk, own)
    with rival_before_method(store, "write", lambda: rival.put({"lastName": "Rival"})):
        shown = desk.done({"firstName": "Pat", "active": True})
    assert (shown["firstName"], shown["lastName"]) == ("Pat", "Rival")


def test_a_rival_s_password_does_not_outlive_the_administrator_s(desk: Desk, own: Own) -> None:
    store, rival = beside(desk, own)
    body = {"oldPassword": "Shopper-2026", "newPassword": "Rival-2027"}
    with rival_before_method(store, "write", lambda: rival.put(body)):
        desk.done({"newPassword": "Given-2028"})
    assert own.get().status == 401
    assert [login(desk.product, password) for password in ("Rival-2027", "Given-2028")] == [401, 200]


def test_a_login_in_flight_does_not_outlive_a_deactivation(desk: Desk, own: Own) -> None:
    store, tokens = beside(desk, own)[0], list[str]()
    with rival_before_method(store, "write", lambda: tokens.append(desk.product.login())):
        desk.done({"active": False})
    assert desk.product.call("GET", "/ccstore/v1/profiles/current", token=tokens[0]).status == 401


def test_a_rival_under_the_same_tag_is_told(desk: Desk, own: Own) -> None:
    store, rival = beside(desk, own)
    current = {"If-Match": desk.get().headers["etag"]}
    with rival_before_method(store, "write", lambda: rival.put({"lastName": "Rival"})):
        answer = desk.put({"firstName": "Pat"}, current)
    assert (answer.status, answer.body["errorCode"]) == (412, "00000412")
    assert own.shown()["firstName"] == "Kim"


# --- the log -----------------------------------------------------------------------------------------------------


def test_the_log_says_who_changed_whom(desk: Desk, printed: Callable[[], str]) -> None:
    desk.done({"firstName": "Secretname", "newPassword": "Another-2027"})
    text = printed()
    line = json.loads(text.splitlines()[0])
    assert (line["callerId"], line["profileId"]) == ("in-100001", "se-570031")
    assert "Secretname" not in text
    assert "Another-2027" not in text
