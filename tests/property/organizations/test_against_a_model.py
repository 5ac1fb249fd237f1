"""Random calls by several members against a model that is as simple as the contract; listings equal at every step."""

import copy
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.dynamodb.models import dynamodb_backends

from backoffice.people import Person, put_person
from commerce.accounts.directory import DirectoryError, Place
from commerce.accounts.repository import DirectoryRepository
from commerce.call import Api
from commerce.composition import Composition
from commerce.identity.tokens import ISSUERS
from commerce.organizations.model import Organization
from commerce.organizations.repository import OrganizationRepository
from tests.support.deployment import Answer, Clock, Product

ACCOUNTS = ("a", "b", "c", "d")
# Who may write for which account; everybody is a member of all.
MANAGES: Mapping[str, tuple[str, ...]] = {"m1": ("a", "b"), "m2": ("b", "c", "d"), "m3": ()}
COMPLETE = {"companyName": "C", "address1": "1", "city": "X", "postalCode": "1", "country": "LI", "phoneNumber": "112"}
FLAGS = ("isDefaultBillingAddress", "isDefaultShippingAddress")
MEMBERS = ("billingAddress", "shippingAddress")

accounts = st.sampled_from(ACCOUNTS)
members = st.sampled_from(sorted(MANAGES))
# Member and account, most of them such as may write.
MANAGERS = [(member, account) for member, managed in MANAGES.items() for account in managed]
pairs = st.sampled_from(MANAGERS) | st.sampled_from(MANAGERS) | st.tuples(members, accounts)
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
        return {
            key: (owner, address)
            for owner in self.line(name)
            for key, address in self.accounts[owner].addresses.items()
        }

    def default(self, name: str, flag: str) -> str | None:
        wanted = self.accounts[name].defaults.get(flag)
        return wanted if wanted in self.visible(name) else None

    def listing(self, name: str) -> Any:
        own = [self.default(name, flag) for flag in FLAGS]
        derived = [
            next((found for owner in self.line(name) if (found := self.default(owner, flag))), None) for flag in FLAGS
        ]
        shown = [
            (key, address["city"], address["nickname"], owner != name)
            for key, (owner, address) in self.visible(name).items()
        ]
        return own, derived, shown

    def flag(self, name: str, address: str, sent: Mapping[str, bool]) -> None:
        defaults = self.accounts[name].defaults
        for flag, value in sent.items():
            if value:
                defaults[flag] = address
            elif defaults.get(flag) == address:
                del defaults[flag]


class Run:
    """The calls on `product`, which has the four accounts as `start` has them and an address in each."""

    def __init__(self, product: Product, tokens: Mapping[str, str], start: Any) -> None:
        self.product = product
        self.tokens = tokens
        self.model = Model()
        self.known: list[str] = []
        self.accepted: Counter[str] = Counter()
        organizations_table().items = copy.deepcopy(start)
        for module in product.handlers.values():
            module.parts.organization_addresses._reader._directory._document._kept = None
        for account in ACCOUNTS:
            self.create(next(pair for pair in MANAGERS if pair[1] == account), "Vaduz", "One", {})

    def call(self, member: str, account: str, method: str, address: str = "", body: Any = None) -> Answer:
        path = "/ccstore/v1/organizationAddresses" + (f"/{address}" if address else "")
        headers = {"X-CCOrganization": account}
        return self.product.call(method, path, body, token=self.tokens[member], headers=headers)

    def expect(self, call: str, answer: Answer, *codes: str) -> bool:
        """Whether the call went well; the first code that applies must be the answer's."""
        wanted = next((code for code in codes if code), "")
        assert (answer.status, "" if answer.status == 200 else answer.code) == (400 if wanted else 200, wanted)
        self.accepted[call] += not wanted
        return not wanted

    def allowed(self, member: str, account: str) -> str:
        return "" if account in MANAGES[member] else "89101"

    def address(self, account: str, place: int) -> str:
        """An own address, one that the account sees, one of any account, gone ones too, or none at all."""
        own, seen = list(self.model.accounts[account].addresses), list(self.model.visible(account))
        candidates = [*own, *own, *seen, *self.known, "unknown"]
        return candidates[place % len(candidates)]

    def create(self, pair: tuple[str, str], city: str, nickname: str, sent: dict[str, bool]) -> None:
        member, account = pair
        body = {"address": {**COMPLETE, "city": city, **sent}, "addressType": nickname}
        answer = self.call(member, account, "POST", "", body)
        if self.expect("create", answer, self.allowed(member, account)):
            address = answer.body["address"]["repositoryId"]
            assert address not in self.known
            self.known.append(address)
            self.model.accounts[account].addresses[address] = {"city": city, "nickname": nickname}
            self.model.flag(account, address, sent)

    def update(
        self, pair: tuple[str, str], place: int, city: str | None, nickname: str | None, sent: dict[str, bool]
    ) -> None:
        (member, account), address = pair, self.address(pair[1], place)
        change = ({"city": city} if city else {}) | ({"nickname": nickname} if nickname else {})
        body: dict[str, Any] = {"address": {**({"city": city} if city else {}), **sent}}
        if nickname:
            body["addressType"] = nickname
        owner, stored = self.model.visible(account).get(address, (None, {}))
        unknown = "" if owner else "100185"
        empty = "" if body["address"] or nickname else "100188"
        foreign = "100185" if owner != account and stored | change != stored else ""
        answer = self.call(member, account, "PUT", address, body)
        if self.expect("update", answer, self.allowed(member, account), unknown, empty, foreign):
            stored |= change
            self.model.flag(account, address, sent)

    def delete(self, pair: tuple[str, str], place: int) -> None:
        (member, account), address = pair, self.address(pair[1], place)
        own = self.model.accounts[account].addresses
        answer = self.call(member, account, "DELETE", address)
        if self.expect("delete", answer, self.allowed(member, account), "" if address in own else "100185"):
            del own[address]
            defaults = self.model.accounts[account].defaults
            self.model.accounts[account].defaults = {
                flag: default for flag, default in defaults.items() if default != address
            }
            assert shown(answer.body) == self.model.listing(account)

    def move(self, account: str, parent: str | None) -> None:
        circular = account in self.model.line(parent)
        try:
            directory(self.product).arrange({account: Place(parent)})
        except DirectoryError:
            assert circular
        else:
            assert not circular
            self.accepted["move"] += 1
            self.model.accounts[account].parent = parent

    def read(self, pair: tuple[str, str], place: int) -> None:
        (member, account), address = pair, self.address(pair[1], place)
        owner, stored = self.model.visible(account).get(address, (None, {}))
        answer = self.call(member, account, "GET", address)
        if self.expect("read", answer, "" if owner else "100185"):
            assert answer.body["address"]["city"] == stored["city"]
            assert answer.body["address"]["isInherited"] is (owner != account)

    def check_listings(self) -> None:
        for account in ACCOUNTS:
            assert shown(self.call("m3", account, "GET").body) == self.model.listing(account)


places = st.integers(0, 99)
actions = st.one_of(
    st.tuples(st.just(Run.create), pairs, cities, nicknames, flags),
    st.tuples(st.just(Run.update), pairs, places, st.none() | cities, st.none() | nicknames, flags),
    st.tuples(st.just(Run.delete), pairs, places),
    st.tuples(st.just(Run.move), accounts, st.none() | accounts),
    st.tuples(st.just(Run.read), pairs, places),
)


def organizations_table() -> Any:
    return dynamodb_backends["123456789012"]["us-east-1"].tables["OrganizationsTable"]


def shown(listing: Any) -> Any:
    """What the model tells of an account, from an answer."""

    def identity(address: Any) -> Any:
        return address and address["repositoryId"]

    own = [identity(listing[member]) for member in MEMBERS]
    derived = [identity(listing[f"derived{member[0].upper()}{member[1:]}"]) for member in MEMBERS]
    addresses = [
        (
            entry["address"]["repositoryId"],
            entry["address"]["city"],
            entry["addressType"],
            entry["address"]["isInherited"],
        )
        for entry in listing["secondaryAddresses"]
    ]
    return own, derived, addresses


def repository(product: Product) -> OrganizationRepository:
    return OrganizationRepository(product.deployment.store, product.deployment.tables.organizations)


def directory(product: Product) -> DirectoryRepository:
    return DirectoryRepository(product.deployment.store, product.deployment.tables.organizations)


@pytest.fixture
def tokens(empty: Product, clock: Clock) -> dict[str, str]:
    """Tokens of the members; the accounts are made along with them."""
    for name in ACCOUNTS:
        repository(empty).restore(Organization(name, 0, {"name": name}, {}, 0, 0), [])
    directory(empty).arrange({name: Place() for name in ACCOUNTS})
    parts = Composition()
    parts.clock = clock
    issued = {}
    for member, managed in MANAGES.items():
        roles = [
            {"repositoryId": account_id, "function": "admin", "relativeTo": {"repositoryId": account_id}}
            for account_id in managed
        ]
        document = {"secondaryOrganizations": [{"repositoryId": account_id} for account_id in ACCOUNTS], "roles": roles}
        person = Person(member, member, json.loads(json.dumps(document)))
        put_person(empty.deployment, empty.deployment.tables.profiles, "profile", person)
        life = parts.settings.store_token_life
        issuer = ISSUERS[Api.STORE]
        issued[member], _ = parts.tokens.issue(
            issuer=issuer, subject=member, profile_id=member, roles=(), life=life, generation=0
        )
    return issued


def test_addresses_against_the_model(empty: Product, tokens: dict[str, str]) -> None:
    start, accepted = copy.deepcopy(organizations_table().items), Counter[str]()

    @settings(max_examples=5, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(actions, min_size=30, max_size=30))
    def run(sequence: list[Any]) -> None:
        run = Run(empty, tokens, start)
        for method, *arguments in sequence:
            method(run, *arguments)
            run.check_listings()
        accepted.update(run.accepted)

    run()
    # Refusals alone would prove little.
    assert all(accepted[call] >= 5 for call in ("create", "update", "delete", "move", "read")), accepted
