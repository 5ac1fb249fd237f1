"""Which organizations a profile shows, and the current one among them: profiles.md §5."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.accounts.directory import Place
from commerce.accounts.repository import DirectoryRepository
from tests.contract.profiles.conftest import Own, OwnOf
from tests.support.deployment import Product
from tests.support.organizations import ACCOUNT, INACTIVE, PARENT

ADMINISTRATOR = "110000"
PARTS = {"id": ACCOUNT, "repositoryId": ACCOUNT, "name": "National Discount Auto Parts", "active": True}
OUTLET = {"id": INACTIVE, "repositoryId": INACTIVE, "name": "Closed Parts Outlet", "active": False}


def role(role_id: str, organization: str) -> dict[str, Any]:
    relative = {"repositoryId": organization}
    return {"id": role_id, "repositoryId": role_id, "name": "Admin", "function": "admin", "relativeTo": relative}


def test_an_accounts_shopper(own_of: OwnOf) -> None:
    own = own_of(ADMINISTRATOR)
    current = {**PARTS, "roles": [role("r-100001", ACCOUNT)]}
    for body in (own.shown(), own.put({"lastName": "Other"}).body):
        assert body["parentOrganization"] == PARTS
        assert body["secondaryOrganizations"] == [OUTLET]
        assert body["currentOrganization"] == current


@pytest.mark.parametrize("header", [INACTIVE, f'"{INACTIVE}"', f'{{"id":"{INACTIVE}"}}'])
def test_the_organization_of_the_header(own_of: OwnOf, header: str) -> None:
    own = own_of(ADMINISTRATOR)
    current = {**OUTLET, "roles": [role("r-100002", INACTIVE)]}
    assert own.shown(**{"X-CCOrganization": header})["currentOrganization"] == current
    assert own.put({"lastName": "B"}, {"X-CCOrganization": header}).body["currentOrganization"] == current


@pytest.mark.parametrize("header", [PARENT, "999", "", "#directory"])
def test_a_header_that_names_no_organization_of_the_shopper_never_fails(own_of: OwnOf, header: str) -> None:
    assert own_of(ADMINISTRATOR).shown(**{"X-CCOrganization": header})["currentOrganization"]["id"] == ACCOUNT


def test_private_shoppers_have_none(own: Own) -> None:
    for headers in ({}, {"X-CCOrganization": ACCOUNT}):
        assert own.shown(**headers)["currentOrganization"] is None


def test_the_first_active_one(product: Product, own_of: OwnOf, stored: Callable[..., Own]) -> None:
    tree = DirectoryRepository(product.deployment.store, product.deployment.tables.organizations)
    administrator = own_of(ADMINISTRATOR)
    tree.arrange({INACTIVE: Place(PARENT, active=True), ACCOUNT: Place(PARENT, active=False)})
    shown = administrator.shown()
    assert shown["parentOrganization"] == {**PARTS, "active": False}
    assert shown["currentOrganization"] == {**OUTLET, "active": True, "roles": [role("r-100002", INACTIVE)]}
    tree.arrange({INACTIVE: Place(PARENT, active=False)})
    assert administrator.shown()["currentOrganization"] is None

    several = stored(
        id="p", login="p", secondaryOrganizations=[{"id": "gone"}, {"id": ACCOUNT}, {"repositoryId": PARENT}]
    )
    shown = several.shown(**{"X-CCOrganization": "gone"})
    unnamed = {"id": PARENT, "repositoryId": PARENT, "name": None, "active": True}
    assert (shown["parentOrganization"], shown["secondaryOrganizations"][2]) == (None, unnamed)
    assert shown["secondaryOrganizations"][0] == {"id": "gone", "repositoryId": "gone", "name": None, "active": False}
    assert shown["currentOrganization"] == {**unnamed, "roles": []}


def test_fields_select_inside_it(own_of: OwnOf) -> None:
    query = "?fields=currentOrganization.repositoryId,currentOrganization.roles.function"
    answer = own_of(ADMINISTRATOR).get(query=query)
    assert answer.body == {"currentOrganization": {"repositoryId": ACCOUNT, "roles": [{"function": "admin"}]}}
