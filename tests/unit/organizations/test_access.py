"""For whom and on which organization a call acts, and whether it may (organization-addresses.md §3)."""

from typing import Any

import pytest

from commerce.accounts.directory import Directory, Place
from commerce.accounts.member import Member
from commerce.errors import AddressError
from commerce.organizations.access import account_of, context_shopper
from tests.support.organizations import ACCOUNT, INACTIVE, PARENT

SAMPLE = Directory({PARENT: Place(), ACCOUNT: Place(PARENT), INACTIVE: Place(PARENT, active=False)})


def member(parent: str | None, *secondary: str, active: bool = True, **functions: str | None) -> Member:
    """A shopper of organizations; `functions`: organization (`o100002`) → function of a role in it."""
    roles = [
        {"repositoryId": "r", "function": function, "relativeTo": {"repositoryId": name.removeprefix("o")}}
        for name, function in functions.items()
    ]
    document = {
        "parentOrganization": {"id": parent} if parent else None,
        "secondaryOrganizations": [{"repositoryId": account} for account in secondary],
        "roles": roles,
    }
    return Member(active, document)


ADMINISTRATOR = member(ACCOUNT, INACTIVE, o100002="admin", o100003="admin")
BUYER = member(ACCOUNT, o100002="buyer")


def found(who: Member, named: str | None = None, *, store: bool = False, managed: bool = True) -> str:
    """The organization that a call acts on, else the error's status and code."""
    try:
        return account_of(who, named, SAMPLE, concealed=store, managed=managed)
    except AddressError as error:
        return f"{error.status} {error.code}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "89103"), ("{}", "89103"), ('{"shopperProfileId":null}', "89103"), ('{"shopperProfileId":""}', "89103"),
        ('{"shopperProfileId":" "}', "89103"), ('{"other":"110000"}', "89103"),
        ("{bad", "82005000"), ("[]", "82005000"), ("110000", "82005000"), ('"110000"', "82005000"),
        ("null", "82005000"), ('{"shopperProfileId":true}', "82005000"),
        ('{"shopperProfileId":["110000"]}', "82005000"),
        ('{"shopperProfileId":{}}', "82005000"), ('{"shopperProfileId":NaN}', "82005000"),
    ],
)  # fmt: skip
def test_agent_contexts_that_are_refused(text: str | None, code: str) -> None:
    with pytest.raises(AddressError) as caught:
        context_shopper(text)
    assert (caught.value.status, caught.value.code) == (400, code)


@pytest.mark.parametrize(
    "text",
    ['{"shopperProfileId":"110000"}', '{"shopperProfileId":110000}', ' {"more":[1],"shopperProfileId":110000.0} '],
)
def test_agent_contexts(text: str) -> None:
    assert context_shopper(text) == "110000"


@pytest.mark.parametrize("store", [False, True])
def test_the_named_organization(store: bool) -> None:
    assert found(ADMINISTRATOR, ACCOUNT, store=store) == ACCOUNT
    assert found(ADMINISTRATOR, INACTIVE, store=store) == "400 89102"
    assert found(ADMINISTRATOR, PARENT, store=store) == "400 89101"


@pytest.mark.parametrize("unknown", ["999", "", "{bad", "#directory", "x" * 3000])
def test_an_unknown_organization(unknown: str) -> None:
    assert found(ADMINISTRATOR, unknown) == "400 100001"
    assert found(ADMINISTRATOR, unknown, store=True) == "400 89101"


@pytest.mark.parametrize(
    ("parent", "secondary", "account"),
    [
        (PARENT, [ACCOUNT], PARENT),
        (ACCOUNT, [PARENT], ACCOUNT),
        (INACTIVE, [ACCOUNT, PARENT], ACCOUNT),
        (None, ["gone", INACTIVE, PARENT, ACCOUNT], PARENT),
        ("gone", [ACCOUNT], ACCOUNT),
        (INACTIVE, [], "400 89102"),
        ("gone", [], "400 89101"),
        (None, [], "400 89101"),
    ],
)
def test_the_first_active_organization(parent: str | None, secondary: list[str], account: str) -> None:
    for store in (False, True):
        assert found(member(parent, *secondary), store=store, managed=False) == account


def test_a_shopper_without_organizations() -> None:
    assert found(Member(active=True, document={}), managed=False) == "400 89101"


def test_an_inactive_shopper() -> None:
    shopper = member(ACCOUNT, active=False, o100002="admin")
    assert [found(shopper, named) for named in (None, ACCOUNT, PARENT, "999")] == [
        "400 89102",
        "400 89102",
        "400 89102",
        "400 100001",
    ]
    assert found(shopper, "999", store=True) == found(shopper, PARENT, store=True) == "400 89101"


def test_others_inactive_accounts_are_as_unknown_ones_at_the_store() -> None:
    assert found(BUYER, INACTIVE, store=True) == found(BUYER, "999", store=True) == "400 89101"
    assert found(BUYER, INACTIVE) == "400 89102"


@pytest.mark.parametrize(
    ("function", "manages"),
    [("admin", True), ("accountAddressManager", True), ("approver", False), ("buyer", False),
     ("profileAddressManager", False), (None, False)],
)  # fmt: skip
def test_managers_write_and_every_member_reads(function: str | None, manages: bool) -> None:
    shopper = member(ACCOUNT, o100002=function)
    for named in (None, ACCOUNT):
        assert found(shopper, named) == (ACCOUNT if manages else "400 89101")
        assert found(shopper, named, managed=False) == ACCOUNT


def test_roles_count_for_their_own_organization_only() -> None:
    """Not for its sub-accounts, and not without membership."""
    above = member(ACCOUNT, PARENT, o100001="admin")
    assert (found(above), found(above, PARENT)) == ("400 89101", PARENT)
    assert found(member(ACCOUNT, o100001="admin"), PARENT) == "400 89101"
    relatives: list[Any] = [None, {}, {"id": "other"}]
    for relative in relatives:
        document = {"parentOrganization": {"id": ACCOUNT}, "roles": [{"function": "admin", "relativeTo": relative}]}
        assert found(Member(active=True, document=document)) == "400 89101"
    document = {"parentOrganization": {"id": ACCOUNT}, "roles": [{"function": "admin", "relativeTo": {"id": ACCOUNT}}]}
    assert found(Member(active=True, document=document)) == ACCOUNT
