"""Random calls by several members against a model that is as simple as the contract; listings equal at every step."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from moto.dynamodb.models import dynamodb_backends

from backoffice.people import Person, put_person
from commerce.call import Api
from commerce.composition import Composition
from commerce.identity.tokens import ISSUERS
from commerce.organizations.directory import DirectoryError, Place
from commerce.organizations.model import Organization
from commerce.organizations.repository import OrganizationRepository
from tests.support.deployment import Answer, Clock, Product

ACCOUNTS = ("a", "b", "c", "d")
# Who may write for which account; everybody is a member of all.
MANAGES: Mapping[str, tuple[str, ...]] = {"m1": ("a", "b"), "m2": ("b", "c", "d"), "m3": ()}
COMPLETE = {"companyName": "C", "address1": "1", "city": "X", "postalCode": "1", "country": "LI", "phoneNumber": "1"}
FLAGS = ("isDefaultBillingAddress", "isDefaultShippingAddress")
MEMBERS = ("billingAddress", "shippingAddress")

accounts = st.sampled_from(ACCOUNTS)
members = st.sampled_from(sorted(MANAGES))
flags = st.dictionaries(st.sampled_from(FLAGS), st.booleans())
cities = st.sampled_from(["Vaduz", "Schaan", "Balzers"])
nicknames = st.sampled_from(["One", "Two"])


@dataclass
class Account:
    parent: str | None = None
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)


class Model:
    """Accounts as dictionaries."""

    def __init__(self) -> None:
        self.accounts = {name: Account() for name in ACCOUNTS}

    def line(self, name: str | None) -> list[str]:
        return [] if name is None else [name, *self.line(self.accounts[name].parent)]

    def visible(self, name: str) -> dict[str, tuple[str, dict[str, str]]]:
        return {key: (owner, each) for owner in self.line(name) for key, each in self.accounts[owner].addresses.items()}

    def default(self, name: str, flag: str) -> str | None:
        wanted = self.accounts[name].defaults.get(flag)
        return wanted if wanted in self.visible(name) else None

    def listing(self, name: str) -> Any:
        own = [self.default(name, flag) for flag in FLAGS]
        derived = [
            next((found for each in self.line(name) if (found := self.default(each, flag))), None) for flag in FLAGS
        ]
        shown = [
            (key, each["city"], each["nickname"], owner != name) for key, (owner, each) in self.visible(name).items()
        ]
        return own, derived, shown

    def flag(self, name: str, address: str, sent: Mapping[str, bool]) -> None:
        defaults = self.accounts[name].defaults
        for flag, value in sent.items():
            if value:
                defaults[flag] = address
            elif defaults.get(flag) == address:
                del defaults[flag]


class Addresses(RuleBasedStateMachine):
    """The calls on `product`; each run starts with the four accounts as `start` has them."""

    product: ClassVar[Product]
    tokens: ClassVar[Mapping[str, str]]
    start: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.known: list[str] = ["unknown"]
        organizations_table().items = copy.deepcopy(self.start)
        for module in self.product.handlers.values():
            module.parts.organization_addresses._organizations._directory._kept = None

    def call(self, member: str, account: str, method: str, address: str = "", body: Any = None) -> Answer:
        path = "/ccstore/v1/organizationAddresses" + (f"/{address}" if address else "")
        headers = {"X-CCOrganization": account}
        return self.product.call(method, path, body, token=self.tokens[member], headers=headers)

    def expect(self, answer: Answer, *codes: str) -> bool:
        """Whether the call went well; the first code that applies must be the answer's."""
        wanted = next((code for code in codes if code), "")
        assert (answer.status, "" if answer.status == 200 else answer.code) == (400 if wanted else 200, wanted)
        return not wanted

    def allowed(self, member: str, account: str) -> str:
        return "" if account in MANAGES[member] else "89101"

    @rule(member=members, account=accounts, city=cities, nickname=nicknames, sent=flags)
    def create(self, member: str, account: str, city: str, nickname: str, sent: dict[str, bool]) -> None:
        body = {"address": {**COMPLETE, "city": city, **sent}, "addressType": nickname}
        answer = self.call(member, account, "POST", "", body)
        if self.expect(answer, self.allowed(member, account)):
            address = answer.body["address"]["repositoryId"]
            assert address not in self.known
            self.known.append(address)
            self.model.accounts[account].addresses[address] = {"city": city, "nickname": nickname}
            self.model.flag(account, address, sent)

    @rule(
        member=members, account=accounts, data=st.data(), city=st.none() | cities,
        nickname=st.none() | nicknames, sent=flags,
    )  # fmt: skip
    def update(
        self,
        member: str,
        account: str,
        data: st.DataObject,
        city: str | None,
        nickname: str | None,
        sent: dict[str, bool],
    ) -> None:
        address = data.draw(st.sampled_from(self.known))
        change = ({"city": city} if city else {}) | ({"nickname": nickname} if nickname else {})
        body: dict[str, Any] = {"address": {**({"city": city} if city else {}), **sent}}
        if nickname:
            body["addressType"] = nickname
        owner, stored = self.model.visible(account).get(address, (None, {}))
        unknown = "" if owner else "100185"
        empty = "" if body["address"] or nickname else "100188"
        foreign = "100185" if owner != account and stored | change != stored else ""
        answer = self.call(member, account, "PUT", address, body)
        if self.expect(answer, self.allowed(member, account), unknown, empty, foreign):
            stored |= change
            self.model.flag(account, address, sent)

    @rule(member=members, account=accounts, data=st.data())
    def delete(self, member: str, account: str, data: st.DataObject) -> None:
        address = data.draw(st.sampled_from(self.known))
        own = self.model.accounts[account].addresses
        answer = self.call(member, account, "DELETE", address)
        if self.expect(answer, self.allowed(member, account), "" if address in own else "100185"):
            del own[address]
            defaults = self.model.accounts[account].defaults
            self.model.accounts[account].defaults = {flag: each for flag, each in defaults.items() if each != address}
            assert shown(answer.body) == self.model.listing(account)

    @rule(account=accounts, parent=st.none() | accounts)
    def move(self, account: str, parent: str | None) -> None:
        circular = account in self.model.line(parent)
        try:
            repository(self.product).arrange({account: Place(parent)})
        except DirectoryError:
            assert circular
        else:
            assert not circular
            self.model.accounts[account].parent = parent

    @precondition(lambda self: len(self.known) > 1)
    @rule(member=members, account=accounts, data=st.data())
    def read_one(self, member: str, account: str, data: st.DataObject) -> None:
        address = data.draw(st.sampled_from(self.known))
        owner, stored = self.model.visible(account).get(address, (None, {}))
        answer = self.call(member, account, "GET", address)
        if self.expect(answer, "" if owner else "100185"):
            assert answer.body["address"]["city"] == stored["city"]
            assert answer.body["address"]["isInherited"] is (owner != account)

    @invariant()
    def listings_are_the_model_s(self) -> None:
        for account in ACCOUNTS:
            assert shown(self.call("m3", account, "GET").body) == self.model.listing(account)


def organizations_table() -> Any:
    return dynamodb_backends["123456789012"]["us-east-1"].tables["OrganizationsTable"]


def shown(listing: Any) -> Any:
    """What the model tells of an account, from an answer."""

    def identity(address: Any) -> Any:
        return address and address["repositoryId"]

    own = [identity(listing[member]) for member in MEMBERS]
    derived = [identity(listing[f"derived{member[0].upper()}{member[1:]}"]) for member in MEMBERS]
    addresses = [
        (each["address"]["repositoryId"], each["address"]["city"], each["addressType"], each["address"]["isInherited"])
        for each in listing["secondaryAddresses"]
    ]
    return own, derived, addresses


def repository(product: Product) -> OrganizationRepository:
    return OrganizationRepository(product.deployment.store, product.deployment.tables.organizations)


@pytest.fixture
def tokens(empty: Product, clock: Clock) -> dict[str, str]:
    """Tokens of the members; the accounts are made along with them."""
    for name in ACCOUNTS:
        repository(empty).restore(Organization(name, 0, {"name": name}, {}, 0, 0), [])
    repository(empty).arrange({name: Place() for name in ACCOUNTS})
    parts = Composition()
    parts.clock = clock
    issued = {}
    for member, managed in MANAGES.items():
        roles = [{"repositoryId": each, "function": "admin", "relativeTo": {"repositoryId": each}} for each in managed]
        document = {"secondaryOrganizations": [{"repositoryId": each} for each in ACCOUNTS], "roles": roles}
        person = Person(member, member, json.loads(json.dumps(document)))
        put_person(empty.deployment, empty.deployment.tables.profiles, "profile", person, {})
        life = parts.settings.store_token_life
        issuer = ISSUERS[Api.STORE]
        issued[member], _ = parts.tokens.issue(
            issuer=issuer, subject=member, profile_id=member, roles=(), life=life, generation=0
        )
    return issued


def test_addresses_against_the_model(empty: Product, tokens: dict[str, str]) -> None:
    class Bound(Addresses):
        product = empty
        start = copy.deepcopy(organizations_table().items)

    Bound.tokens = tokens
    checks = list(HealthCheck)
    limits = settings(max_examples=6, stateful_step_count=25, suppress_health_check=checks)
    run_state_machine_as_test(Bound, settings=limits)
