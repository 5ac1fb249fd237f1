"""The address book: profiles.md §3."""

import json
from typing import Any

import pytest

from commerce.addresses.regions import Regions
from tests.support.profiles import OwnProfile, any_of

BONN = {"alias": "Bonn", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}
APEX = {"address1": "2 Example Road", "city": "Apex", "country": "US", "state": "NC", "postalCode": "27502"}
KEPT = (
    "alias", "prefix", "firstName", "middleName", "lastName", "suffix", "companyName", "jobTitle", "address1",
    "address2", "address3", "city", "county", "state", "postalCode", "country", "phoneNumber", "faxNumber",
    "externalAddressId",
)  # fmt: skip
REGIONAL = ("selectedCountry", "selectedState", "state_ISOCode", "defaultCountryCode")


def book(own: OwnProfile, *addresses: Any) -> list[Any]:
    """The list that the profile shows after one was sent."""
    return list(own.put({"shippingAddresses": list(addresses)})["shippingAddresses"])


def test_absent_and_null_leave_the_book_and_an_empty_list_clears_it(own: OwnProfile) -> None:
    before = own.shown()
    assert own.put({"firstName": "Kim", "shippingAddresses": None, "shippingAddress": None}) == before
    cleared = own.put({"shippingAddresses": []})
    assert cleared["shippingAddresses"] == []
    assert cleared["secondaryAddresses"] == {}
    assert cleared["shippingAddress"] is None


def test_shapes_that_are_none(own: OwnProfile) -> None:
    for value in any_of("x", 7, True, {}, {"0": BONN}):
        assert own.refused({"shippingAddresses": value}) == [("22026", "shippingAddresses", "shippingAddresses")]
    for item in any_of("x", 7, None, [BONN]):
        path = "shippingAddresses[1]"
        assert own.refused({"shippingAddresses": [BONN, item]}) == [("22026", path, "shippingAddresses")]
    for value in any_of("true", 1, "", []):
        path = "shippingAddresses[0].isDefaultAddress"
        body = {"shippingAddresses": [{**BONN, "isDefaultAddress": value}]}
        assert own.refused(body) == [("22026", path, "isDefaultAddress")]
    for value in any_of("x", 7, [], [BONN]):
        assert own.refused({"shippingAddress": value}) == [("22026", "shippingAddress", "shippingAddress")]
    assert book(own, {**BONN, "isDefaultAddress": None})[0]["isDefaultAddress"] is False


def test_members_that_are_no_strings_or_too_long(own: OwnProfile) -> None:
    for name in (*KEPT, *REGIONAL):
        path = f"shippingAddresses[0].{name}"
        for value in any_of(7, {}):
            found = own.refused({"shippingAddresses": [{**BONN, name: value}]})
            assert found == [("22024", path, None)], (name, value)
        assert own.refused({"shippingAddresses": [{**BONN, name: "1" * 255}]}) == [("00004", path, None)], name
    for value in any_of(True, {}, []):
        body = {"shippingAddresses": [{**BONN, "repositoryId": value}]}
        assert own.refused(body) == [("22024", "shippingAddresses[0].repositoryId", None)]


def test_every_kept_member_comes_back(own: OwnProfile) -> None:
    sent = {name: f"<{name}>" for name in KEPT} | {"country": "CA", "state": "ON", "phoneNumber": "+1 (416) 1-2"}
    shown = book(own, {**sent, "types": ["SHIPPING"], "isDefaultAddress": True})[0]
    assert {name: shown[name] for name in KEPT} == sent
    assert shown["types"] == [{"id": "SHIPPING"}]
    assert shown["isDefaultAddress"] is True
    assert (shown["countryName"], shown["regionName"]) == ("Canada", "Ontario")


def test_swallowed_members(own: OwnProfile) -> None:
    swallowed = dict.fromkeys(
        ("addressType", "type", "email", "isDefaultBillingAddress", "isDefaultShippingAddress", "dynamicProperties",
         "predefinedAddressTypes", "isTypeModified", "computedDefault", "selectedAddressTypes", "phoneNumberMask",
         "phoneNumberMasked", "deleteShippingAddress", "anything", "countryName", "regionName"), 7
    )  # fmt: skip
    shown = book(own, {**BONN, **swallowed})[0]
    assert set(shown) == {*KEPT, "repositoryId", "regionName", "countryName", "isDefaultAddress", "types"}


@pytest.mark.parametrize(
    ("name", "code"), [("address1", "23011"), ("city", "23010"), ("country", "23007"), ("postalCode", "23008")]
)
def test_required_members(own: OwnProfile, name: str, code: str) -> None:
    path = f"shippingAddresses[1].{name}"
    for item in any_of(
        {**BONN, name: ""}, {**BONN, name: None}, {key: member for key, member in BONN.items() if key != name}
    ):
        assert own.refused({"shippingAddresses": [BONN, item]}) == [(code, path, None)]
    alone = {key: member for key, member in BONN.items() if key != name}
    assert own.refused({"shippingAddress": alone}) == [(code, f"shippingAddress.{name}", None)]


def test_names_may_be_null(own: OwnProfile) -> None:
    assert book(own, {**BONN, "firstName": None, "lastName": None})[0]["lastName"] is None


@pytest.mark.parametrize(
    ("sent", "country"),
    [
        ({"selectedCountry": "US", "country": "DE", "defaultCountryCode": "FR"}, "US"),
        ({"selectedCountry": "", "country": "DE", "defaultCountryCode": "FR"}, "DE"),
        ({"country": "united states", "defaultCountryCode": "FR"}, "US"),
        ({"country": "de"}, "DE"),
        ({"country": "", "defaultCountryCode": "fr"}, "FR"),
        ({"country": None, "defaultCountryCode": "FR"}, "FR"),
        ({"country": "Côte d’Ivoire"}, "CI"),
        ({"country": "Åland Islands"}, "AX"),
    ],
)
def test_the_first_member_that_names_a_country_decides(own: OwnProfile, sent: Any, country: str) -> None:
    assert book(own, {**BONN, "state": "NC", **sent})[0]["country"] == country


@pytest.mark.parametrize(
    "sent",
    [
        {"selectedCountry": "Germany", "country": "DE"},
        {"selectedCountry": "XX", "country": "DE"},
        {"country": "Atlantis", "defaultCountryCode": "DE"},
        {"country": "Utopia"},
        {"country": "", "defaultCountryCode": "Germany"},
    ],
)
def test_an_unknown_country_is_not_mended_by_the_next_member(own: OwnProfile, sent: Any) -> None:
    assert own.refused({"shippingAddresses": [{**BONN, **sent}]}) == [("23007", "shippingAddresses[0].country", None)]


@pytest.mark.parametrize(
    ("sent", "state", "region"),
    [
        ({"selectedState": "NY", "state_ISOCode": "US-GA", "state": "NC"}, "NY", "New York"),
        ({"selectedState": "ny"}, "NY", "New York"),
        ({"selectedState": "", "state_ISOCode": "US-GA", "state": "NC"}, "GA", "Georgia"),
        ({"state_ISOCode": "us-ga", "state": "NC"}, "GA", "Georgia"),
        ({"state_ISOCode": "CA-ON", "state": "NC"}, "NC", "North Carolina"),
        ({"state_ISOCode": "US-", "state": "NC"}, "NC", "North Carolina"),
        ({"state": "north carolina"}, "NC", "North Carolina"),
        ({"state": "AE"}, "AE", "Armed Forces Europe"),
        ({"country": "CA", "state": "quebec"}, "QC", "Quebec"),
    ],
)
def test_the_first_member_that_names_a_state_decides(own: OwnProfile, sent: Any, state: str, region: str) -> None:
    shown = book(own, {**APEX, **sent})[0]
    assert (shown["state"], shown["regionName"]) == (state, region)


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ({"selectedState": "XX", "state": "NC"}, "XX"),
        ({"selectedState": "North Carolina", "state": "NC"}, "North Carolina"),
        ({"state_ISOCode": "US-XX", "state": "NC"}, "XX"),
        ({"state": "Bavaria"}, "Bavaria"),
        ({"state": ""}, None),
        ({"state": None}, None),
    ],
)
def test_a_state_that_is_unknown_or_missing(own: OwnProfile, sent: Any, value: str | None) -> None:
    found = own.refused({"shippingAddresses": [{**APEX, **sent}]})
    assert found == [("22027", "shippingAddresses[0].state", value)]


def test_where_there_is_no_list_of_regions_the_text_is_kept(own: OwnProfile) -> None:
    for state in ("anything", "", None):
        shown = book(own, {**BONN, "state": state})[0]
        assert (shown["state"], shown["regionName"]) == (state, None)


def test_phone_numbers(own: OwnProfile) -> None:
    for phone in ("", None, "112", "+1 (212) 555-0100", "1" * 20, "555.0100", "+49 228/555-01 ext. 7"):
        assert book(own, {**BONN, "phoneNumber": phone})[0]["phoneNumber"] == phone
    for phone in (" ", "+-()", "call me", "1" * 21, "11", "٥٥٥", "1\n"):
        found = own.refused({"shippingAddresses": [{**BONN, "phoneNumber": phone}]})
        assert found == [("23005", "shippingAddresses[0].phoneNumber", None)], phone


def test_types(own: OwnProfile) -> None:
    for sent in (["A", "B"], [{"id": "A"}, {"id": "B", "name": "x"}], [{"id": "A"}, "B"]):
        assert book(own, {**BONN, "types": sent})[0]["types"] == [{"id": "A"}, {"id": "B"}]
    assert book(own, {**BONN, "types": [7, {"id": 8}]})[0]["types"] == [{"id": "7"}, {"id": "8"}]
    for nothing in any_of([], None):
        assert book(own, {**BONN, "types": nothing})[0]["types"] == []
    for wrong in any_of("A", {"id": "A"}, [None], [["A"]], [{}], [{"id": None}], [True], [{"id": 1.5}]):
        found = own.refused({"shippingAddresses": [{**BONN, "types": wrong}]})
        assert found == [("22026", "shippingAddresses[0].types", "types")], wrong


def test_all_that_is_wrong_with_a_book_in_the_order_of_the_request(own: OwnProfile) -> None:
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


def test_items_find_their_stored_address_by_id_then_by_alias(own: OwnProfile) -> None:
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


def test_unknown_and_repeated_ids_count_as_new(own: OwnProfile) -> None:
    first, _ = own.shown()["shippingAddresses"]
    own_id = {"repositoryId": first["repositoryId"]}
    shown = book(own, {**BONN, **own_id}, {**BONN, **own_id}, {**BONN, "repositoryId": "mine"})
    ids = [address["repositoryId"] for address in shown]
    assert ids[0] == first["repositoryId"]
    assert len({*ids, "mine"}) == 4


def test_an_alias_matches_once(own: OwnProfile) -> None:
    first, _ = own.shown()["shippingAddresses"]
    shown = book(own, {**BONN, "alias": first["alias"]}, {**BONN, "alias": first["alias"]})
    assert shown[0]["repositoryId"] == first["repositoryId"] != shown[1]["repositoryId"]
    assert [address["alias"] for address in shown] == ["Address", "Address##0"]


def test_a_numeric_id_is_its_decimal_text() -> None:
    own = OwnProfile({"addresses": [{**BONN, "repositoryId": "110053"}]})
    for number in ("110053", "110053.0", "1.10053e5"):
        text = json.dumps({"shippingAddresses": [{**BONN, "repositoryId": 0}]}).replace(": 0", f": {number}")
        shown = own.put(text)["shippingAddresses"]
        assert [address["repositoryId"] for address in shown] == ["110053"]
    own.put({"shippingAddress": {**BONN, "repositoryId": 110053, "city": "Köln"}})
    assert [address["city"] for address in own.shown()["shippingAddresses"]] == ["Köln"]


def test_an_address_that_comes_back_as_it_was_read_is_not_checked_again() -> None:
    odd = {**BONN, "repositoryId": "a1", "phoneNumber": "by letter only", "city": "Bonn", "types": ["ODD"]}
    own = OwnProfile({"addresses": [odd]})
    shown = own.shown()["shippingAddresses"][0]
    assert own.unchanged_by({"shippingAddresses": [shown]})
    assert book(own, {**shown, "types": ["ODD"]}, APEX)[0] == shown
    assert own.refused({"shippingAddresses": [{**shown, "city": "Köln"}]})[0][0] == "23005"
    # Beside an item of the wrong kind it is not checked either.
    assert own.refused({"shippingAddresses": [shown, 7]}) == [("22026", "shippingAddresses[1]", "shippingAddresses")]
    assert own.put({"shippingAddress": shown})["shippingAddress"]["phoneNumber"] == "by letter only"


def test_a_state_is_not_missed_beside_a_wrong_member_that_would_name_it(own: OwnProfile) -> None:
    stateless = {name: value for name, value in APEX.items() if name != "state"}
    assert own.refused({"shippingAddress": stateless}) == [("22027", "shippingAddress.state", None)]
    for name in ("state", "selectedState", "state_ISOCode"):
        assert own.refused({"shippingAddress": stateless | {name: 7}}) == [("22024", f"shippingAddress.{name}", None)]


def test_a_choice_of_region_counts_beside_the_members_as_read(own: OwnProfile) -> None:
    first, second = own.shown()["shippingAddresses"]
    shown = book(own, {**first, "selectedState": "NC"}, {**second, "state_ISOCode": "US-GA"})
    assert [address["state"] for address in shown] == ["NC", "GA"]
    assert [address["repositoryId"] for address in shown] == [first["repositoryId"], second["repositoryId"]]


def test_aliases_stay_unique(own: OwnProfile) -> None:
    def aliases(*wanted: str | None) -> list[str]:
        return [address["alias"] for address in book(own, *({**BONN, "alias": alias} for alias in wanted))]

    assert aliases(None, "", "Address") == ["Address", "Address##0", "Address##1"]
    assert aliases("Home", "home", "Home") == ["Home", "home", "Home##0"]
    assert aliases("Home##0", "Home##0") == ["Home##0", "Home##1"]
    assert aliases("Home", "Home", "Home##0") == ["Home", "Home##0", "Home##1"]
    long = aliases("a" * 254, "a" * 254)
    assert long == ["a" * 254, "a" * 251 + "##0"]
    own.put({"shippingAddresses": []})
    missing = {name: value for name, value in BONN.items() if name != "alias"}
    assert [address["alias"] for address in book(own, missing, missing)] == ["Address", "Address##0"]


def test_the_default_address(own: OwnProfile) -> None:
    first, second = own.shown()["shippingAddresses"]

    def default(*items: Any) -> str | None:
        profile = own.put({"shippingAddresses": list(items)})
        marked = [address["alias"] for address in profile["shippingAddresses"] if address["isDefaultAddress"]]
        shown = profile["shippingAddress"]
        assert marked == ([shown["alias"]] if shown else [])
        return marked[0] if marked else None

    a, b, c = ({**BONN, "alias": alias} for alias in "abc")
    on = {"isDefaultAddress": True}
    # None is marked: the previous default, while it is there.
    assert default({**first, "isDefaultAddress": None}, second) == "Address"
    assert default({**first, "alias": "Moved", "isDefaultAddress": None}, a) == "Moved"
    assert default(a, b) is None
    assert default(a, b, c) is None
    assert default({**a, **on}, {**b, **on}, c) == "b"
    assert default(a, b, {**c, **on}) == "c"
    assert default() is None
    # Unless its item says that it is none.
    off = {"isDefaultAddress": False}
    assert default({**a, **on}, {**b, **off}) == "a"
    assert default(a, {**b, **off}) == "a"
    assert default({**a, **off}, {**b, **on}) == "b"
    assert default({**a, **off}, {**b, **off}) is None


def test_the_deprecated_single_address(own: OwnProfile) -> None:
    first, second = own.shown()["shippingAddresses"]
    # By id: that one is replaced and becomes the default; the rest stays.
    shown = own.put({"shippingAddress": {**BONN, "repositoryId": second["repositoryId"]}})
    assert [address["repositoryId"] for address in shown["shippingAddresses"]] == [
        first["repositoryId"], second["repositoryId"],
    ]  # fmt: skip
    assert shown["shippingAddress"]["repositoryId"] == second["repositoryId"]
    assert shown["shippingAddresses"][0] == {**first, "isDefaultAddress": False}
    # Without a known id: the default one.
    for item in any_of(APEX, {**APEX, "repositoryId": "unknown"}):
        shown = own.put({"shippingAddress": {**item, "alias": "Apex"}})
        assert [address["city"] for address in shown["shippingAddresses"]] == ["Alpharetta", "Apex"]
        assert shown["shippingAddress"]["repositoryId"] == second["repositoryId"]
    # Without a default: added.
    own.put({"shippingAddresses": [BONN]})
    shown = own.put({"shippingAddress": APEX})
    assert [address["city"] for address in shown["shippingAddresses"]] == ["Bonn", "Apex"]
    assert shown["shippingAddress"]["city"] == "Apex"
    # Beside the list it is ignored, whatever it is; a list of null is absent.
    for ignored in (7, {"city": 7}, APEX):
        body = {"shippingAddress": ignored, "shippingAddresses": [BONN]}
        assert [address["city"] for address in own.put(body)["shippingAddresses"]] == ["Bonn"]
    shown = own.put({"shippingAddress": {**APEX, "alias": "x"}, "shippingAddresses": None})
    assert shown["shippingAddress"]["alias"] == "x"


def test_which_countries_are_allowed_and_have_regions() -> None:
    own = OwnProfile(regions=Regions(frozenset({"DE", "US"}), frozenset({"DE"})))
    country, state = "shippingAddresses[0].country", "shippingAddresses[0].state"
    assert own.refused({"shippingAddresses": [{**BONN, "country": "FR"}]}) == [("23007", country, None)]
    assert own.refused({"shippingAddresses": [{**BONN, "state": "XX"}]}) == [("22027", state, "XX")]
    assert book(own, {**BONN, "state": "by"})[0]["state"] == "BY"
    assert book(own, {**APEX, "state": "XX"})[0]["state"] == "XX"


def test_two_hundred_addresses_and_no_more(own: OwnProfile) -> None:
    many = [{**BONN, "alias": str(number)} for number in range(200)]
    assert len(book(own, *many)) == 200
    assert own.refused({"shippingAddresses": [*many, BONN]}) == [("22026", "shippingAddresses", None)]
    assert own.refused({"shippingAddress": APEX}) == [("22026", "shippingAddress", None)]
    found = own.refused({"gender": "x", "shippingAddresses": [1] * 500_001})
    assert [path for _, path, _ in found] == ["gender", "shippingAddresses"]
