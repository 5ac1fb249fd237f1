"""Who may call, for whom, on which organization, and in which order failures count (organization-addresses.md §3).

The decisions alone, case by case: tests/unit/organizations/test_access.py
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from commerce.accounts.directory import Place
from commerce.accounts.repository import DirectoryRepository
from commerce.storage import Condition, Update, decode_document, encode_document
from commerce.storage.items import Key
from tests.contract.organizations.conftest import (
    ACCOUNT,
    ADMINISTRATOR,
    BUYER,
    COMPLETE,
    INACTIVE,
    INACTIVE_MEMBER,
    INHERITED,
    MANAGER,
    OWN,
    PARENT,
    Desk,
)
from tests.support.deployment import Product

RENAME = {"addressType": "Renamed"}
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("GET", OWN, None),
    ("POST", "", {"address": COMPLETE, "addressType": "New"}),
    ("PUT", OWN, RENAME),
    ("DELETE", OWN, None),
]
WRITES = CALLS[2:]


def outcomes(desk: Desk, calls: list[tuple[str, str, Any]] = CALLS) -> set[tuple[int, str]]:
    answers = [desk.call(*call) for call in calls]
    return {(answer.status, "" if answer.status == 200 else answer.code) for answer in answers}


def profile(product: Product, shopper: str, **changes: Any) -> None:
    """Store another version of a shopper."""
    deployment = product.deployment
    key = Key(deployment.tables.profiles, shopper, "profile")
    document = decode_document(deployment.store.get([key])[key]["document"]) | changes
    deployment.store.write(Update(key, Condition(exists=True), {"document": encode_document(document)}))


def arrange(product: Product, **places: Place) -> None:
    """Change the tree: `arrange(product, o100003=Place(...))`."""
    tree = DirectoryRepository(product.deployment.store, product.deployment.tables.organizations)
    tree.arrange({name.removeprefix("o"): place for name, place in places.items()})


# --- tokens


def test_no_usable_token(agent: Desk, administrator: Desk, product: Product) -> None:
    for token in (None, "", "null", "x.y.z"):
        desk = Desk(product, token, headers=agent.headers)
        assert outcomes(desk) == {(401, "00001000")}
    assert outcomes(Desk(product, administrator.token, headers=agent.headers)) == {(401, "00001000")}
    assert outcomes(Desk(product, agent.token, "ccstore")) == {(401, "00001000")}
    assert outcomes(Desk(product, agent.token, "ccappagent", agent.headers)) == {(401, "00001000")}


def test_the_agent_s_role_counts_on_every_call(agent: Desk, product: Product) -> None:
    profile_table = product.deployment.tables.identities
    key = Key(profile_table, "in-100002", "user")
    for role in ("csAgentSupervisorRole", "csAgentRole"):
        _set_roles(product, key, role)
        assert agent.put(RENAME).status == 200
    _set_roles(product, key, "reportingRole")
    assert outcomes(agent) == {(403, "00002000")}


def _set_roles(product: Product, key: Key, role: str) -> None:
    document = encode_document({"roles": [{"repositoryId": role}]})
    product.deployment.store.write(Update(key, Condition(exists=True), {"document": document}))


def test_application_tokens(product: Product, agent: Desk, application: Callable[..., str]) -> None:
    for api in ("ccagent", "ccagentui", "ccappagent"):
        desk = Desk(product, application(), api, agent.headers)
        assert desk.put({"addressType": api}).body["addressType"] == api
    limited = Desk(product, application("ccadmin", "ccapp"), headers=agent.headers)
    assert outcomes(limited) == {(403, "00002000")}
    assert outcomes(Desk(product, application(), "ccstore")) == {(401, "00001000")}


@pytest.fixture
def application(product: Product) -> Callable[..., str]:
    """`application("ccadmin")`: the token of an application registered for some APIs, by default all."""

    def token(*apis: str) -> str:
        from commerce.call import Api
        from commerce.composition import Composition

        parts = Composition()
        parts.clock = product.clock
        wanted = [Api(api) for api in apis] or [Api.ADMIN, Api.AGENT, Api.APP, Api.APP_AGENT]
        name = "app-" + "-".join(apis)
        key = parts.applications.register(name, "Test", wanted, None, parts.tokens)
        answer = product.call(
            "POST", "/ccadmin/v1/login", "grant_type=client_credentials", headers={"Authorization": f"Bearer {key}"}
        )
        assert answer.status == 200, answer.text
        return str(answer.body["access_token"])

    return token


# --- steps 1 and 2


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "89103"), ("  ", "89103"), ("{}", "89103"), ("{bad", "82005000"),
        ('{"shopperProfileId":"nobody"}', "82005000"), ('{"shopperProfileId":1.5}', "82005000"),
        ('{"shopperProfileId":"login#shopper"}', "82005000"), ('{"shopperProfileId":"%s"}' % ("x" * 3000), "82005000"),
    ],
)  # fmt: skip
def test_agent_contexts_that_are_refused(agent: Desk, header: str | None, code: str) -> None:
    assert outcomes(agent.sending({"X-CCAgentContext": header})) == {(400, code)}


def test_an_agent_context(agent: Desk) -> None:
    context = {"x-ccagentcontext": ' {"more":[1],"shopperProfileId":110000.0} ', "X-CCAgentContext": None}
    assert outcomes(agent.sending(context)) == {(200, "")}


def test_the_store_ignores_the_agent_context(administrator: Desk, buyer: Desk) -> None:
    assert outcomes(administrator.sending({"X-CCAgentContext": "{bad"}), CALLS[:2]) == {(200, "")}
    assert outcomes(buyer.on_behalf_of(ADMINISTRATOR), WRITES) == {(400, "89101")}


# --- step 3


@pytest.mark.parametrize("header", [ACCOUNT, f'{{"any":{ACCOUNT}}}'])
def test_the_organization_in_every_form(agent: Desk, administrator: Desk, header: str) -> None:
    for desk in (agent, administrator):
        assert desk.at(header).list()["id"] == ACCOUNT


@pytest.mark.parametrize("header", [" ", '{"id":null}'])
def test_a_header_that_names_no_organization_is_absent(agent: Desk, header: str) -> None:
    assert agent.at(header).list()["id"] == ACCOUNT


@pytest.mark.parametrize("header", ["999", "{bad", "#directory", "x" * 3000])
def test_an_unknown_organization(agent: Desk, administrator: Desk, header: str) -> None:
    assert outcomes(agent.at(header)) == {(400, "100001")}
    assert outcomes(administrator.at(header)) == {(400, "89101")}


def test_the_first_active_organization(agent: Desk, product: Product) -> None:
    def chosen(parent: str | None, *secondary: str) -> str:
        references = [{"repositoryId": account} for account in secondary]
        names = {"parentOrganization": {"id": parent} if parent else None, "secondaryOrganizations": references}
        profile(product, ADMINISTRATOR, **names)
        return str(agent.list()["id"])

    assert chosen(PARENT, ACCOUNT) == PARENT
    assert chosen(ACCOUNT, PARENT) == ACCOUNT
    assert chosen(INACTIVE, ACCOUNT, PARENT) == ACCOUNT
    assert chosen(None, "gone", INACTIVE, PARENT, ACCOUNT) == PARENT
    assert chosen("gone", ACCOUNT) == ACCOUNT


def test_unknown_sites_at_the_store_alone(agent: Desk, administrator: Desk) -> None:
    assert outcomes(administrator.at("999").sending({"x-ccsite": "siteXX"})) == {(400, "30014")}
    assert outcomes(administrator.sending({"x-ccsite": "siteDE"}), CALLS[:2]) == {(200, "")}
    assert outcomes(agent.sending({"x-ccsite": "siteXX"}), CALLS[:2]) == {(200, "")}


# --- steps 4 and 5


def test_inactive_shoppers_and_accounts(agent: Desk, administrator: Desk) -> None:
    assert outcomes(agent.on_behalf_of(INACTIVE_MEMBER)) == {(400, "89102")}
    assert outcomes(agent.at(INACTIVE)) == {(400, "89102")}
    assert outcomes(administrator.at(INACTIVE)) == {(400, "89102")}


def test_a_shopper_whose_accounts_are_all_inactive_or_who_has_none(agent: Desk, product: Product) -> None:
    profile(product, ADMINISTRATOR, parentOrganization={"id": INACTIVE}, secondaryOrganizations=[])
    assert outcomes(agent) == {(400, "89102")}
    for parent in (None, {"id": "gone"}):
        profile(product, ADMINISTRATOR, parentOrganization=parent)
        assert outcomes(agent) == {(400, "89101")}
    assert outcomes(agent.on_behalf_of("se-570031")) == {(400, "89101")}


def test_an_account_turned_inactive_is_so_at_the_next_call(agent: Desk, product: Product) -> None:
    assert agent.put(RENAME).status == 200
    arrange(product, o100002=Place(PARENT, active=False))
    assert outcomes(agent) == {(400, "89102")}
    arrange(product, o100002=Place(PARENT, active=True), o100001=Place(None, active=False))
    assert outcomes(agent, CALLS[:2]) == {(200, "")}


def test_managers_write_and_every_member_reads(agent: Desk, buyer: Desk) -> None:
    assert outcomes(agent.on_behalf_of(MANAGER)) == {(200, "")}
    for desk in (agent.on_behalf_of(BUYER), buyer):
        assert outcomes(desk, WRITES) == {(400, "89101")}
        assert desk.get("280005").status == 200
        assert desk.call("GET").status == 200


def test_nobody_sees_accounts_of_others(agent: Desk, administrator: Desk) -> None:
    assert outcomes(agent.at(PARENT)) == {(400, "89101")}
    assert outcomes(administrator.at(PARENT)) == {(400, "89101")}


def test_others_inactive_accounts_are_as_unknown_ones_at_the_store(agent: Desk, buyer: Desk) -> None:
    assert outcomes(buyer.at(INACTIVE)) == outcomes(buyer.at("999")) == {(400, "89101")}
    assert outcomes(agent.on_behalf_of(BUYER).at(INACTIVE)) == {(400, "89102")}


def test_roles_count_for_their_own_organization_only(agent: Desk, product: Product) -> None:
    """Not for its sub-accounts, and not without membership."""
    role = {"repositoryId": "r", "function": "admin", "relativeTo": {"repositoryId": PARENT}}
    profile(product, ADMINISTRATOR, roles=[role], secondaryOrganizations=[{"repositoryId": PARENT}])
    assert outcomes(agent, WRITES) == {(400, "89101")}
    assert outcomes(agent, CALLS[:2]) == {(200, "")}
    assert agent.at(PARENT).put(RENAME, INHERITED).status == 200
    profile(product, ADMINISTRATOR, roles=[role], secondaryOrganizations=[])
    assert outcomes(agent.at(PARENT)) == {(400, "89101")}


# --- step 6


@pytest.mark.parametrize(
    "address", ["999", "280009", "a%20b", "%F0%9F%9A%9A", "x" * 3000, "organization", "%23directory"]
)
def test_unknown_addresses_and_those_of_other_accounts(agent: Desk, administrator: Desk, address: str) -> None:
    for desk in (agent, administrator):
        for method in ("GET", "PUT", "DELETE"):
            answer = desk.call(method, address, RENAME if method == "PUT" else None)
            assert (answer.status, answer.code) == (400, "100185")


def test_an_account_reaches_no_sub_account_s_address(agent: Desk, product: Product) -> None:
    role = {"function": "admin", "relativeTo": {"id": PARENT}}
    profile(product, ADMINISTRATOR, roles=[role], parentOrganization={"id": PARENT})
    assert agent.put(RENAME).code == "100185"
    assert agent.get().code == "100185"


# --- the documented order


def _body(**members: Any) -> dict[str, Any]:
    return {"address": members}


STAGES: list[tuple[str, Callable[[Desk], Desk], str, Any]] = [
    ("89103", lambda desk: desk.sending({"X-CCAgentContext": "{}"}), OWN, {}),
    ("82005000", lambda desk: desk.on_behalf_of("nobody").at("999"), OWN, {}),
    ("100001", lambda desk: desk.on_behalf_of(INACTIVE_MEMBER).at("999"), OWN, {}),
    ("89102", lambda desk: desk.on_behalf_of(BUYER).at(INACTIVE), OWN, {}),
    ("89101", lambda desk: desk.on_behalf_of(BUYER), "999", {}),
    ("100185", lambda desk: desk, "999", {}),
    ("100188", lambda desk: desk.sending({"If-Match": "stale"}), OWN, {}),
    ("00000412", lambda desk: desk.sending({"If-Match": "stale"}), OWN, _body(city=1)),
    # What is wrong with members, in its order: tests/unit/organizations/test_addresses.py
    ("100000", lambda desk: desk, OWN, _body(isDefaultBillingAddress=1, types=1, city="")),
    ("100185", lambda desk: desk, INHERITED, _body(city="Other", types=["Billing"])),
]


@pytest.mark.parametrize(
    ("code", "wrong", "address", "body"), STAGES, ids=[f"{n}-{stage[0]}" for n, stage in enumerate(STAGES)]
)
def test_the_earlier_check_wins(agent: Desk, code: str, wrong: Callable[[Desk], Desk], address: str, body: Any) -> None:
    """Each request breaks the rule of its stage and of later ones."""
    stale = agent.get().headers["etag"]
    agent.put({"addressType": "Second"})
    before = agent.list()
    desk = wrong(agent)
    if desk.headers.get("If-Match"):
        desk = desk.sending({"If-Match": stale})
    answer = desk.put(body, address)
    assert (answer.status, answer.code) == (412 if code == "00000412" else 400, code)
    assert (
        {"errorCode", "message", "status", "devMessage"}
        <= answer.body.keys()
        <= {"errorCode", "message", "status", "devMessage", "moreInfo", "o:errorPath"}
    )
    assert agent.list() == before


def test_privilege_comes_before_the_context(agent: Desk, product: Product) -> None:
    _set_roles(product, Key(product.deployment.tables.identities, "in-100002", "user"), "reportingRole")
    assert outcomes(agent.sending({"X-CCAgentContext": None}), WRITES) == {(403, "00002000")}


def test_the_log_tells_caller_and_shopper_and_no_names(
    agent: Desk, caplog: pytest.LogCaptureFixture, printed: Callable[[], str]
) -> None:
    caplog.clear()
    printed()
    answer = agent.put({"address": {"city": "Selma", "firstName": "Quentin"}, "addressType": "Secret place"})
    assert answer.status == 200
    told = printed()
    (line,) = (line for line in map(json.loads, told.splitlines()) if line["message"] == "request")
    assert (line["callerId"], line["shopperId"], line["organizationId"]) == ("in-100002", ADMINISTRATOR, ACCOUNT)
    told += " ".join(f"{name}={value}" for record in caplog.records for name, value in vars(record).items())
    assert not any(word in told for word in ("Selma", "Quentin", "Secret place", str(agent.token)))
