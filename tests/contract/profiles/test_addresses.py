"""The address book as it is stored and answered: profiles.md §3.

What a sent list makes of the stored one, and what is refused: tests/unit/profiles/test_addresses.py
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from backoffice.records import BadData
from tests.contract.profiles.conftest import Own

BONN = {"alias": "Bonn", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}
APEX = {"address1": "2 Example Road", "city": "Apex", "country": "US", "state": "NC", "postalCode": "27502"}
KEPT = (
    "alias", "prefix", "firstName", "middleName", "lastName", "suffix", "companyName", "jobTitle", "address1",
    "address2", "address3", "city", "county", "state", "postalCode", "country", "phoneNumber", "faxNumber",
    "externalAddressId",
)  # fmt: skip
REGIONAL = ("selectedCountry", "selectedState", "state_ISOCode", "defaultCountryCode")


def book(own: Own, *addresses: Any) -> list[Any]:
    """The list that the profile shows after one was sent."""
    answer = own.put({"shippingAddresses": list(addresses)})
    assert answer.status == 200, answer.text
    shown: list[Any] = answer.body["shippingAddresses"]
    return shown


def test_absent_and_null_leave_the_book_and_an_empty_list_clears_it(own: Own) -> None:
    before = own.shown()
    assert own.put({"firstName": "Kim", "shippingAddresses": None, "shippingAddress": None}).body == before
    cleared = own.put({"shippingAddresses": []}).body
    assert cleared["shippingAddresses"] == []
    assert cleared["secondaryAddresses"] == {}
    assert cleared["shippingAddress"] is None


def test_every_kept_member_comes_back(own: Own) -> None:
    sent = {name: f"<{name}>" for name in KEPT} | {"country": "CA", "state": "ON", "phoneNumber": "+1 (416) 1-2"}
    shown = book(own, {**sent, "types": ["SHIPPING"], "isDefaultAddress": True})[0]
    assert {name: shown[name] for name in KEPT} == sent
    assert shown["types"] == [{"id": "SHIPPING"}]
    assert shown["isDefaultAddress"] is True
    assert (shown["countryName"], shown["regionName"]) == ("Canada", "Ontario")


def test_a_country_that_is_unknown(own: Own) -> None:
    body = {"shippingAddresses": [{**BONN, "country": "Utopia"}]}
    assert own.refused(body) == [("23007", "shippingAddresses[0].country", None)]


def test_which_countries_are_allowed_and_have_regions_is_configuration(make_product: Any, own: Own) -> None:
    product = make_product(ALLOWED_COUNTRIES="DE, US", REGION_COUNTRIES="DE")
    here = Own(product, own.token)
    assert here.put({"shippingAddresses": [{**BONN, "country": "FR"}]}).code == "23007"
    assert here.put({"shippingAddresses": [{**BONN, "state": "XX"}]}).code == "22027"
    assert here.put({"shippingAddresses": [{**BONN, "state": "by"}]}).body["shippingAddresses"][0]["state"] == "BY"
    assert here.put({"shippingAddresses": [{**APEX, "state": "XX"}]}).status == 200


def test_all_that_is_wrong_with_a_book_in_the_order_of_the_request(own: Own) -> None:
    body = {
        "lastName": 7,
        "shippingAddresses": [
            {"phoneNumber": "x", "country": "US", "city": 7, "state": "XX"},
            "none",
            BONN,
            {"types": 1, "selectedCountry": 7, "state": "XX", "postalCode": ""},
        ],
        "gender": "x",
    }
    assert own.refused(body) == [
        ("22024", "lastName", None),
        ("23005", "shippingAddresses[0].phoneNumber", None),
        ("22024", "shippingAddresses[0].city", None),
        ("22027", "shippingAddresses[0].state", "XX"),
        ("23011", "shippingAddresses[0].address1", None),
        ("23008", "shippingAddresses[0].postalCode", None),
        ("22026", "shippingAddresses[1]", "shippingAddresses"),
        ("22026", "shippingAddresses[3].types", "types"),
        ("22024", "shippingAddresses[3].selectedCountry", None),
        ("23008", "shippingAddresses[3].postalCode", None),
        ("23011", "shippingAddresses[3].address1", None),
        ("23010", "shippingAddresses[3].city", None),
        ("22026", "gender", "gender"),
    ]


def test_items_find_their_stored_address_by_id_then_by_alias(own: Own) -> None:
    first, second = own.shown()["shippingAddresses"]
    shown = book(
        own,
        {**BONN, "alias": second["alias"]},
        {**BONN, "repositoryId": first["repositoryId"], "alias": "Renamed"},
        {**BONN, "alias": "New", "repositoryId": ""},
    )
    assert [address["repositoryId"] for address in shown[:2]] == [second["repositoryId"], first["repositoryId"]]
    assert shown[2]["repositoryId"] not in (first["repositoryId"], second["repositoryId"])
    assert [address["alias"] for address in shown] == [second["alias"], "Renamed", "New"]
    # Replaced as a whole: what the item left out is null now.
    assert shown[1]["address2"] is shown[1]["firstName"] is shown[1]["state"] is None


def test_a_numeric_id_is_its_decimal_text(load: Callable[..., Own]) -> None:
    own = load(id="p1", login="p1", addresses=[{**BONN, "repositoryId": "110053"}])
    for number in ("110053", "110053.0", "1.10053e5"):
        text = json.dumps({"shippingAddresses": [{**BONN, "repositoryId": 0}]}).replace(": 0", f": {number}")
        shown = own.put(text).body["shippingAddresses"]
        assert [address["repositoryId"] for address in shown] == ["110053"]
    assert own.put({"shippingAddress": {**BONN, "repositoryId": 110053, "city": "Köln"}}).status == 200
    assert [address["city"] for address in own.shown()["shippingAddresses"]] == ["Köln"]


def test_an_address_that_comes_back_as_it_was_read_is_not_checked_again(load: Callable[..., Own]) -> None:
    odd = {**BONN, "repositoryId": "a1", "phoneNumber": "by letter only", "city": "Bonn", "types": ["ODD"]}
    own = load(id="p1", login="p1", addresses=[odd])
    shown = own.shown()["shippingAddresses"][0]
    before = own.get().headers["etag"]
    assert own.put({"shippingAddresses": [shown]}).headers["etag"] == before
    assert own.put({"shippingAddresses": [{**shown, "types": ["ODD"]}, APEX]}).status == 200
    assert own.refused({"shippingAddresses": [{**shown, "city": "Köln"}]})[0][0] == "23005"
    # Beside an item of the wrong kind it is not checked either.
    assert own.refused({"shippingAddresses": [shown, 7]}) == [("22026", "shippingAddresses[1]", "shippingAddresses")]
    assert own.put({"shippingAddress": shown}).status == 200


def test_the_deprecated_single_address(own: Own) -> None:
    first, second = own.shown()["shippingAddresses"]
    shown = own.put({"shippingAddress": {**BONN, "repositoryId": second["repositoryId"]}}).body
    assert shown["shippingAddresses"][0] == {**first, "isDefaultAddress": False}
    assert shown["shippingAddress"]["repositoryId"] == second["repositoryId"]
    assert own.shown() == shown


def test_two_hundred_addresses_and_no_more(own: Own) -> None:
    many = [{**BONN, "alias": str(number)} for number in range(200)]
    assert len(book(own, *many)) == 200
    assert own.refused({"shippingAddresses": [*many, BONN]}) == [("22026", "shippingAddresses", None)]
    assert own.refused({"shippingAddress": APEX}) == [("22026", "shippingAddress", None)]
    answer = own.put('{"gender":"x","shippingAddresses":[' + "1," * 500_000 + "1]}")
    assert [error["o:errorPath"] for error in answer.body["errors"]] == ["gender", "shippingAddresses"]


def test_a_profile_too_large_to_store(own: Own) -> None:
    letters, dice = [chr(code) for code in range(0x4E00, 0x9000)], Random(7)  # noqa: S311  # text that hardly shrinks
    names = ("address2", "address3", "county", "companyName", "jobTitle")
    many = [
        {**BONN, "alias": str(number)} | {name: "".join(dice.choices(letters, k=254)) for name in names}
        for number in range(200)
    ]
    found = own.refused(json.dumps({"shippingAddresses": many}, ensure_ascii=False))
    assert [(code, info) for code, _, info in found] == [("22026", None)]


def test_loaded_addresses_are_stored_as_sent_ones_are(load: Callable[..., Own]) -> None:
    named = {**APEX, "repositoryId": "a1", "alias": "A", "country": "United States", "state": "north carolina"}
    own = load(id="p1", login="p1", addresses=[named, {**BONN, "repositoryId": "a2", "county": None}])
    first, second = own.shown()["shippingAddresses"]
    assert (first["country"], first["state"], first["regionName"]) == ("US", "NC", "North Carolina")
    assert (second["country"], second["state"], second["county"]) == ("DE", None, None)
    for member, wrong in (("country", "Atlantis"), ("state", "Ontario"), ("city", ""), ("postalCode", None)):
        with pytest.raises(BadData, match=rf"\(p1\): addresses\[0\]: {member} is missing or unknown"):
            load(id="p1", login="p1", addresses=[named | {member: wrong}])
    with pytest.raises(BadData, match=r"addresses\.0\.repositoryId: letters, digits"):
        load(id="p1", login="p1", addresses=[named | {"repositoryId": "a/1"}])
