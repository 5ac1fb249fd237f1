"""Addresses of organizations, for agents and for account administrators (contract: organization-addresses.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from commerce.addresses.regions import Regions
from commerce.call import Api, Call, EntityVersion, Outcome
from commerce.configuration import ConfigurationRepository
from commerce.errors import (
    AddressError,
    AgentContextUnreadable,
    NotAuthenticated,
    StaleTag,
    TooManyAccountAddresses,
    UnknownAddress,
)
from commerce.identity.authentication import authenticate
from commerce.identity.callers import InternalCallers
from commerce.identity.tokens import Tokens
from commerce.organizations.access import Member, account_of, context_shopper
from commerce.organizations.model import MAX_ADDRESSES, Address, Modifier, Organization
from commerce.organizations.presentation import Presentation
from commerce.organizations.repository import OrganizationRepository
from commerce.organizations.rules import (
    Circumstances,
    changed_content,
    check_inherited,
    defaults_without,
    moved_defaults,
    read_change,
    sent_body,
)
from commerce.profiles.model import Profile
from commerce.profiles.repository import ProfileRepository
from commerce.settings import Settings
from commerce.storage import Item, Key, Store, WriteLost, retry_on_lost_write
from commerce.values import possible_id

AGENT_ROLES: Final = frozenset({"csAgentRole", "csAgentSupervisorRole"})


@dataclass(frozen=True, slots=True)
class _Caller:
    """A caller who may act for `shopper`."""

    modifier: Modifier
    shopper: Profile
    rows: Mapping[Key, Item]


@dataclass(frozen=True, slots=True)
class _Account:
    """The organization of a call: `line` is its id and its ancestors' ids, nearest first."""

    line: tuple[str, ...]
    modifier: Modifier
    circumstances: Circumstances
    presentation: Presentation
    facts: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.line[0]


class OrganizationAddressService:
    """Each call reads twice, in one batch each (the collection: queries side by side), and writes once at most."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        callers: InternalCallers,
        configuration: ConfigurationRepository,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._callers = callers
        self._configuration = configuration
        self._settings = settings
        self._new_id = new_id
        self._profiles = ProfileRepository(store, settings.tables.profiles)
        self._organizations = OrganizationRepository(store, settings.tables.organizations)
        self._regions = Regions(settings.allowed_countries, settings.region_countries)

    def collection(self, call: Call) -> Outcome:
        """The organization with its defaults and all its addresses.

        Raises NotAuthenticated, NotPermitted, UnknownSite, and for steps 1 to 5 of §3 AgentContextMissing,
        AgentContextUnreadable, UnknownOrganization, AccountInactive, NotAccountAdministrator.
        """
        account = self._account(call, managed=False)
        line = self._organizations.partitions(account.line)
        return Outcome(account.presentation.collection(line, active=True), facts=account.facts)

    def get(self, call: Call) -> Outcome:
        """One own or inherited address. Raises as `collection`, and UnknownAddress."""
        account = self._account(call, managed=False)
        address, _ = self._find(account, call.entity_id, [])
        return self._shown(call, account, address)

    def create(self, call: Call) -> Outcome:
        """A new own address. Raises as `collection`, `rules.changed_content`, TooManyAccountAddresses, Contention."""
        return retry_on_lost_write(call.budget, lambda: self._create(call))

    def update(self, call: Call) -> Outcome:
        """A partial update, re-applied on the newest state when a rival was faster.

        Raises as `get` and as `rules.changed_content`, AddressIncomplete, StaleTag, AddressMemberInvalid, Contention.
        Nothing is stored then.
        """
        return retry_on_lost_write(call.budget, lambda: self._update(call))

    def delete(self, call: Call) -> Outcome:
        """Remove an own address; the collection without it. Raises as `get`, StaleTag, Contention."""
        return retry_on_lost_write(call.budget, lambda: self._delete(call))

    def _create(self, call: Call) -> Outcome:
        account = self._account(call, managed=True)
        key = self._organizations.organization_key(account.id)
        organization = self._organizations.organization(self._store.get([key]), account.id)
        change = read_change(sent_body(call.json_object), account.circumstances.properties)
        content = changed_content(change, None, account.circumstances)
        if organization.address_count >= MAX_ADDRESSES:
            raise TooManyAccountAddresses
        position = organization.last_position + 1
        address = Address(account.id, self._new_id(), 1, position, content, account.modifier)
        defaults = moved_defaults(organization.defaults, change.flags, address.id)
        self._organizations.create(organization, address, defaults)
        return Outcome(account.presentation.named_address(address), facts=account.facts)

    def _update(self, call: Call) -> Outcome:
        account = self._account(call, managed=True)
        key = self._organizations.organization_key(account.id)
        address, rows = self._find(account, call.entity_id, [key])
        organization = self._organizations.organization(rows, account.id)
        body = sent_body(call.json_object)
        strict = call.precondition.holds(_entity_id(address), address.version)
        change = read_change(body, account.circumstances.properties)
        content = changed_content(change, address.content, account.circumstances)
        if address.owner != account.id:
            check_inherited(change, address, content)
            content = address.content
        defaults = moved_defaults(organization.defaults, change.flags, address.id)
        try:
            saved = self._organizations.save(organization, defaults, address, content, account.modifier)
        except WriteLost as lost:
            raise self._decided(lost, address, strict=strict) from lost
        return self._shown(call, account, saved)

    def _delete(self, call: Call) -> Outcome:
        account = self._account(call, managed=True)
        (organization, own), *above = self._organizations.partitions(account.line)
        address = next((each for each in own if each.id == call.entity_id), None)
        if address is None:
            raise UnknownAddress(call.entity_id)
        strict = call.precondition.holds(_entity_id(address), address.version)
        defaults = defaults_without(organization.defaults, address.id)
        try:
            self._organizations.delete(organization, address, defaults)
        except WriteLost as lost:
            raise self._decided(lost, address, strict=strict) from lost
        rest = [each for each in own if each is not address]
        left = Organization(organization.id, 0, organization.document, defaults, len(rest), organization.last_position)
        body = account.presentation.collection([(left, rest), *above], active=True)
        return Outcome(body, facts=account.facts)

    def _decided(self, lost: WriteLost, address: Address, *, strict: bool) -> Exception:
        """A tag names the address alone: a race lost on the organization's row leaves it current, and is run again."""
        return StaleTag() if strict and not self._organizations.is_current(address) else lost

    def _account(self, call: Call, *, managed: bool) -> _Account:
        """One batch, then token, privilege, site and steps 1 to 5. `managed`: not for members without a role."""
        store = call.api is Api.STORE
        shared = [*self._configuration.keys(), *self._organizations.directory_keys()]
        caller = self._shopper(call, shared) if store else self._agent(call, shared, managed=managed)
        configuration = self._configuration.current(caller.rows)
        if store:
            configuration.site(call.site)
        directory = self._organizations.directory(caller.rows)
        member = Member(caller.shopper.login_record.active, caller.shopper.document)
        account = account_of(member, call.organization, directory, concealed=store, managed=managed)
        properties = configuration.address_properties
        return _Account(
            line=(account, *directory.ancestors(account)),
            modifier=caller.modifier,
            circumstances=Circumstances(self._regions, properties),
            presentation=Presentation(account, properties, call.language, self._settings.default_locale),
            facts={"callerId": caller.modifier.id, "shopperId": caller.shopper.id, "organizationId": account},
        )

    def _shopper(self, call: Call, keys: list[Key]) -> _Caller:
        """The store's caller, for itself."""
        claims = authenticate(call, self._tokens)
        if not claims.profile_id:
            raise NotAuthenticated
        rows = self._store.get([self._profiles.key(claims.profile_id), *keys])
        shopper = self._profiles.profile(rows, claims.profile_id)
        if shopper is None:
            raise NotAuthenticated
        shopper.login_record.check_token(claims)
        return _Caller(Modifier("shopper", shopper.id, shopper.login), shopper, rows)

    def _agent(self, call: Call, keys: list[Key], *, managed: bool) -> _Caller:
        """An agent or application, for the shopper of the agent context (steps 1 and 2)."""
        caller = self._callers.authenticate(call)
        refusal: AddressError | None = None
        shopper_id = ""
        try:
            shopper_id = context_shopper(call.agent_context)
        except AddressError as error:
            refusal = error
        wanted = [caller.key, *keys]
        if possible_id(shopper_id):
            wanted.append(self._profiles.key(shopper_id))
        rows = self._store.get(wanted)
        self._callers.check(caller, rows, AGENT_ROLES if managed else None)
        if refusal:
            raise refusal
        shopper = self._profiles.profile(rows, shopper_id)
        if shopper is None:
            raise AgentContextUnreadable
        kind = "application" if caller.is_application else "user"
        return _Caller(Modifier(kind, caller.id, caller.login), shopper, rows)

    def _find(self, account: _Account, address_id: str, keys: list[Key]) -> tuple[Address, Mapping[Key, Item]]:
        """Step 6: one batch of the address in every partition of the line, and of other keys."""
        wanted = [self._organizations.address_key(each, address_id) for each in account.line]
        rows = self._store.get([*keys, *wanted]) if possible_id(address_id) else {}
        address = self._organizations.address(rows, account.line, address_id)
        if address is None:
            raise UnknownAddress(address_id)
        return address, rows

    def _shown(self, call: Call, account: _Account, address: Address) -> Outcome:
        by = address.modifier
        told = call.api is not Api.STORE or (by.kind, by.id) == (account.modifier.kind, account.modifier.id)
        entity = EntityVersion(_entity_id(address), address.version, by.login if told else "")
        return Outcome(account.presentation.named_address(address), entity, facts=account.facts)


def _entity_id(address: Address) -> str:
    """Ids are unique inside their organization only."""
    return f"{address.owner}/{address.id}"
