"""GET addresses: an organization's addresses page by page (contract: companions.md §4)."""

from typing import Any

from tests.contract.organizations.conftest import INACTIVE, INHERITED, OTHER_OWN, OWN, PARENT, Desk


def listed(desk: Desk, query: str = "") -> Any:
    answer = desk.product.call("GET", f"/{desk.api}/v1/addresses{query}", token=desk.token, headers=dict(desk.headers))
    assert answer.status == 200, answer.text
    return answer.body


def ids(desk: Desk, query: str = "") -> list[str]:
    return [item["address"]["repositoryId"] for item in listed(desk, query)["items"]]


def code(desk: Desk, query: str = "") -> str | None:
    return desk.product.call(
        "GET", f"/{desk.api}/v1/addresses{query}", token=desk.token, headers=dict(desk.headers)
    ).code


def test_the_items_are_those_of_the_collection(agent: Desk, buyer: Desk) -> None:
    for desk in (agent, buyer):
        listing = listed(desk, "?include=all&includeCustomProperties=true")
        assert listing["items"] == desk.list()["secondaryAddresses"]
        assert (listing["total"], listing["totalResults"], listing["count"], listing["offset"]) == (4, 4, 4, 0)
        (link,) = listing["links"]
        assert link["href"].endswith(f"/{desk.api}/v1/addresses?include=all&includeCustomProperties=true")


def test_own_and_inherited_ones(agent: Desk) -> None:
    assert ids(agent) == ids(agent, "?include=other") == [OWN, OTHER_OWN]
    assert ids(agent, "?include=inheritedOnly") == [INHERITED, "280002"]
    assert ids(agent, "?include=all&limit=2&offset=1") == [OTHER_OWN, INHERITED]


def test_searches(agent: Desk) -> None:
    nickname = listed(agent)["items"][0]["addressType"]
    assert ids(agent, f"?addressType={nickname.replace(' ', '%20')}") == [OWN]
    city = listed(agent)["items"][1]["address"]["city"].upper()
    assert OTHER_OWN in ids(agent, f"?q=city%20eq%20%22{city}%22&queryFormat=SCIM")
    assert ids(agent, "?q=city%20eq%20%22nowhere%22") == []
    assert sorted(ids(agent, "?sort=city:desc")) == sorted([OWN, OTHER_OWN])


def test_custom_properties_where_they_are_asked_for(agent: Desk) -> None:
    declared = {"deliveryNote", "dockCount", "hasForklift", "openedOn"}
    for query in ("", "?includeCustomProperties=false", "?limit=1"):
        assert not declared & listed(agent, query)["items"][0]["address"].keys()
    for query in ("?includeCustomProperties=true", "?sort=city", "?queryFormat=SCIM"):
        assert declared <= listed(agent, query)["items"][0]["address"].keys()


def test_the_organization(agent: Desk, buyer: Desk) -> None:
    assert ids(agent, "?orgId=100002") == ids(agent.at("none"), "?orgId=100002") == [OWN, OTHER_OWN]
    assert ids(agent, "?orgId=") == [OWN, OTHER_OWN]
    assert code(agent, "?orgId=none") == "100001"
    assert code(agent, f"?orgId={INACTIVE}") == "89102"
    assert code(agent, f"?orgId={PARENT}") == "89101"
    assert code(buyer, "?orgId=none") == code(buyer, f"?orgId={PARENT}") == "89101"


def test_the_checks_of_the_collection(agent: Desk, buyer: Desk) -> None:
    assert code(agent.sending({"X-CCAgentContext": None})) == "89103"
    assert code(agent.sending({"X-CCAgentContext": "{bad"})) == "82005000"
    assert code(Desk(agent.product, None)) == "00001000"
    assert code(buyer.sending({"x-ccsite": "nowhere"})) == "30014"
