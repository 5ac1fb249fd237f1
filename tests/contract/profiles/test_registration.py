"""createProfile: POST /ccstore/v1/profiles (contract: companions.md §6)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from backoffice.erasing import erase_shopper
from backoffice.loading import load_store
from commerce.storage import decode_document, decode_text
from commerce.storage.items import from_wire
from tests.contract.profiles.conftest import OwnOf
from tests.support.deployment import Answer, Product, gateway_event
from tests.support.rivals import rival_before_method

PATH = "/ccstore/v1/profiles"
NEW = {
    "email": "Lee@example.com",
    "firstName": "Lee",
    "lastName": "Park",
    "receiveEmail": "yes",
    "password": "Hiking-2026",
}
KEY = {"Idempotency-Key": "5b1c8f4e"}
ADDRESS = {
    "firstName": "Lee", "lastName": "Park", "address1": "21 Cedar Ave", "city": "Syracuse", "state": "NY",
    "country": "US", "postalCode": "13202", "phoneNumber": "212-555-1977",
}  # fmt: skip
# What decides about prices, rights and money.
NOT_THEIRS: dict[str, Any] = {
    "id": "se-570031",
    "repositoryId": "se-570031",
    "active": False,
    "roles": [{"repositoryId": "r-100001", "function": "admin", "relativeTo": {"repositoryId": "100002"}}],
    "parentOrganization": {"repositoryId": "100002"},
    "currentOrganization": {"repositoryId": "100002"},
    "secondaryOrganizations": [{"repositoryId": "100003"}],
    "priceListGroup": {"id": "euroPriceGroup"},
    "catalog": {"id": "cloudCatalog"},
    "contactBillingAddress": ADDRESS,
    "loyaltyPrograms": [{"loyaltyId": "7"}],
    "audiences": ["staff"],
    "customerContactId": "crm-1",
    "taxExempt": True,
    "derivedApprovalRequired": True,
    "derivedOrderPriceLimit": 1,
    "lifetimeSpend": 5000,
    "lifetimeAOV": 500,
    "lifetimeCurrencyCode": "USD",
    "lastPurchaseAmount": 1,
    "numberOfOrders": 10,
    "numberOfVisits": 10,
    "registrationDate": "2001-01-01T00:00:00.000Z",
    "firstVisitDate": "2001-01-01T00:00:00.000Z",
    "previousVisitDate": "2001-01-01T00:00:00.000Z",
    "lastVisitDate": "2001-01-01T00:00:00.000Z",
    "firstPurchaseDate": "2001-01-01T00:00:00.000Z",
    "lastPurchaseDate": "2001-01-01T00:00:00.000Z",
    "receiveEmailDate": "2001-01-01T00:00:00.000Z",
    "GDPRProfileP13nConsentDate": "2001-01-01T00:00:00.000Z",
    "dynamicProperties": [{"id": "favorite_color", "value": "red"}],
    "sites": {"siteDE": {"receiveEmail": "yes"}},
    "custom": {"favorite_color": "red"},
    "addresses": [ADDRESS],
    "defaultAddress": "x",
    "modifiedBy": "",
    "passwordHash": "x",
    "generation": 7,
    "oldPassword": 1,
    "newPassword": 1,
    "undeclared": "x",
}
TAKEN = {**NEW, "email": "kim@example.com"}


@dataclass(frozen=True)
class Shop:
    """Where somebody registers."""

    product: Product

    def post(self, body: Any = NEW, source: str = "192.0.2.10", **headers: str) -> Answer:
        event = gateway_event("POST", PATH, body, headers=headers)
        event["requestContext"]["identity"]["sourceIp"] = source
        return self.product.send(event)

    def registered(self, body: Any = NEW, **headers: str) -> str:
        answer = self.post(body, **headers)
        assert answer.status == 200, answer.text
        return str(answer.body["id"])

    def refused(self, body: Any, **headers: str) -> list[tuple[str, str | None]]:
        """Code and path of each error, after which no profile or identifier is there that was not before."""
        before = self.product.stored("PROFILES_TABLE")
        answer = self.post(body, **headers)
        assert self.product.stored("PROFILES_TABLE") == before
        assert answer.status == 400, answer.text
        entries = answer.body.get("errors", [answer.body])
        assert answer.code == entries[0]["errorCode"]
        return [(entry["errorCode"], entry.get("o:errorPath")) for entry in entries]


@pytest.fixture
def shop(product: Product) -> Shop:
    return Shop(product)


@pytest.fixture
def make_shop(product: Product, make_product: Callable[..., Product]) -> Callable[..., Shop]:
    """`make_shop(UNIQUE_EMAILS="false")`: the sample store under other settings."""
    del product
    return lambda **settings: Shop(make_product(**settings))


def rows_of(product: Product, table: str) -> list[dict[str, Any]]:
    return [from_wire(item) for item in boto3.client("dynamodb").scan(TableName=product.environment[table])["Items"]]


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in NEW.items() if name not in names}


# --- a new profile


def test_the_shopper_logs_in_at_once(product: Product, shop: Shop) -> None:
    answer = shop.post()
    profile_id = answer.body["id"]
    assert answer.body == {"id": profile_id, "links": [{"rel": "self", "href": f"https://shop.example.com{PATH}"}]}
    assert "etag" not in answer.headers
    assert not answer.cookies
    for name in ("lee@example.com", "LEE@EXAMPLE.COM"):
        token = product.login(name, "Hiking-2026")
        shown = product.call("GET", f"{PATH}/current", token=token).body
        assert (shown["id"], shown["login"], shown["email"]) == (profile_id, "Lee@example.com", "Lee@example.com")
    assert shown["registrationDate"] == "2026-03-14T09:26:53.589Z"
    assert (shown["receiveEmail"], shown["receiveEmailDate"]) == ("yes", "2026-03-14T09:26:53.589Z")
    assert shown["roles"] == shown["secondaryOrganizations"] == shown["shippingAddresses"] == []
    assert shown["currentOrganization"] is shown["gender"] is shown["locale"] is None
    changed = product.call(
        "PUT",
        f"{PATH}/current",
        {"email": "lee.park@example.com", "oldPassword": "Hiking-2026", "newPassword": "Sailing-2027"},
        token=token,
    )
    assert changed.body["login"] == "lee.park@example.com"
    assert product.login("lee.park@example.com", "Sailing-2027")
    # The identifiers that it gave back are anybody's.
    assert shop.registered() != profile_id


def test_all_that_a_shopper_says(product: Product, shop: Shop, own_of: OwnOf) -> None:
    profile_id = shop.registered(
        NEW
        | {
            "login": "lee",
            "middleName": "M.",
            "gender": "male",
            "dateOfBirth": "1990-04-17",
            "daytimeTelephoneNumber": "212-555-1977",
            "locale": "en-us",
            "GDPRProfileP13nConsentGranted": True,
            "favorite_color": "green",
            "shippingAddresses": [ADDRESS, {**ADDRESS, "alias": "Work", "isDefaultAddress": True}],
        },
        **{"x-ccsite": "siteDE"},
    )
    own = own_of(profile_id, login="lee")
    shown = own.shown(**{"x-ccsite": "siteDE"})
    assert {name: shown[name] for name in ("login", "middleName", "gender", "dateOfBirth", "locale")} == {
        "login": "lee",
        "middleName": "M.",
        "gender": "male",
        "dateOfBirth": "1990-04-17T00:00:00.000Z",
        "locale": "en_US",
    }
    assert shown["daytimeTelephoneNumber"] == "212-555-1977"
    assert [address["alias"] for address in shown["shippingAddresses"]] == ["Address", "Work"]
    assert shown["shippingAddress"]["alias"] == "Work"
    assert [e["value"] for e in shown["dynamicProperties"] if e["id"] == "favorite_color"] == ["green"]
    assert (shown["receiveEmail"], shown["GDPRProfileP13nConsentGranted"]) == ("yes", True)
    elsewhere = own.shown()
    assert (elsewhere["receiveEmail"], elsewhere["GDPRProfileP13nConsentGranted"]) == ("no", False)
    assert product.login("LEE", "Hiking-2026")


def test_what_a_shopper_does_not_decide_is_not_stored(product: Product, shop: Shop) -> None:
    profile_id = shop.registered(NEW | NOT_THEIRS)
    row = product.deployment.store.get([product.app("create_profile").parts.own_profiles._profiles.key(profile_id)])
    ((_, item),) = row.items()
    assert decode_document(item.pop("document")) == {
        "email": "Lee@example.com",
        "firstName": "Lee",
        "lastName": "Park",
        "registrationDate": "2026-03-14T09:26:53.589Z",
        "sites": {"siteUS": {"receiveEmail": "yes", "receiveEmailDate": "2026-03-14T09:26:53.589Z"}},
    }
    assert item.pop("passwordHash").startswith("$argon2id$")
    assert item == {
        "pk": profile_id, "sk": "profile", "version": 1, "login": "Lee@example.com", "active": True, "revoked": {},
        "usedCodes": {}, "generation": 0, "previousHashes": "", "passwordSetAt": item["passwordSetAt"],
        "passwordGenerated": False, "failedAttempts": 0, "exemptToken": "",
        "searched": {
            "id": profile_id, "login": "lee@example.com", "email": "lee@example.com", "firstName": "lee",
            "lastName": "park", "registrationDate": "2026-03-14t09:26:53.589z",
        },
    }  # fmt: skip


def test_who_calls_counts_for_nothing(product: Product, shop: Shop, token: str) -> None:
    assert product.call("POST", PATH, NEW, token=token).status == 200
    for number, credentials in enumerate((f"{token}x", "null", "", product.issue(issuer="adminUI"))):
        assert product.call("POST", PATH, NEW | {"email": f"x{number}@example.com"}, token=credentials).status == 200
    assert product.call("GET", f"{PATH}/current", token=token).body["id"] == "se-570031"
    assert (
        product.call("POST", PATH.replace("ccstore", "ccstoreui") + "/", NEW | {"email": "y@example.com"}).status == 200
    )


def test_the_registry_has_it(product: Product) -> None:
    rows = product.call("GET", "/ccstore/v1/registry").body["endpointMap"]
    assert (rows["createProfile"]["method"], rows["createProfile"]["url"]) == ("POST", PATH)
    assert rows["createProfile"]["authRequired"] is False
    assert "createProfile" not in product.call("GET", "/ccagent/v1/registry").body["endpointMap"]


def test_what_it_made_can_be_erased(product: Product, shop: Shop) -> None:
    profile_id = shop.registered()
    erase_shopper(product.deployment, profile_id)
    assert profile_id not in product.stored("PROFILES_TABLE")
    assert shop.registered() != profile_id


# --- refusals


WRONG: list[tuple[dict[str, Any], list[tuple[str, str | None]]]] = [
    ({"email": None}, [("22003", "email")]),
    ({"email": ""}, [("22003", "email")]),
    ({"email": "lee"}, [("23006", "email")]),
    ({"email": 7}, [("22024", "email")]),
    ({"email": "x" * 250 + "@example.com"}, [("00004", "email")]),
    ({"firstName": None}, [("22026", "firstName")]),
    ({"firstName": ""}, [("22026", "firstName")]),
    ({"lastName": 7}, [("22024", "lastName")]),
    ({"lastName": "x" * 255}, [("00004", "lastName")]),
    ({"receiveEmail": None}, [("22026", "receiveEmail")]),
    ({"receiveEmail": ""}, [("22026", "receiveEmail")]),
    ({"receiveEmail": "maybe"}, [("22026", "receiveEmail")]),
    ({"receiveEmail": True}, [("22024", "receiveEmail")]),
    ({"login": 7}, [("22024", "login")]),
    ({"login": "x" * 255}, [("00004", "login")]),
    ({"password": 7}, [("22024", "password")]),
    ({"gender": "x"}, [("22026", "gender")]),
    ({"dateOfBirth": "yesterday"}, [("22026", "dateOfBirth")]),
    ({"GDPRProfileP13nConsentGranted": "x"}, [("22026", "GDPRProfileP13nConsentGranted")]),
    ({"locale": "x" * 33}, [("00004", "locale")]),
    ({"favorite_color": 7}, [("22024", "favorite_color")]),
    ({"shippingAddresses": "x"}, [("22026", "shippingAddresses")]),
    ({"shippingAddresses": [{**ADDRESS, "city": ""}]}, [("23010", "shippingAddresses[0].city")]),
    ({"shippingAddresses": [ADDRESS] * 201}, [("22026", "shippingAddresses")]),
    ({"email": "kim@example.com"}, [("22006", "email")]),
    ({"email": "KIM@example.com"}, [("22006", "email")]),
    ({"login": "Shopper"}, [("22006", "login")]),
    ({"email": "kim@example.com", "login": "shopper"}, [("22006", "email"), ("22006", "login")]),
    ({"password": None}, [("22005", None)]),
    ({"password": ""}, [("22005", None)]),
    ({"password": "Short-1"}, [("23024", None)]),
    ({"password": "Without-digits"}, [("23024", None)]),
    ({"password": "lee-2026@example.com", "email": "Lee-2026@example.com"}, [("23024", None)]),
    ({"password": "Lee-2026", "login": "lee-2026"}, [("23024", None)]),
]  # fmt: skip


def test_what_is_wrong_with_members(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(REGISTRATION_GUARD_LIMIT="0")
    for changes, errors in WRONG:
        assert shop.refused(NEW | changes) == errors, changes


def test_what_is_missing_comes_after_what_is_wrong(shop: Shop) -> None:
    assert shop.refused({}) == [
        ("22003", "email"), ("22026", "firstName"), ("22026", "lastName"), ("22026", "receiveEmail"),
    ]  # fmt: skip
    assert shop.refused({"gender": "x", "firstName": "", "email": None}) == [
        ("22026", "gender"), ("22003", "email"), ("22026", "firstName"), ("22026", "lastName"),
        ("22026", "receiveEmail"),
    ]  # fmt: skip
    assert shop.refused(without("password")) == [("22005", None)]
    assert shop.refused(without("password", "email")) == [("22003", "email")]


def test_an_address_that_is_somebody_s_login(shop: Shop, load: Callable[..., Any]) -> None:
    load(id="p1", login="lee@example.com")
    assert shop.refused(NEW) == [("22006", "email")]
    assert shop.registered(NEW | {"login": "lee"})


@pytest.mark.parametrize("empty", [None, ""])
def test_without_a_login_the_address_is_it(product: Product, shop: Shop, empty: str | None) -> None:
    shop.registered(NEW | {"login": empty, "gender": None, "dateOfBirth": "", "shippingAddresses": None})
    assert product.login("lee@example.com", "Hiking-2026")


@pytest.mark.parametrize("body", [None, "", " ", "null", "[]", "7", '"x"', "{"])
def test_an_unusable_body(shop: Shop, body: Any) -> None:
    assert shop.refused(body) == [("00000400", None)]


def test_the_order_of_checks(product: Product, shop: Shop) -> None:
    site, key = {"x-ccsite": "nowhere"}, {"Idempotency-Key": "a b"}
    assert shop.post("{", **site, **key).code == "30014"
    product.configure(selfRegistration=False)
    assert shop.post("{", **site, **key).code == "30014"
    assert shop.post("{", **key).code == "00002000"
    product.configure(selfRegistration=True)
    assert shop.post("{", **key).code == "00000400"
    assert "Idempotency-Key" in shop.post("{", **key).body["devMessage"]
    assert "Idempotency-Key" not in shop.post("{").body["devMessage"]
    assert shop.post({**TAKEN, "password": "x"}).code == "22006"
    assert shop.post({**NEW, "password": "x"}).code == "23024"


def test_shared_addresses(make_shop: Callable[..., Shop]) -> None:
    shared = make_shop(UNIQUE_EMAILS="false")
    assert shared.refused(NEW | {"login": "shopper"}) == [("22006", "login")]
    assert shared.registered(TAKEN | {"login": "lee"}) != shared.registered(TAKEN | {"login": "another"})


def test_the_store_s_policy(product: Product, shop: Shop) -> None:
    product.configure(passwordPolicy={"useSymbol": True, "minPasswordLength": 12, "blockCommonPasswords": True})
    assert shop.refused(NEW) == [("23024", None)]
    assert shop.registered(NEW | {"password": "Hiking-2026-Hiking"})


def test_switched_off(product: Product, shop: Shop, token: str) -> None:
    product.configure(selfRegistration=False)
    before = product.stored("PROFILES_TABLE"), product.stored("EXPIRING_TABLE")
    for body in (NEW, TAKEN, {}, None):
        answer = shop.post(body)
        assert (answer.status, answer.code) == (403, "00002000")
    assert (product.stored("PROFILES_TABLE"), product.stored("EXPIRING_TABLE")) == before
    # Shoppers that there are go on.
    assert product.call("PUT", f"{PATH}/current", {"email": "kim@example.org"}, token=token).status == 200


def test_a_load_that_does_not_say_leaves_the_switch(product: Product, shop: Shop, tmp_path: Path) -> None:
    for said, status in (({"selfRegistration": False}, 403), ({}, 403), ({"selfRegistration": True}, 200), ({}, 400)):
        sites = {"siteUS": {"priceListGroups": ["defaultPriceGroup"]}}
        (tmp_path / "configuration.json").write_text(json.dumps({"sites": sites, **said}), encoding="utf-8")
        load_store(tmp_path, product.deployment)
        assert shop.post().status == status


def test_a_profile_that_is_too_large(shop: Shop) -> None:
    import random

    noise = random.Random(7)  # noqa: S311  text that does not compress
    large = [
        {**ADDRESS, **dict.fromkeys(("address2", "address3", "companyName", "jobTitle", "county"),
                                    "".join(chr(noise.randrange(0x4E00, 0x9FFF)) for _ in range(254)))}
        for _ in range(200)
    ]  # fmt: skip
    body = json.dumps(NEW | {"shippingAddresses": large}, ensure_ascii=False)
    assert shop.refused(body) == [("22026", None)]


# --- the guard


def test_twenty_an_hour(product: Product, shop: Shop) -> None:
    for number in range(20):
        body = (NEW | {"email": f"lee{number}@example.com"}, TAKEN, {**NEW, "password": "x"})[number % 3]
        assert shop.post(body).code if number % 3 else shop.registered(body)
    before = product.stored("PROFILES_TABLE")
    for body in (NEW, TAKEN, TAKEN | {"gender": "x"}, {**NEW, "password": "x"}):
        answer = shop.post(body)
        assert (answer.status, answer.code) == (429, "00000429")
        assert answer.headers["retry-after"] == str(3600 - 26 * 60 - 53)
    assert product.stored("PROFILES_TABLE") == before
    # What tells nothing of identifiers is answered as before, and other addresses may go on.
    assert shop.post({}).code == "22003"
    assert shop.post(NEW, "192.0.2.11").status == 200
    product.clock.move(minutes=33, seconds=7)
    assert shop.post(TAKEN).code == "22006"


def test_what_tells_nothing_does_not_count(product: Product, shop: Shop) -> None:
    for body in ({}, "{", {**NEW, "email": "lee"}, without("email")):
        assert shop.post(body).status == 400
    assert shop.post(NEW, **{"x-ccsite": "nowhere"}).code == "30014"
    assert product.stored("EXPIRING_TABLE") == {}


def test_an_ipv6_address_counts_by_its_first_half(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(REGISTRATION_GUARD_LIMIT="1")
    assert shop.post(TAKEN, "2001:db8:0:7::1").code == "22006"
    assert shop.post(TAKEN, "2001:0db8:0000:0007:ffff::2").code == "00000429"
    assert shop.post(TAKEN, "2001:db8:0:8::1").code == "22006"
    # Where the gateway says nothing, or names no address, all are one.
    assert [shop.post(TAKEN, source).code for source in ("", "unknown", "x" * 3000)] == ["22006", *["00000429"] * 2]


def test_an_ipv4_address_in_the_form_of_ipv6_counts_by_itself(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(REGISTRATION_GUARD_LIMIT="1")
    assert shop.post(TAKEN, "::ffff:192.0.2.20").code == "22006"
    assert shop.post(TAKEN, "192.0.2.20").code == "00000429"
    assert shop.post(TAKEN, "::ffff:192.0.2.21").code == "22006"


def test_a_header_is_no_source_address(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(REGISTRATION_GUARD_LIMIT="1")
    codes = [shop.post(TAKEN, **{"X-Forwarded-For": f"192.0.2.{number}"}).code for number in range(3)]
    assert codes == ["22006", "00000429", "00000429"]


def test_the_limit_is_configurable(make_shop: Callable[..., Shop]) -> None:
    off = make_shop(REGISTRATION_GUARD_LIMIT="0")
    assert [off.post(TAKEN).status for _ in range(25)] == [400] * 25


def test_the_count_expires_and_names_nobody(product: Product, shop: Shop) -> None:
    shop.registered()
    (row,) = rows_of(product, "EXPIRING_TABLE")
    assert (row["pk"], row["sk"]) == ("guard#@192.0.2.10", "registrations#2026-03-14T09")
    assert row["expiresAt"] > product.clock.now.timestamp() + 3600
    assert "lee" not in str(row).lower()


# --- at once, and again


def test_two_at_once_for_one_address(product: Product, shop: Shop) -> None:
    rival, answers = Shop(Product(product.environment, product.clock)), list[Answer]()
    store = product.app("create_profile").parts.store
    with rival_before_method(store, "write", lambda: answers.append(rival.post(NEW | {"email": "LEE@example.com"}))):
        assert shop.post().code == "22006"
    assert [answer.status for answer in answers] == [200]
    owners = {row["pk"]: row["account"] for row in rows_of(product, "PROFILES_TABLE") if "account" in row}
    assert owners["email#lee@example.com"] == owners["login#lee@example.com"] == answers[0].body["id"]


def test_two_at_once_where_the_second_write_loses(product: Product, shop: Shop) -> None:
    """The guess is counted: the rival comes before the profile itself is written."""
    rival, answers = Shop(Product(product.environment, product.clock)), list[Answer]()
    own = product.app("create_profile").parts.own_profiles
    with rival_before_method(own, "add", lambda: answers.append(rival.post(NEW | {"login": "lee"}))):
        assert shop.post().code == "22006"
    assert [answer.status for answer in answers] == [200]
    assert [row["count"] for row in rows_of(product, "EXPIRING_TABLE")] == [2]
    made = [row["pk"] for row in rows_of(product, "PROFILES_TABLE") if row["sk"] == "profile" and len(row["pk"]) == 32]
    assert made == [answers[0].body["id"]]


def test_the_same_request_under_a_key(product: Product, shop: Shop) -> None:
    first, again = shop.post(**KEY), shop.post(dict(reversed(NEW.items())), "198.51.100.7", **KEY)
    assert (first.status, first.headers.get("idempotency-replayed")) == (200, None)
    assert (again.status, again.headers["idempotency-replayed"], again.text) == (200, "true", first.text)
    assert shop.post(NEW | {"password": "Another-2026"}, **KEY).code == "00000422"
    assert shop.post(NEW, **KEY, **{"x-ccsite": "siteDE"}).code == "22006"
    assert shop.post(NEW, **{"Idempotency-Key": "another"}).code == "22006"
    assert shop.post().code == "22006"
    (kept,) = (row for row in rows_of(product, "EXPIRING_TABLE") if not row["pk"].startswith("guard#"))
    assert kept["pk"].startswith("@anybody#createProfile#")
    assert decode_text(kept["answer"]) == first.text
    assert "hiking" not in str(kept).lower()
    # A refusal is not kept.
    assert shop.post(NEW | {"email": "y@example.com", "gender": "x"}, **{"Idempotency-Key": "k"}).status == 400
    assert shop.post(NEW | {"email": "y@example.com"}, **{"Idempotency-Key": "k"}).status == 200


def test_a_repetition_under_a_key_is_not_guarded(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(REGISTRATION_GUARD_LIMIT="1")
    first = shop.post(**KEY)
    assert [shop.post(**KEY).text for _ in range(3)] == [first.text] * 3
    assert shop.post(NEW | {"email": "y@example.com"}).code == "00000429"


@pytest.mark.parametrize("method", ["read_new", "add"])
def test_a_rival_under_the_same_key_is_answered_for_both(product: Product, shop: Shop, method: str) -> None:
    rival, answers = Shop(Product(product.environment, product.clock)), list[Answer]()
    own = product.app("create_profile").parts.own_profiles
    with rival_before_method(own, method, lambda: answers.append(rival.post(**KEY))):
        answer = shop.post(**KEY)
    assert (answer.text, answer.headers["idempotency-replayed"]) == (answers[0].text, "true")


def test_a_rival_under_the_same_key_that_comes_while_rows_are_read(product: Product, shop: Shop) -> None:
    """A batch is no picture of one moment: what is kept is read before the rival writes, who owns the address after."""
    rival, answers = Shop(Product(product.environment, product.clock)), list[Answer]()
    own = product.app("create_profile").parts.own_profiles
    profiles, read = own._profiles, own._profiles.read

    def torn(keys: Any) -> Any:
        keys = list(keys)
        early = read([key for key in keys if key.pk.startswith("@anybody")])
        if not answers:
            answers.append(rival.post(**KEY))
        return {**read([key for key in keys if not key.pk.startswith("@anybody")]), **early}

    profiles.read = torn
    try:
        answer = shop.post(**KEY)
    finally:
        del profiles.read
    assert (answer.text, answer.headers["idempotency-replayed"]) == (answers[0].text, "true")


# --- what is logged


def test_logs_name_nobody(shop: Shop, printed: Callable[[], str]) -> None:
    shop.registered()
    shop.post(TAKEN)
    shop.post(NEW | {"password": 7, "firstName": 7, "email": "Lee at example"})
    shop.post({**NEW, "email": "y@example.com", "password": "Sailing"})
    text = printed()
    assert '"operation":"createProfile"' in text.replace(" ", "")
    for word in ("lee", "park", "kim@", "hiking", "sailing", "192.0.2.10"):
        assert word not in text.lower()
