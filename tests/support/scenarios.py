"""One request for each way an operation takes through its tables, and what was there before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp

from backoffice import credentials
from commerce.dates import epoch_seconds
from commerce.identity.applications import OPEN_APIS
from commerce.identity.login_records import MOST_REVOKED
from commerce.storage import Condition, Key, Update
from tests.support.deployment import Answer, Product, form

PROFILE = "/ccstore/v1/profiles/current"
PROFILES = "/ccstore/v1/profiles"
ORDER = "/ccstore/v1/orders/current"
ADDRESSES = "/ccagent/v1/organizationAddresses"
SHOPPER_TYPE = "/ccadmin/v1/shopperTypes/user"
AUTHENTICATOR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LANGUAGE = {"X-CCAsset-Language": "en"}
AGENT_CONTEXT = {"X-CCAgentContext": json.dumps({"shopperProfileId": "110000"})}
KEY = {"Idempotency-Key": "key-1"}
NOTHING: Mapping[str, str] = {}
CART = {"shoppingCart": {"items": [{"productId": "prodA", "catRefId": "skuA", "quantity": 1}]}}
CARD = {"type": "physicalGiftCard", "giftCardNumber": "6035710988880107777", "giftCardPin": "4711", "amount": "1.0"}
NEW_ADDRESS = {
    "addressType": "Branch",
    "address": {
        "companyName": "Example", "address1": "1 Example Way", "city": "Mobile", "state": "AL", "postalCode": "36601",
        "country": "US", "phoneNumber": "251-555-0101",
    },
}  # fmt: skip
SITE_PROPERTIES = {"siteProperties": [{"site": {"id": "siteUS"}, "properties": {"receiveEmail": "no"}}]}
NEW_PROFILE = {
    "email": "lee@example.com",
    "firstName": "Lee",
    "lastName": "Park",
    "receiveEmail": "yes",
    "password": "Hiking-2026",
}
NEW_PROFILE_ADDRESS = {
    "addressType": "Home",
    "address": {
        "firstName": "Kim", "lastName": "Anderson", "address1": "21 Cedar Ave", "city": "Syracuse", "state": "NY",
        "country": "US", "postalCode": "13202", "phoneNumber": "212-555-1977",
    },
}  # fmt: skip
DONE = (200, "")
# They ask AWS nothing.
SELF_SUFFICIENT = {"getRegistry", "updateVisitorInfo"}


@dataclass(frozen=True)
class Sent:
    """A request."""

    method: str
    path: str
    body: Any = None
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def to(self, product: Product) -> Answer:
        return product.call(self.method, self.path, self.body, token=self.token, headers=self.headers)


@dataclass(frozen=True)
class Scenario:
    """`operation` as the registry has it, and `case` where it has several.

    `request` arranges what comes before, and gives the request. `answer`: status and code without faults. `again`: of
    the same request after one that was carried out though nobody heard of it; None = the same, and the same state.
    `harm`: what such a repetition leaves, where that is not what one request leaves.
    """

    operation: str
    case: str
    request: Callable[[Product], Sent]
    answer: tuple[int, str] = DONE
    again: tuple[int, str] | None = None
    harm: str = ""

    @property
    def name(self) -> str:
        return f"{self.operation}: {self.case}" if self.case else self.operation

    @property
    def budget_seconds(self) -> float:
        return 20.0 if "Admin" in self.case or self.operation in ADMIN else 8.0


ADMIN = {"mfalogin", "listLocales", "updateShopperType"}


def shopper(product: Product, profile_id: str = "se-570031") -> str:
    return product.issue(profile_id)


def merchant(product: Product) -> str:
    return product.issue("in-100001", "merchant", issuer="adminUI", roles=("adminRole",))


def agent(product: Product) -> str:
    return product.issue("in-100002", "agent", issuer="agentUI", roles=("csAgentRole",))


def password_login(username: str, password: str, api: str = "ccstore") -> Callable[[Product], Sent]:
    return lambda _: Sent("POST", f"/{api}/v1/login", form(username=username, password=password))


def key_login(product: Product) -> Sent:
    key = credentials.create(product.deployment, "importer", "Order import", OPEN_APIS, 365)
    headers = {"Authorization": f"Bearer {key}"}
    return Sent("POST", "/ccadmin/v1/login", "grant_type=client_credentials", headers=headers)


def code_login(product: Product) -> Sent:
    code = pyotp.TOTP(AUTHENTICATOR).at(int(product.clock.now.timestamp()))
    credentials = form(username="merchant-with-authenticator", password="Merchant-2026", totp_code=code)
    return Sent("POST", "/ccadmin/v1/mfalogin", credentials)


def session(call: str) -> Callable[[Product], Sent]:
    return lambda product: Sent("POST", f"/ccstore/v1/{call}", token=shopper(product))


def logout_of_a_full_record(product: Product) -> Sent:
    store, key = product.deployment.store, Key(product.deployment.tables.profiles, "se-570031", "profile")
    revoked = {f"token-{number}": epoch_seconds(product.clock.now) + 900 for number in range(MOST_REVOKED)}
    store.write(Update(key, Condition(exists=True), {"revoked": revoked}))
    return session("logout")(product)


def profile(body: Any, *, tagged: bool = False) -> Callable[[Product], Sent]:
    def request(product: Product) -> Sent:
        token = shopper(product)
        tag = product.call("GET", PROFILE, token=token).headers["etag"]
        return Sent("PUT", PROFILE, body, token, {"If-Match": tag} if tagged else {})

    return request


def registration(body: Any, headers: Mapping[str, str] = NOTHING) -> Callable[[Product], Sent]:
    return lambda _: Sent("POST", PROFILES, body, headers=headers)


def own(method: str, path: str, body: Any = None, headers: Mapping[str, str] = NOTHING) -> Callable[[Product], Sent]:
    return lambda product: Sent(method, PROFILE + path, body, shopper(product), headers)


def types(path: str) -> Callable[[Product], Sent]:
    return lambda product: Sent("GET", f"/ccadmin/v1/{path}", token=merchant(product))


def profiles(place: str) -> Callable[[Product], Sent]:
    """A merchandiser reads `place` below the profiles of all shoppers."""
    return lambda product: Sent("GET", f"/ccadmin/v1/profiles{place}", token=merchant(product))


def administered(body: Any) -> Callable[[Product], Sent]:
    """A merchandiser changes the sample shopper's profile."""
    return lambda product: Sent("PUT", "/ccadmin/v1/profiles/se-570031", body, merchant(product))


def shopper_type(product: Product) -> Sent:
    body = {"properties": {"x_colour": {"label": "Colour", "type": "shortText", "uiEditorType": "shortText"}}}
    return Sent("PUT", SHOPPER_TYPE, body, merchant(product), LANGUAGE)


def address(
    method: str, address_id: str = "", body: Any = None, headers: Mapping[str, str] = NOTHING, *, tagged: bool = False
) -> Callable[[Product], Sent]:
    def request(product: Product) -> Sent:
        token, path = agent(product), f"{ADDRESSES}/{address_id}".rstrip("/")
        sent = {**AGENT_CONTEXT, **headers}
        if tagged:
            sent["If-Match"] = product.call("GET", path, token=token, headers=sent).headers["etag"]
        return Sent(method, path, body, token, sent)

    return request


def order(
    method: str, body: Any = None, headers: Mapping[str, str] = NOTHING, *, there: bool = True, tagged: bool = False
) -> Callable[[Product], Sent]:
    def request(product: Product) -> Sent:
        token, sent = shopper(product), dict(headers)
        product.call("DELETE", ORDER, token=token)
        if there:
            sent |= {"If-Match": product.call("POST", ORDER, CART, token=token).headers["etag"]} if tagged else {}
            if not tagged:
                product.call("POST", ORDER, CART, token=token)
        return Sent(method, ORDER, body, token, sent)

    return request


def cart(**more: Any) -> Any:
    return {**CART, **more}


PASSWORD = {"oldPassword": "Shopper-2026", "newPassword": "Another-2027"}

SCENARIOS = [
    Scenario("login", "right password", password_login("shopper", "Shopper-2026")),
    Scenario("login", "wrong password", password_login("shopper", "wrong"), (401, "invalid_grant"),
             (401, "invalid_grant"), "the repetition counts as a second attempt, as it is one"),
    Scenario("login", "unknown name", password_login("nobody", "wrong"), (401, "invalid_grant")),
    Scenario("login", "application key, Admin API", key_login),
    Scenario("mfalogin", "", code_login, DONE, (401, "invalid_grant"), "a one-time code works once; take the next one"),
    Scenario("refresh", "", session("refresh")),
    Scenario("verify", "", session("verify")),
    Scenario("logout", "", session("logout"), DONE, (401, "00001000"), "the token has ended"),
    Scenario("logout", "record full", logout_of_a_full_record, DONE, (401, "00001000"), "the token has ended"),
    Scenario("getCurrentProfile", "", lambda product: Sent("GET", PROFILE, token=shopper(product))),
    Scenario("updateProfile", "members", profile({"firstName": "Pat"})),
    Scenario("updateProfile", "If-Match", profile({"firstName": "Pat"}, tagged=True), DONE, (412, "00000412"),
             "the tag names the version before: read again"),
    Scenario("updateProfile", "identifiers", profile({"email": "pat@example.com", "login": "pat"})),
    Scenario("updateProfile", "identifier taken", profile({"email": "buyer@example.com"}), (400, "22006"),
             (400, "22006"), "the repetition counts as a second guess, as it is one"),
    Scenario("updateProfile", "password", profile(PASSWORD), DONE, (400, "23029"),
             "the new password holds, and the session goes on; the old one counts as a wrong attempt"),
    Scenario("updateProfile", "wrong password", profile({**PASSWORD, "oldPassword": "wrong"}), (400, "23029"),
             (400, "23029"), "the repetition counts as a second attempt, as it is one"),
    Scenario("createProfile", "", registration(NEW_PROFILE), DONE, (400, "22006"),
             "the profile is there: log in, or send a key"),
    Scenario("createProfile", "Idempotency-Key", registration(NEW_PROFILE, KEY)),
    Scenario("createProfile", "identifier taken", registration({**NEW_PROFILE, "email": "kim@example.com"}),
             (400, "22006"), (400, "22006"), "the repetition counts as a second guess, as it is one"),
    Scenario("listSiteProperties", "", own("GET", "/siteProperties")),
    Scenario("updateSiteProperties", "", own("PUT", "/siteProperties", SITE_PROPERTIES)),
    Scenario("listProfileAddresses", "", own("GET", "/addresses")),
    Scenario("addProfileAddress", "", own("POST", "/addresses", NEW_PROFILE_ADDRESS), DONE, DONE,
             "a second address: send a key"),
    Scenario("addProfileAddress", "Idempotency-Key", own("POST", "/addresses", NEW_PROFILE_ADDRESS, KEY)),
    Scenario("getProfileAddress", "", own("GET", "/addresses/se-980032")),
    Scenario("updateProfileAddress", "", own("PUT", "/addresses/se-980032", {"address": {"address2": "Apartment 4"}})),
    Scenario("deleteProfileAddress", "", own("DELETE", "/addresses/se-980031"), DONE, (400, "22038"),
             "the address is gone"),
    Scenario("getShopperType", "Admin API", lambda product: Sent("GET", SHOPPER_TYPE, token=merchant(product),
                                                                 headers=LANGUAGE)),
    Scenario("listShopperTypes", "Admin API", lambda product: Sent("GET", "/ccadmin/v1/shopperTypes",
                                                                   token=merchant(product))),
    Scenario("getOrderType", "Admin API", types("orderTypes/order")),
    Scenario("getItemType", "Admin API", types("itemTypes/commerceItem")),
    Scenario("listProfiles", "Admin API", profiles("")),
    Scenario("listProfiles", "by e-mail address, Admin API", profiles('?q=email eq "kim@example.com"')),
    Scenario("listProfiles", "by name, Admin API", profiles('?q=lastName eq "Example"')),
    Scenario("getProfile", "Admin API", profiles("/se-570031")),
    Scenario("updateProfileById", "members, Admin API", administered({"firstName": "Pat"})),
    Scenario("updateProfileById", "identifiers, Admin API",
             administered({"email": "pat@example.com", "login": "pat"})),
    Scenario("updateProfileById", "deactivation, Admin API", administered({"active": False})),
    Scenario("listAddresses", "", lambda product: Sent("GET", "/ccstore/v1/addresses",
                                                       token=shopper(product, "110000"))),
    Scenario("listLocales", "", lambda product: Sent("GET", "/ccadmin/v1/locales", token=merchant(product))),
    Scenario("updateShopperType", "", shopper_type),
    Scenario("getAddresses", "", address("GET")),
    Scenario("getAddress", "", address("GET", "280004")),
    Scenario("addAddress", "", address("POST", "", NEW_ADDRESS), DONE, DONE, "a second address: send a key"),
    Scenario("addAddress", "Idempotency-Key", address("POST", "", NEW_ADDRESS, KEY)),
    Scenario("updateAddress", "members", address("PUT", "280004", {"addressType": "Outlet"})),
    Scenario("updateAddress", "If-Match", address("PUT", "280004", {"addressType": "Outlet"}, tagged=True), DONE,
             (412, "00000412"), "the tag names the version before: read again"),
    Scenario("updateAddress", "default", address("PUT", "280004", {"addressType": "Outlet",
                                                                  "isDefaultShippingAddress": True})),
    Scenario("deleteAddress", "", address("DELETE", "280005"), DONE, (400, "100185"), "the address is gone"),
    Scenario("updateCurrentProfileOrder", "first order", order("POST", CART, there=False)),
    Scenario("updateCurrentProfileOrder", "next version", order("POST", cart(cartName="x"))),
    Scenario("updateCurrentProfileOrder", "If-Match", order("POST", cart(cartName="x"), tagged=True), DONE,
             (412, "00000412"), "the tag names the version before: read again"),
    Scenario("updateCurrentProfileOrder", "create", order("POST", cart(op="create")), DONE, DONE,
             "a second order, the first is no longer current: send a key"),
    Scenario("updateCurrentProfileOrder", "create, Idempotency-Key", order("POST", cart(op="create"), KEY)),
    Scenario("updateCurrentProfileOrder", "gift card", order("POST", cart(payments=[CARD]))),
    Scenario("updateCurrentProfileOrder", "wrong PIN",
             order("POST", cart(payments=[{**CARD, "giftCardPin": "1"}])), (400, "28340"), (400, "28340"),
             "the repetition counts as a second guess, as it is one"),
    Scenario("getIncompleteOrder", "", order("GET")),
    Scenario("removeCurrentProfileIncompleteOrder", "", order("DELETE"), DONE, (404, "28313"), "no order is current"),
]  # fmt: skip
