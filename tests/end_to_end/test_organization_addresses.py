"""Organization addresses over HTTP on the deployed stack (contract: organization-addresses.md)."""

import json
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Answer, at_once, warm

EXAMPLES = Path(__file__).parents[2] / "docs" / "contract" / "examples"
REQUEST = json.loads((EXAMPLES / "update-organization-address.request.json").read_text(encoding="utf-8"))
PATH = "/ccagent/v1/organizationAddresses"
CALLS = 30
COMPLETE = {
    "companyName": "Example", "address1": "1 Example Way", "city": "Vaduz", "postalCode": "9490", "country": "LI",
    "phoneNumber": "+423 555 0101",
}  # fmt: skip

Send = Callable[..., Answer]


@pytest.fixture(scope="package")
def agent_token(call: Send, deployed: dict[str, Any]) -> str:
    account = deployed["sample"]["agent"]
    form = {"grant_type": "password", "username": account["username"], "password": account["password"]}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = call("POST", "/ccagent/v1/login", urllib.parse.urlencode(form), headers=headers)
    assert answer.status == 200, answer.text
    return str(answer.body["access_token"])


@pytest.fixture
def send(call: Send, agent_token: str, deployed: dict[str, Any]) -> Send:
    """`send("PUT", "/280004", {...})`: a call for the account administrator, or another `shopper` of the sample."""

    def make(
        method: str,
        address: str = "",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        shopper: str = "accountAdministrator",
    ) -> Answer:
        context = json.dumps({"shopperProfileId": deployed["sample"][shopper]["profileId"]})
        return call(
            method, PATH + address, body, token=agent_token, headers={"X-CCAgentContext": context, **(headers or {})}
        )

    return make


@pytest.fixture
def five(send: Send) -> Iterator[list[str]]:
    """Ids of five addresses made for the test."""
    ids = []
    for number in range(5):
        answer = send("POST", "", {"address": COMPLETE, "addressType": f"Place {number}"})
        assert answer.status == 200, answer.text
        ids.append(answer.body["address"]["repositoryId"])
    yield ids
    left = {entry["address"]["repositoryId"] for entry in listing(send)["secondaryAddresses"]}
    for address_id in left & set(ids):
        assert send("DELETE", f"/{address_id}").status == 200


def listing(send: Send) -> Any:
    answer = send("GET")
    assert answer.status == 200, answer.text
    return answer.body


def test_the_example_and_back(send: Send, deployed: dict[str, Any]) -> None:
    address = "/" + deployed["sample"]["organizationAddressId"]
    before = send("GET", address).body
    answer = send("PUT", address, REQUEST)
    assert answer.status == 200, answer.text
    assert answer.body["addressType"] == REQUEST["addressType"]
    assert answer.body["address"]["repositoryId"] == deployed["sample"]["organizationAddressId"]
    assert answer.body["links"][0]["href"] == f"{deployed['baseUrl']}{PATH}{address}"
    assert not any(name.startswith("isDefault") for name in answer.body["address"])
    assert answer.headers["etag"] == send("GET", address).headers["etag"]
    restored = send("PUT", address, {"address": before["address"], "addressType": before["addressType"]})
    assert restored.body["address"] == before["address"]


def test_create_read_and_delete(send: Send, call: Send, login: Callable[[str], str]) -> None:
    created = send("POST", "", {"address": COMPLETE, "addressType": "Büro 🚚"})
    assert created.status == 200
    address = "/" + created.body["address"]["repositoryId"]
    token = login("accountAdministrator")
    store = "/ccstore/v1/organizationAddresses"
    assert call("GET", store + address, token=token).body["addressType"] == "Büro 🚚"
    assert call("PUT", store + address, {"addressType": "Store"}, token=token).status == 200
    assert send("GET", address).body["addressType"] == "Store"
    deleted = call("DELETE", store + address, token=token)
    assert deleted.status == 200
    assert address[1:] not in deleted.text.replace(deleted.body["links"][0]["href"], "")
    assert (send("GET", address).status, send("GET", address).body["errorCode"]) == (400, "100185")


def test_every_refusal(send: Send, call: Send, login: Callable[[str], str], deployed: dict[str, Any]) -> None:
    sample = deployed["sample"]
    own, inherited = "/" + sample["organizationAddressId"], "/" + sample["inheritedAddressId"]

    def refused(answer: Answer) -> tuple[int, str]:
        assert answer.body["status"] == str(answer.status)
        return answer.status, answer.body["errorCode"]

    def put(body: Any, address: str = own, **named: Any) -> tuple[int, str]:
        return refused(send("PUT", address, body, **named))

    def member(**members: Any) -> dict[str, Any]:
        return {"address": members}

    assert refused(call("PUT", PATH + own, {})) == (401, "00001000")
    assert refused(call("PUT", PATH + own, {}, token=login("shopper"))) == (401, "00001000")
    unknown_site = {"x-ccsite": "siteXX"}
    shopper = login("accountAdministrator")
    store = call("PUT", f"/ccstore/v1/organizationAddresses{own}", {}, token=shopper, headers=unknown_site)
    assert refused(store) == (400, "30014")
    assert put({}, headers={"X-CCAgentContext": "{}"}) == (400, "89103")
    assert put({}, headers={"X-CCAgentContext": " "}) == (400, "89103")
    assert put({}, headers={"X-CCAgentContext": "{bad"}) == (400, "82005000")
    assert put({}, headers={"X-CCAgentContext": '{"shopperProfileId":"nobody"}'}) == (400, "82005000")
    assert put({}, headers={"X-CCOrganization": "999"}) == (400, "100001")
    assert put({}, headers={"X-CCOrganization": sample["inactiveOrganizationId"]}) == (400, "89102")
    assert put({}, shopper="accountBuyer") == (400, "89101")
    assert put({}, "/999") == (400, "100185")
    assert put({}, "/a%20b") == (400, "100185")
    assert put("{bad") == put({}) == put("") == (400, "100188")
    assert put(member(city=1)) == (400, "100000")
    assert put(member(isDefaultBillingAddress="true")) == (400, "100053")
    assert put(member(isDefaultShippingAddress=None)) == (400, "100054")
    assert put(member(city="")) == (400, "100188")
    assert put(member(country="ZZ")) == (400, "80018")
    assert put(member(state="XX")) == (400, "100067")
    assert put(member(phoneNumber="abc")) == (400, "23005")
    assert put(member(types=["Home"])) == (400, "180118")
    assert put(member(city="Elsewhere"), inherited) == (400, "100185")
    tag = send("GET", own).headers["etag"][0]
    nickname = send("GET", own).body["addressType"]
    assert send("PUT", own, {"addressType": "Other"}).status == 200
    assert put({}, headers={"If-Match": tag}) == (400, "100188")
    assert put({"addressType": 1}, headers={"If-Match": tag}) == (412, "00000412")
    assert send("PUT", own, {"addressType": nickname}).status == 200
    assert refused(call("PUT", PATH, {})) == (405, "00000405")


def test_the_parent_s_change_shows_and_its_default_stays(send: Send, deployed: dict[str, Any]) -> None:
    sample = deployed["sample"]
    inherited = sample["inheritedAddressId"]
    assert send("PUT", f"/{inherited}", {"address": {"isDefaultShippingAddress": True}}).status == 200
    found = listing(send)
    assert found["shippingAddress"]["repositoryId"] == found["derivedShippingAddress"]["repositoryId"] == inherited
    assert send("PUT", f"/{inherited}", {"address": {"isDefaultShippingAddress": False}}).status == 200
    found = listing(send)
    assert found["shippingAddress"] is None
    assert found["derivedShippingAddress"]["repositoryId"] == "280002"


def test_thirty_calls_move_the_default_among_five_addresses(send: Send, five: list[str]) -> None:
    """One default at the end, every rename kept, no 5xx."""

    def move(number: int) -> int:
        body: dict[str, Any] = {"address": {"isDefaultBillingAddress": True}}
        if number < len(five):
            body["addressType"] = f"Renamed {number}"
        return send("PUT", f"/{five[number % 5]}", body).status

    warm(lambda number: send("PUT", f"/{five[number % 5]}", {"address": {"city": "Vaduz"}}))
    assert at_once(move, range(CALLS)) == [200] * CALLS
    found = listing(send)
    assert found["billingAddress"]["repositoryId"] in five
    names = {entry["address"]["repositoryId"]: entry["addressType"] for entry in found["secondaryAddresses"]}
    assert [names[address_id] for address_id in five] == [f"Renamed {number}" for number in range(5)]


def test_some_create_and_delete_while_others_move_the_default(send: Send, five: list[str]) -> None:
    def act(number: int) -> int:
        if number % 3 == 0:
            return send("POST", "", {"address": COMPLETE, "addressType": f"Extra {number}"}).status
        if number == 1:
            return send("DELETE", f"/{five[4]}").status
        return send("PUT", f"/{five[number % 5]}", {"address": {"isDefaultShippingAddress": True}}).status

    warm(lambda number: send("POST" if number % 2 else "PUT", "" if number % 2 else f"/{five[0]}", {}))
    assert set(at_once(act, range(24))) <= {200, 400}
    found = listing(send)
    extra = [
        entry["address"]["repositoryId"] for entry in found["secondaryAddresses"] if "Extra" in entry["addressType"]
    ]
    for address_id in extra:
        assert send("DELETE", f"/{address_id}").status == 200
    assert len(extra) == 8
    # None when the deleted one was the default to the last.
    assert found["shippingAddress"] is None or found["shippingAddress"]["repositoryId"] in five[:4]
    assert five[4] not in [entry["address"]["repositoryId"] for entry in found["secondaryAddresses"]]
