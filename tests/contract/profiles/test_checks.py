"""The numbered checks of the contract: profiles.md §8, custom properties apart."""

import json

from tests.contract.profiles.conftest import Own
from tests.support.deployment import ROOT

EXAMPLE = json.loads((ROOT / "docs/contract/examples/update-profile.request.json").read_text(encoding="utf-8"))


def test_2_a_number_for_a_string(own: Own) -> None:
    assert own.refused({"firstName": 7}) == [("22024", "firstName", None)]
    assert own.put({"firstName": 7}).body["errors"][0]["message"] == "firstName(7) must be a String"


def test_3_the_example_makes_two_addresses_and_a_default(own: Own) -> None:
    answer = own.put(EXAMPLE)
    assert answer.status == 200, answer.text
    profile = answer.body
    first, second = profile["shippingAddresses"]
    for address in (first, second):
        assert (address["state"], address["regionName"], address["country"]) == ("NC", "North Carolina", "US")
        assert address["countryName"] == "United States"
    assert profile["shippingAddress"] == {
        name: value for name, value in first.items() if name not in ("isDefaultAddress", "countryName", "regionName")
    }
    assert [address["alias"] for address in (first, second)] == ["Address", "Address##0"]
    assert (profile["firstName"], profile["lastName"], profile["gender"]) == ("Jack", "Black", "male")
    assert (profile["email"], profile["login"]) == ("jack@example.com", "shopper")
    assert profile["dateOfBirth"] is None


def test_4_an_address_left_out_is_deleted_and_the_others_keep_their_ids(own: Own) -> None:
    first, second = own.shown()["shippingAddresses"]
    answer = own.put({"shippingAddresses": [second]})
    assert [address["repositoryId"] for address in answer.body["shippingAddresses"]] == [second["repositoryId"]]
    assert first["repositoryId"] not in answer.text


def test_5_aliases_of_two_nameless_addresses(own: Own) -> None:
    nameless = {"alias": "", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}
    answer = own.put({"shippingAddresses": [nameless, nameless]})
    assert [address["alias"] for address in answer.body["shippingAddresses"]] == ["Address", "Address##0"]
    assert list(answer.body["secondaryAddresses"]) == ["Address", "Address##0"]


def test_6_receive_email_holds_for_its_site_alone(own: Own) -> None:
    assert own.put({"receiveEmail": "yes"}, {"x-ccsite": "siteDE"}).body["receiveEmail"] == "yes"
    assert own.put({"receiveEmail": "no"}).body["receiveEmail"] == "no"
    assert own.shown(**{"x-ccsite": "siteDE"})["receiveEmail"] == "yes"
    assert own.shown()["receiveEmail"] == "no"


def test_7_the_whole_answer_and_unknown_members_come_back_as_they_are(own: Own) -> None:
    before = own.get()
    answer = own.put({**before.body, "siteId": "siteUS", "unknown": {"view": ["model"]}})
    assert answer.status == 200, answer.text
    assert answer.body == before.body
    assert answer.headers["etag"] == before.headers["etag"]


def test_8_a_wrong_old_password_changes_nothing_else(own: Own) -> None:
    answer = own.put({"firstName": "Pat", "oldPassword": "wrong", "newPassword": "Another-2026"})
    assert (answer.status, answer.code) == (400, "23029")
    assert "errors" not in answer.body
    assert own.shown()["firstName"] == "Kim"
