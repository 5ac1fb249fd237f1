"""The numbered checks of the contract: profiles.md §8, custom properties apart."""

import json
from typing import Any

import pytest

from tests.support.deployment import ROOT, Answer, Product

PROFILE = "/ccstore/v1/profiles/current"
EXAMPLE = json.loads((ROOT / "docs/contract/examples/update-profile.request.json").read_text(encoding="utf-8"))


@pytest.fixture
def put(product: Product, token: str) -> Any:
    def call(body: Any, **headers: str) -> Answer:
        return product.call("PUT", PROFILE, body, token=token, headers=headers)

    return call


@pytest.fixture
def shown(product: Product, token: str) -> Any:
    def call(**headers: str) -> Any:
        answer = product.call("GET", PROFILE, token=token, headers=headers)
        assert answer.status == 200
        return answer.body

    return call


def test_2_a_number_for_a_string(put: Any, shown: Any) -> None:
    before = shown()
    answer = put({"firstName": 7})
    assert answer.status == 400
    body = answer.body
    assert body["errorCode"] == body["errors"][0]["errorCode"] == "22024"
    assert body["status"] == body["errors"][0]["status"] == "400"
    assert body["errors"][0]["message"] == "firstName(7) must be a String"
    assert shown() == before


def test_3_the_example_makes_two_addresses_and_a_default(put: Any) -> None:
    answer = put(EXAMPLE)
    assert answer.status == 200, answer.text
    profile = answer.body
    first, second = profile["shippingAddresses"]
    for address in (first, second):
        assert (address["state"], address["regionName"], address["country"]) == ("NC", "North Carolina", "US")
        assert address["countryName"] == "United States"
    assert profile["shippingAddress"] == {
        name: value for name, value in first.items() if name not in ("isDefaultAddress", "countryName")
    }
    assert [each["alias"] for each in (first, second)] == ["Address", "Address##0"]
    assert (profile["firstName"], profile["lastName"], profile["gender"]) == ("Jack", "Black", "male")
    assert profile["email"] == "jack@example.com"
    assert profile["login"] == "shopper"
    assert profile["dateOfBirth"] is None


def test_4_an_address_left_out_is_deleted_and_the_others_keep_their_ids(put: Any, shown: Any) -> None:
    first, second = shown()["shippingAddresses"]
    answer = put({"shippingAddresses": [second]})
    assert [each["repositoryId"] for each in answer.body["shippingAddresses"]] == [second["repositoryId"]]
    assert first["repositoryId"] not in answer.text


def test_5_aliases_of_two_nameless_addresses(put: Any) -> None:
    nameless = {"alias": "", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}
    answer = put({"shippingAddresses": [nameless, nameless]})
    assert [each["alias"] for each in answer.body["shippingAddresses"]] == ["Address", "Address##0"]
    assert list(answer.body["secondaryAddresses"]) == ["Address", "Address##0"]


def test_6_receive_email_holds_for_its_site_alone(put: Any, shown: Any) -> None:
    assert put({"receiveEmail": "yes"}, **{"x-ccsite": "siteDE"}).body["receiveEmail"] == "yes"
    assert put({"receiveEmail": "no"}).body["receiveEmail"] == "no"
    assert shown(**{"x-ccsite": "siteDE"})["receiveEmail"] == "yes"
    assert shown()["receiveEmail"] == "no"


def test_7_the_whole_answer_and_unknown_members_come_back_as_they_are(put: Any, shown: Any) -> None:
    before = shown()
    answer = put({**before, "siteId": "siteUS", "unknown": {"view": ["model"]}})
    assert answer.status == 200, answer.text
    assert answer.body == before


def test_8_a_wrong_old_password_changes_nothing_else(put: Any, shown: Any) -> None:
    answer = put({"firstName": "Pat", "oldPassword": "wrong", "newPassword": "Another-2026"})
    assert (answer.status, answer.code) == (400, "23029")
    assert "errors" not in answer.body
    assert shown()["firstName"] == "Kim"
