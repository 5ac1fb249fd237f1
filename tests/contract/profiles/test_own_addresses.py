"""Addresses of the own profile, one at a time (contract: companions.md §3)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.profiles.conftest import Own, OwnOf
from tests.support.deployment import Answer, Product
from tests.support.rivals import rival_before_method

PATH = "/ccstore/v1/profiles/current/addresses"
BASE = "https://shop.example.com"
DEFAULT, OTHER = "se-980032", "se-980031"
NEW = {
    "firstName": "Kim", "address1": "21 Cedar Ave", "city": "Syracuse", "state": "NY", "country": "US",
    "postalCode": "13202", "phoneNumber": "212-555-1977",
}  # fmt: skip


@dataclass(frozen=True)
class Book:
    """The addresses behind one token."""

    own: Own

    def call(self, method: str, address: str = "", body: Any = None, **headers: str) -> Answer:
        path = PATH + (f"/{address}" if address and not address.startswith("?") else address)
        return self.own.product.call(method, path, body, token=self.own.token, headers=headers)

    def add(self, address: Any = NEW, nickname: Any = "Home", **headers: str) -> Answer:
        return self.call("POST", "", {"address": address, "addressType": nickname}, **headers)

    def change(self, body: Any, address: str = DEFAULT, **headers: str) -> Answer:
        return self.call("PUT", address, body, **headers)

    def names(self, query: str = "") -> list[str]:
        answer = self.call("GET", query)
        assert answer.status == 200, answer.text
        return [item["addressType"] for item in answer.body["items"]]

    def refused(self, answer: Answer) -> list[tuple[str, str | None]]:
        assert answer.status == 400, answer.text
        return [(error["errorCode"], error.get("o:errorPath")) for error in answer.body.get("errors", [answer.body])]


@pytest.fixture
def book(own: Own) -> Book:
    return Book(own)


def test_the_list_is_the_profile_s(own: Own, book: Book) -> None:
    answer = book.call("GET")
    shown = own.shown()["shippingAddresses"]
    assert [{**item["address"], "alias": item["addressType"]} for item in answer.body["items"]] == shown
    assert answer.body["items"][0]["address"]["isDefaultAddress"] is True
    assert (answer.body["total"], answer.body["totalResults"], answer.body["count"]) == (2, 2, 2)
    assert answer.body["links"] == [{"rel": "self", "href": BASE + PATH}]
    assert "etag" not in answer.headers


def test_searches(book: Book) -> None:
    book.add()
    assert book.names("?limit=1&offset=1") == ["Address##0"]
    assert book.names("?addressType=Home") == ["Home"]
    assert book.names("?q=city%20co%20%22syra%22&queryFormat=SCIM&sort=address1:desc") == ["Home", "Address##0"]
    assert book.names("?q=firstName%20co%20%22zz%22%20OR%20address1%20co%20%22326%22") == ["Address"]


def test_one_address(book: Book) -> None:
    answer = book.call("GET", OTHER)
    assert answer.body["addressType"] == "Address##0"
    assert answer.body["address"] == book.call("GET").body["items"][1]["address"]
    assert answer.body["links"] == [{"rel": "self", "href": f"{BASE}{PATH}/{OTHER}"}]
    assert answer.headers["etag"]
    assert "alias" not in answer.body["address"]


def test_add(own: Own, book: Book) -> None:
    answer = book.add(
        {**NEW, "state": "New York", "country": "us", "types": ["SHIPPING"], "repositoryId": "mine", "x": 1}
    )
    shown = answer.body["address"]
    assert (shown["state"], shown["regionName"], shown["country"], shown["types"]) == (
        "NY", "New York", "US", [{"id": "SHIPPING"}],
    )  # fmt: skip
    assert shown["isDefaultAddress"] is False
    assert shown["repositoryId"] not in ("mine", DEFAULT, OTHER)
    assert answer.body["addressType"] == "Home"
    assert answer.body["links"] == [{"rel": "self", "href": BASE + PATH}]
    assert "etag" not in answer.headers
    assert own.shown()["shippingAddresses"][-1] == {**shown, "alias": "Home"}
    assert book.call("GET", shown["repositoryId"]).body["address"] == shown


def test_nicknames(book: Book) -> None:
    assert [book.add(NEW, name).body["addressType"] for name in ("Home", "Home", "", None, "Address")] == [
        "Home", "Home##0", "Address##1", "Address##2", "Address##3",
    ]  # fmt: skip
    assert book.call("POST", "", {"address": NEW}).body["addressType"] == "Address##4"
    # The address of the call gives way, wherever it stands.
    assert book.change({"addressType": "Home"}).body["addressType"] == "Home##1"
    assert book.names() == [
        "Home##1", "Address##0", "Home", "Home##0", "Address##1", "Address##2", "Address##3", "Address##4",
    ]  # fmt: skip


def test_the_default(own: Own, book: Book) -> None:
    added = book.add({**NEW, "isDefaultAddress": True}).body["address"]
    assert added["isDefaultAddress"] is True
    assert own.shown()["shippingAddress"]["repositoryId"] == added["repositoryId"]
    assert book.change({"address": {"isDefaultAddress": True}}).body["address"]["isDefaultAddress"] is True
    assert book.change({"address": {"isDefaultAddress": None}}).body["address"]["isDefaultAddress"] is True
    assert book.change({"address": {"isDefaultAddress": False}}, OTHER).status == 200
    assert own.shown()["shippingAddress"]["repositoryId"] == DEFAULT
    assert book.change({"address": {"isDefaultAddress": False}}).body["address"]["isDefaultAddress"] is False
    assert own.shown()["shippingAddress"] is None
    assert book.change({"address": {"isDefaultAddress": True}}).status == 200
    assert book.call("DELETE", DEFAULT).status == 200
    assert own.shown()["shippingAddress"] is None


def test_a_partial_update(own: Own, book: Book) -> None:
    before = book.call("GET", DEFAULT).body["address"]
    answer = book.change({"address": {"address2": None, "city": "Roswell", "alias": "x", "repositoryId": "y"}})
    assert answer.body["address"] == before | {"address2": None, "city": "Roswell"}
    assert answer.body["addressType"] == "Address"
    assert answer.headers["etag"] == book.call("GET", DEFAULT).headers["etag"]
    renamed = book.change({"addressType": "Home"})
    assert (renamed.body["addressType"], renamed.body["address"]) == ("Home", answer.body["address"])
    assert [address["repositoryId"] for address in own.shown()["shippingAddresses"]] == [DEFAULT, OTHER]


def test_a_new_country_drops_the_old_state(book: Book) -> None:
    changed = book.change({"address": {"country": "DE", "postalCode": "10115"}}).body["address"]
    assert (changed["country"], changed["state"], changed["regionName"]) == ("DE", None, None)
    assert book.refused(book.change({"address": {"country": "US"}})) == [("22027", "address.state")]
    back = book.change({"address": {"selectedCountry": "US", "selectedState": "GA"}}).body["address"]
    assert (back["country"], back["state"]) == ("US", "GA")
    assert book.change({"address": {"country": "United States"}}).body["address"]["state"] == "GA"


def test_what_was_read_changes_nothing(own: Own, book: Book) -> None:
    before = own.product.stored("PROFILES_TABLE")
    read = book.call("GET", OTHER)
    answer = book.change(read.body, OTHER)
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, read.body, read.headers["etag"])
    assert book.change({"address": {}}, OTHER).status == 200
    assert own.product.stored("PROFILES_TABLE") == before


def test_delete(own: Own, book: Book) -> None:
    answer = book.call("DELETE", OTHER)
    assert answer.body == {"repositoryId": OTHER, "links": [{"rel": "self", "href": f"{BASE}{PATH}/{OTHER}"}]}
    assert [address["repositoryId"] for address in own.shown()["shippingAddresses"]] == [DEFAULT]
    for method in ("GET", "PUT", "DELETE"):
        gone = book.call(method, OTHER, {"address": NEW})
        assert (gone.status, gone.code, gone.body["moreInfo"]) == (400, "22038", OTHER)


@pytest.mark.parametrize("body", ["{", "", "null", "[]", "{}", '{"address":null}', '{"address":[]}', '{"address":"x"}'])
def test_a_body_without_an_address(own: Own, book: Book, body: str) -> None:
    before = own.product.stored("PROFILES_TABLE")
    assert book.call("POST", "", body).code == book.call("PUT", DEFAULT, body).code == "22032"
    assert book.call("POST", "", {"addressType": "Home"}).code == "22032"
    assert own.product.stored("PROFILES_TABLE") == before


@pytest.mark.parametrize(
    ("members", "errors"),
    [
        ({"city": ""}, [("23010", "address.city")]),
        ({"address1": None, "postalCode": None}, [("23011", "address.address1"), ("23008", "address.postalCode")]),
        ({"country": "ZZ"}, [("23007", "address.country")]),
        ({"state": "XX"}, [("22027", "address.state")]),
        ({"phoneNumber": "call me"}, [("23005", "address.phoneNumber")]),
        ({"lastName": 7}, [("22024", "address.lastName")]),
        ({"lastName": "x" * 255}, [("00004", "address.lastName")]),
        ({"types": "SHIPPING"}, [("22026", "address.types")]),
        ({"types": [7.5]}, [("22026", "address.types")]),
        ({"isDefaultAddress": "true"}, [("22026", "address.isDefaultAddress")]),
    ],
)
def test_members_as_the_profile_s(own: Own, book: Book, members: Any, errors: list[tuple[str, str]]) -> None:
    before = own.product.stored("PROFILES_TABLE")
    assert book.refused(book.add({**NEW, **members})) == errors
    assert sorted(book.refused(book.change({"address": members}))) == sorted(errors)
    assert own.product.stored("PROFILES_TABLE") == before


def test_a_nickname_of_the_wrong_kind(book: Book) -> None:
    assert book.refused(book.add(NEW, 7)) == [("22024", "addressType")]
    assert book.refused(book.change({"addressType": "x" * 255})) == [("00004", "addressType")]


def test_no_more_than_two_hundred(own: Own, book: Book) -> None:
    own.put({"shippingAddresses": [{**NEW, "alias": str(number)} for number in range(200)]})
    assert book.refused(book.add()) == [("22026", None)]
    assert len(book.call("GET", "?limit=250").body["items"]) == 200


def test_the_order_of_checks(product: Product, book: Book, issue: Callable[..., str], own_of: OwnOf) -> None:
    site = {"x-ccsite": "nowhere"}
    assert product.call("PUT", f"{PATH}/none", "{", headers=site).code == "00001000"
    assert book.call("PUT", "none", "{", **site).code == "30014"
    assert product.call("PUT", f"{PATH}/none", "{", token=issue(None)).code == "22000"
    assert product.call("PUT", f"{PATH}/none", "{", token=issue("gone")).code == "22002"
    assert Book(own_of("110001")).call("PUT", "none", "{").code == "89103"
    stale = {"If-Match": book.call("GET", DEFAULT).headers["etag"]}
    book.add()
    assert book.call("PUT", "none", "{", **stale).code == "22038"
    assert book.call("PUT", DEFAULT, "{", **stale).code == "22032"
    assert book.call("PUT", DEFAULT, {"address": {"city": 7}}, **stale).code == "00000412"
    assert book.call("DELETE", DEFAULT, **stale).code == "00000412"


def test_a_matching_tag(book: Book) -> None:
    first = book.call("GET", DEFAULT).headers["etag"]
    assert book.change({"address": {"city": "Roswell"}}, **{"If-Match": first}).status == 200
    assert book.change({"address": {"city": "Macon"}}, **{"If-Match": first}).code == "00000412"
    # A tag of one address says nothing about another.
    assert book.change({"address": {"city": "Macon"}}, OTHER, **{"If-Match": first}).status == 200


def test_members_of_an_account_need_a_role(load: Callable[..., Own]) -> None:
    def shopper(name: str, *roles: tuple[str, str]) -> Book:
        held = [
            {"repositoryId": f"r-{index}", "function": function, "relativeTo": {"repositoryId": organization}}
            for index, (function, organization) in enumerate(roles)
        ]
        own = load(
            id=name,
            login=name,
            parentOrganization={"repositoryId": "100002"},
            secondaryOrganizations=[{"repositoryId": "100003"}],
            roles=held,
        )
        return Book(own)

    for function in ("profileAddressManager", "admin"):
        assert shopper("may", (function, "100002")).add().status == 200
    for function in ("buyer", "approver", "accountAddressManager"):
        assert shopper("not", (function, "100002")).add().code == "89103"
    elsewhere = shopper("elsewhere", ("profileAddressManager", "100003"))
    assert elsewhere.add().code == "89103"
    added = elsewhere.add(**{"X-CCOrganization": "100003"})
    assert added.status == 200
    address = added.body["address"]["repositoryId"]
    # One that is none of the shopper's does not count.
    assert elsewhere.call("PUT", address, {"addressType": "x"}, **{"X-CCOrganization": "100001"}).code == "89103"
    assert elsewhere.call("DELETE", address).code == "89103"
    assert elsewhere.call("GET", address).status == elsewhere.call("GET").status == 200


def test_two_added_at_once_both_stay(product: Product, own: Own, book: Book) -> None:
    rival = Book(Own(Product(product.environment, product.clock), own.token))
    store = product.app("add_profile_address").parts.store
    with rival_before_method(store, "write", lambda: rival.add(NEW, "Rival")):
        assert book.add(NEW, "Ours").status == 200
    assert book.names() == ["Address", "Address##0", "Rival", "Ours"]


def test_a_rival_s_change_survives_an_update_and_a_deletion(product: Product, own: Own, book: Book) -> None:
    rival = Book(Own(Product(product.environment, product.clock), own.token))
    store = product.app("update_profile_address").parts.store
    with rival_before_method(store, "write", lambda: rival.change({"address": {"city": "Macon"}})):
        changed = book.change({"address": {"address2": "Gate 2"}}).body["address"]
    assert (changed["city"], changed["address2"]) == ("Macon", "Gate 2")
    store = product.app("delete_profile_address").parts.store
    with rival_before_method(store, "write", lambda: rival.call("DELETE", OTHER)):
        assert book.call("DELETE", OTHER).code == "22038"
    tag = {"If-Match": book.call("GET", DEFAULT).headers["etag"]}
    with rival_before_method(store, "write", rival.add):
        assert book.call("DELETE", DEFAULT, **tag).code == "00000412"


def test_the_same_request_under_a_key_makes_one_address(book: Book) -> None:
    key = {"Idempotency-Key": "key-1"}
    first, again = book.add(**key), book.add(dict(reversed(NEW.items())), **key)
    assert (first.status, first.headers.get("idempotency-replayed")) == (200, None)
    assert (again.status, again.headers["idempotency-replayed"], again.text) == (200, "true", first.text)
    assert "etag" not in again.headers
    assert book.names() == ["Address", "Address##0", "Home"]
    assert book.add(NEW, "Other", **key).code == "00000422"
    assert book.add(NEW, **{"Idempotency-Key": "a b"}).code == "00000400"
    assert book.add({**NEW, "city": ""}, **{"Idempotency-Key": "key-2"}).status == 400
    assert book.add(**{"Idempotency-Key": "key-2"}).body["addressType"] == "Home##0"


def test_a_rival_under_the_same_key_is_answered_for_both(product: Product, own: Own, book: Book) -> None:
    rival = Book(Own(Product(product.environment, product.clock), own.token))
    key, answers = {"Idempotency-Key": "key-1"}, list[Answer]()
    store = product.app("add_profile_address").parts.store
    with rival_before_method(store, "write", lambda: answers.append(rival.add(**key))):
        answer = book.add(**key)
    assert (answer.text, answer.headers["idempotency-replayed"]) == (answers[0].text, "true")
    assert book.names() == ["Address", "Address##0", "Home"]
