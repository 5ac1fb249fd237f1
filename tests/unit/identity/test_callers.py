"""Which token opens which API, and what a caller's row must say: auth.md §5."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from commerce.call import Api, Call
from commerce.errors import NotAuthenticated, NotPermitted
from commerce.identity.applications import Applications
from commerce.identity.authentication import accepted, authenticate, shopper_of
from commerce.identity.callers import Caller, InternalCallers
from commerce.identity.login_records import LockRule, LoginRecord, LoginRecords
from commerce.storage import Item, Key, encode_document
from tests.unit.identity.issuer import Issuer
from tests.unit.identity.rows import Rows

USER = Key("Users", "u1", "user")
APPLICATION = Key("Users", "importer", "application")
REVOKED = "hold a token that counts: this one was revoked; log in again"
NAMELESS = "hold the token of a login: this one names nobody"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def callers(issuer: Issuer) -> InternalCallers:
    store = Rows().store
    users = LoginRecords(store, "Users", "user", LockRule(6, timedelta(0)))
    return InternalCallers(users, Applications(store, "Users"), issuer.tokens)


@pytest.mark.parametrize(
    ("issuer_name", "apis"),
    [
        ("storefrontUI", {Api.STORE}),
        ("adminUI", {Api.ADMIN}),
        ("agentUI", {Api.AGENT}),
        ("applicationAuth", {Api.ADMIN, Api.AGENT, Api.APP, Api.APP_AGENT}),
        ("", set()),
    ],
)
def test_which_api_a_token_opens(issuer: Issuer, issuer_name: str, apis: set[Api]) -> None:
    token = issuer.issue(issuer=issuer_name)
    for api in Api:
        assert accepted(issuer_name, api) == (api in apis)
        if api in apis:
            assert authenticate(Call(api=api, token=token), issuer.tokens).issuer == issuer_name
        else:
            with pytest.raises(NotAuthenticated):
                authenticate(Call(api=api, token=token), issuer.tokens)


@pytest.mark.parametrize(
    ("issuer_name", "api", "told"),
    [
        ("storefrontUI", Api.ADMIN, "the ccstore API"),
        ("agentUI", Api.STORE, "the ccagent API"),
        ("applicationAuth", Api.STORE, "applications"),
    ],
)
def test_a_token_of_elsewhere_is_told_where_it_belongs(issuer: Issuer, issuer_name: str, api: Api, told: str) -> None:
    with pytest.raises(NotAuthenticated) as caught:
        authenticate(Call(api=api, token=issuer.issue(issuer=issuer_name)), issuer.tokens)
    assert caught.value.expected == f"hold a token of this API's login: this one is for {told}"


def test_the_shopper_of_a_token(issuer: Issuer) -> None:
    assert shopper_of(issuer.tokens.read(issuer.issue())) == "110001"
    for nobody in (None, ""):
        with pytest.raises(NotAuthenticated) as caught:
            shopper_of(issuer.tokens.read(issuer.issue(profile_id=nobody)))
        assert caught.value.expected == NAMELESS


def person(issuer: Issuer, callers: InternalCallers, api: Api = Api.ADMIN, **claims: Any) -> Caller:
    name = {Api.ADMIN: "adminUI", Api.AGENT: "agentUI"}[api]
    token = issuer.issue(issuer=name, subject="merchant", profile_id="u1", generation=0, **claims)
    return callers.authenticate(Call(api=api, token=token))


def application(issuer: Issuer, callers: InternalCallers, api: Api = Api.ADMIN, generation: int = 0) -> Caller:
    token = issuer.issue(issuer="applicationAuth", subject="importer", profile_id=None, generation=generation)
    return callers.authenticate(Call(api=api, token=token))


def test_who_calls(issuer: Issuer, callers: InternalCallers) -> None:
    somebody, something = person(issuer, callers), application(issuer, callers, Api.APP)
    assert (somebody.id, somebody.login, somebody.is_application) == ("u1", "merchant", False)
    assert (somebody.key, somebody.api, somebody.claims.token_id) == (USER, Api.ADMIN, "id-1")
    assert (something.id, something.login, something.is_application) == ("importer", "importer", True)
    assert (something.key, something.api, something.claims.token_id) == (APPLICATION, Api.APP, "id-2")


def test_a_persons_token_names_somebody(issuer: Issuer, callers: InternalCallers) -> None:
    with pytest.raises(NotAuthenticated) as caught:
        callers.authenticate(Call(api=Api.ADMIN, token=issuer.issue(issuer="adminUI", profile_id=None)))
    assert caught.value.expected == NAMELESS


@pytest.mark.parametrize("row", [None, {"generation": 1}, {"active": False}])
def test_a_caller_whose_token_ended(issuer: Issuer, callers: InternalCallers, row: Item | None) -> None:
    for caller in (person(issuer, callers), application(issuer, callers)):
        with pytest.raises(NotAuthenticated) as caught:
            callers.check(caller, {} if row is None else {caller.key: row})
        assert caught.value.expected == REVOKED


def with_roles(*roles: str) -> Item:
    return {"document": encode_document({"roles": [{"repositoryId": role} for role in roles]})}


@pytest.mark.parametrize(
    ("api", "held", "roles", "lacking"),
    [
        (Api.ADMIN, (), None, None),
        (Api.ADMIN, ("b",), ("b", "a"), None),
        (Api.ADMIN, ("c",), ("b", "a"), "a or b"),
        (Api.ADMIN, (), ("a",), "a"),
        (Api.AGENT, ("csAgentRole",), None, None),
        (Api.AGENT, ("csAgentSupervisorRole",), None, None),
        (Api.AGENT, ("a",), None, "csAgentRole or csAgentSupervisorRole"),
        (Api.AGENT, ("a",), ("a",), "csAgentRole or csAgentSupervisorRole"),
        (Api.AGENT, ("csAgentRole",), ("a",), "a"),
        (Api.AGENT, ("csAgentRole", "a"), ("a",), None),
    ],
)
def test_the_roles_that_a_person_needs(
    issuer: Issuer,
    callers: InternalCallers,
    api: Api,
    held: tuple[str, ...],
    roles: Collection[str] | None,
    lacking: str | None,
) -> None:
    rows = {USER: with_roles(*held)}
    if lacking is None:
        assert callers.check(person(issuer, callers, api), rows, roles) == LoginRecord(USER, rows[USER])
        return
    with pytest.raises(NotPermitted) as caught:
        callers.check(person(issuer, callers, api), rows, roles)
    assert caught.value.dev_message == f"The caller must hold the role {lacking}."


def test_an_application_needs_no_role_but_to_be_registered(issuer: Issuer, callers: InternalCallers) -> None:
    rows = {APPLICATION: {"apis": "ccadmin,ccapp"}}
    for api in (Api.ADMIN, Api.APP):
        record = callers.check(application(issuer, callers, api), rows, ["a"])
        assert record == LoginRecord(APPLICATION, rows[APPLICATION])
    for api in (Api.AGENT, Api.APP_AGENT):
        with pytest.raises(NotPermitted) as caught:
            callers.check(application(issuer, callers, api), rows)
        assert caught.value.dev_message == "The application must be registered for this API."
