"""The whole profile: profiles.md §5, common.md §3, §4, §6, §8."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.delivery import answer_bytes
from tests.contract.profiles.conftest import PROFILE, Own
from tests.support.deployment import Product

KEYS: dict[str, Any] = {
    **dict.fromkeys(
        ("email", "firstName", "middleName", "lastName", "gender", "locale", "daytimeTelephoneNumber",
         "customerContactId", "lifetimeCurrencyCode", "dateOfBirth", "registrationDate", "receiveEmailDate",
         "GDPRProfileP13nConsentDate", "firstVisitDate", "previousVisitDate", "lastVisitDate", "firstPurchaseDate",
         "lastPurchaseDate", "lastPurchaseAmount", "derivedOrderPriceLimit", "parentOrganization",
         "currentOrganization", "catalog", "priceListGroup", "contactBillingAddress", "contactShippingAddress",
         "shippingAddress")
    ),
    **dict.fromkeys(("numberOfOrders", "numberOfVisits", "lifetimeSpend", "lifetimeAOV"), 0),
    **dict.fromkeys(("taxExempt", "derivedApprovalRequired", "GDPRProfileP13nConsentGranted"), False),
    "secondaryOrganizations": [],
    "loyaltyPrograms": [],
    "roles": [],
    "shippingAddresses": [],
    "secondaryAddresses": {},
    "receiveEmail": "no",
}  # fmt: skip
ADDRESS = {
    "repositoryId", "alias", "prefix", "firstName", "middleName", "lastName", "suffix", "companyName", "jobTitle",
    "address1", "address2", "address3", "city", "county", "state", "regionName", "postalCode", "country",
    "countryName", "phoneNumber", "faxNumber", "externalAddressId", "isDefaultAddress", "types",
}  # fmt: skip


def test_a_new_shopper(load: Callable[..., Own]) -> None:
    body = load(id="p1", login="p1").shown()
    del body["dynamicProperties"]
    link = {"rel": "self", "href": f"https://shop.example.com{PROFILE}"}
    assert body == {"id": "p1", "repositoryId": "p1", "login": "p1", "links": [link], **KEYS}


def test_what_is_stored_is_shown(stored: Callable[..., Own]) -> None:
    members = {
        "firstVisitDate": "2020-01-01T00:00:00.000Z",
        "lifetimeSpend": 1234567890123.45,
        "numberOfOrders": 3,
        "taxExempt": True,
        "parentOrganization": {"id": "o", "repositoryId": "o", "name": "O", "active": False},
    }  # fmt: skip
    shown = stored(id="p1", login="p1", **members).shown()
    assert {name: shown[name] for name in members} == members


def test_roles(stored: Callable[..., Own]) -> None:
    role = {"repositoryId": "r1", "name": "Admin", "function": "admin", "relativeTo": {"repositoryId": "o"}}
    shown = stored(id="p1", login="p1", roles=[role, {"repositoryId": "r2"}]).shown()["roles"]
    assert shown == [
        {"id": "r1", **role},
        {"id": "r2", "repositoryId": "r2", "name": None, "function": None, "relativeTo": None},
    ]


def test_addresses(own: Own) -> None:
    shown = own.shown()
    first, second = shown["shippingAddresses"]
    assert set(first) == set(second) == ADDRESS
    assert shown["shippingAddress"].keys() == ADDRESS - {"isDefaultAddress", "countryName", "regionName"}
    assert shown["contactShippingAddress"] == shown["shippingAddress"]
    assert shown["secondaryAddresses"].keys() == {"Address", "Address##0"}
    derived = {"regionName", "countryName"}
    assert shown["secondaryAddresses"]["Address"].keys() == ADDRESS - {"alias", "isDefaultAddress"} - derived
    assert shown["secondaryAddresses"]["Address##0"]["city"] == "Syracuse"
    assert (first["isDefaultAddress"], second["isDefaultAddress"]) == (True, False)


def test_no_secret_is_ever_shown(own: Own) -> None:
    own.put({"oldPassword": "Shopper-2026", "newPassword": "Another-2027"})
    text = own.get().text
    for word in ("argon2", "assword", "tokensValidAfter", "exemptToken", "revoked", "modifiedBy", "SigningKey"):
        assert word not in text


def test_put_and_get_answer_alike(own: Own) -> None:
    put = own.put({"firstName": "Pat", "receiveEmail": "yes"}, {"x-ccsite": "siteDE"})
    assert put.body == own.shown(**{"x-ccsite": "siteDE"})
    assert put.headers["content-type"].startswith("application/json")
    assert put.headers["cache-control"] == "no-store"


def test_numbers_are_exact_and_plain(load: Callable[..., Own]) -> None:
    own = load(id="p1", login="p1", lifetimeSpend=40.00, lifetimeAOV=0.10, numberOfOrders=7)
    text = own.get().text
    assert '"lifetimeSpend":40,' in text
    assert '"lifetimeAOV":0.1,' in text


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("fields=firstName,lastName", {"firstName": "Kim", "lastName": "Anderson"}),
        ("fields=firstName , unknown,", {"firstName": "Kim"}),
        ("fields=shippingAddresses.city,shippingAddress.state", {
            "shippingAddresses": [{"city": "Alpharetta"}, {"city": "Syracuse"}], "shippingAddress": {"state": "GA"},
        }),
        ("fields=shippingAddresses.city,shippingAddresses&exclude=shippingAddresses", {}),
        ("fields=unknown", {}),
        ("fields=firstName.first,id", {"id": "se-570031"}),
        ("fields=gender,email&exclude=email,unknown,gender.x", {"gender": "female"}),
        ("fields=links.rel", {"links": [{"rel": "self"}]}),
        ("fields=secondaryAddresses.Address.city", {"secondaryAddresses": {"Address": {"city": "Alpharetta"}}}),
        ("fields=email&fields=login", {"email": "kim@example.com", "login": "shopper"}),
    ],
)  # fmt: skip
def test_fields(own: Own, query: str, wanted: Any) -> None:
    for answer in (own.get(query=f"?{query}"), own.put({}, query=f"?{query}")):
        assert answer.body == wanted
        assert "etag" in answer.headers


def test_exclude(own: Own) -> None:
    whole = own.shown()
    answer = own.get(query="?exclude=links,shippingAddresses.city,roles")
    expected = {name: value for name, value in whole.items() if name not in ("links", "roles")}
    expected["shippingAddresses"] = [
        {name: value for name, value in address.items() if name != "city"} for address in whole["shippingAddresses"]
    ]
    assert answer.body == expected


def test_blank_selections_count_as_absent_and_errors_are_never_filtered(own: Own) -> None:
    for query in ("?fields=&exclude=", "?fields=%20", "?filterKey=summary&unknown=1"):
        assert own.get(query=query).body.keys() == own.shown().keys()
    answer = own.put({"gender": "x"}, query="?fields=message&exclude=errors")
    assert answer.body.keys() == {"errorCode", "message", "status", "devMessage", "errors"}


def test_the_whole_answer_of_the_largest_book_fits_a_function_result(own: Own) -> None:
    import json

    item = {"address1": '"' * 120, "city": "\\" * 120, "country": "DE", "postalCode": "1", "county": "é" * 254}
    answer = own.put({"shippingAddresses": [{**item, "alias": str(number)} for number in range(200)]})
    assert answer.status == 200
    assert len(json.dumps({"body": answer.text}, ensure_ascii=False).encode()) < 6_000_000


def test_messages_in_the_language_of_the_request(own: Own, product: Product) -> None:
    def message(header: str) -> str:
        answer = own.put({"gender": "x"}, {"X-CCAsset-Language": header})
        return str(answer.body["message"])

    german = message("de")
    assert german == message("de-AT") == message("DE_de")
    assert german != message("en") == message("xx") == message("en-GB") == message(" ") == message("ja")
    error = product.call("PUT", PROFILE, headers={"X-CCAsset-Language": "de"}).body
    assert error["message"] == "The user is not authenticated."


def test_an_answer_that_grew_too_large_shows_addresses_once(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = own.get()
    monkeypatch.setattr("commerce.delivery.MAX_ANSWER_BYTES", answer_bytes(whole.text) - 1)
    for answer in (own.get(), own.put({"firstName": whole.body["firstName"]})):
        assert answer.status == 200
        assert answer.body == {name: value for name, value in whole.body.items() if name != "secondaryAddresses"}
