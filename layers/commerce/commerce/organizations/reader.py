"""The readings of the calls on organization addresses.

One batch tells who acts on which account: the caller, the shopper, configuration and directory. Then one batch of what
the call acts on; where that is whole collections, queries side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from commerce.accounts.member import Member
from commerce.accounts.repository import DirectoryRepository
from commerce.call import Api, Call
from commerce.configuration import ConfigurationRepository
from commerce.deferred import Deferred
from commerce.errors import AgentContextUnreadable, NotAuthenticated, UnknownAddress
from commerce.idempotency import KeptAnswers
from commerce.identity.authentication import authenticate, shopper_of
from commerce.identity.callers import InternalCallers
from commerce.identity.login_records import REVOKED
from commerce.identity.tokens import Tokens
from commerce.organizations.access import account_of, context_shopper
from commerce.organizations.model import Address, Modifier
from commerce.organizations.reading import (
    Acting,
    CollectionReading,
    CreateReading,
    DeleteReading,
    GetReading,
    UpdateReading,
)
from commerce.organizations.repository import OrganizationRepository
from commerce.profiles.model import Profile
from commerce.profiles.repository import ProfileRepository
from commerce.settings import Tables
from commerce.storage import Item, Key, Store
from commerce.values import possible_id


class _First(Struct, frozen=True):
    """The first batch: a caller who may act for the shopper."""

    rows: Mapping[Key, Item]
    modifier: Modifier
    shopper: Profile


class AddressReader:
    """Reads what a call is decided on, and checks who acts on which account on the way.

    Every reading raises NotAuthenticated, NotPermitted, UnknownSite, and for steps 1 to 5 of organization-addresses.md
    §3 AgentContextMissing, AgentContextUnreadable, UnknownOrganization, AccountInactive, NotAccountAdministrator; where
    it is of one address, UnknownAddress.
    """

    def __init__(
        self,
        *,
        store: Store,
        organizations: OrganizationRepository,
        configuration: ConfigurationRepository,
        tokens: Tokens,
        callers: InternalCallers,
        tables: Tables,
    ) -> None:
        self._store = store
        self._organizations = organizations
        self._configuration = configuration
        self._tokens = tokens
        self._callers = callers
        self._directory = DirectoryRepository(store, tables.organizations)
        self._profiles = ProfileRepository(store, tables.profiles)

    def for_collection(self, call: Call) -> CollectionReading:
        acting = self._acting(call, managed=False)
        return CollectionReading(acting, self._organizations.partitions(acting.lineage))

    def for_get(self, call: Call) -> GetReading:
        acting = self._acting(call, managed=False)
        address, _ = self._address(acting, call.entity_id, ())
        return GetReading(acting, address)

    def for_create(self, call: Call, kept_answers: KeptAnswers, now: datetime) -> CreateReading:
        """Raises IdempotencyKeyMalformed and IdempotencyKeyReused, too."""
        acting = self._acting(call, managed=True)
        caller = f"{acting.modifier.kind}#{acting.modifier.id}"
        site = call.site or "" if call.api is Api.STORE else ""
        key = kept_answers.key(call, caller, site, agentContext=call.agent_context)
        keys = [self._organizations.organization_key(acting.account), *([key.head] if key else [])]
        rows = self._store.get(keys)
        kept_answer = key.kept_answer(rows, now) if key else None
        return CreateReading(acting, self._organizations.organization(rows, acting.account), key, kept_answer)

    def for_update(self, call: Call) -> UpdateReading:
        acting = self._acting(call, managed=True)
        key = self._organizations.organization_key(acting.account)
        address, rows = self._address(acting, call.entity_id, [key])
        return UpdateReading(acting, self._organizations.organization(rows, acting.account), address)

    def for_delete(self, call: Call) -> DeleteReading:
        acting = self._acting(call, managed=True)
        lineage = self._organizations.partitions(acting.lineage)
        _, own = lineage[0]
        address = next((address for address in own if address.id == call.entity_id), None)
        if address is None:
            raise UnknownAddress(call.entity_id)
        return DeleteReading(acting, lineage, address)

    # --- the first batch

    def _acting(self, call: Call, *, managed: bool) -> Acting:
        """Token, privilege, site and steps 1 to 5. `managed`: not for members without a role."""
        at_store = call.api is Api.STORE
        shared = [*self._configuration.keys(), *self._directory.keys()]
        first = self._shopper(call, shared) if at_store else self._agent(call, shared)
        configuration = self._configuration.current(first.rows)
        if at_store:
            configuration.site(call.site)
        directory = self._directory.current(first.rows)
        shopper = first.shopper
        member = Member(shopper.login_record.active, shopper.document)
        account = account_of(member, call.organization, directory, concealed=at_store, managed=managed)
        return Acting(
            modifier=first.modifier,
            shopper_id=shopper.id,
            lineage=(account, *directory.ancestors(account)),
            properties=configuration.address_properties,
        )

    def _shopper(self, call: Call, keys: Sequence[Key]) -> _First:
        """A shopper of the store, for itself."""
        claims = authenticate(call, self._tokens)
        shopper_id = shopper_of(claims)
        rows = self._store.get([self._profiles.key(shopper_id), *keys])
        shopper = self._profiles.profile(rows, shopper_id)
        if shopper is None:
            raise NotAuthenticated(expected=REVOKED)
        shopper.login_record.check_token(claims)
        return _First(rows, Modifier("shopper", shopper.id, shopper.login), shopper)

    def _agent(self, call: Call, keys: Sequence[Key]) -> _First:
        """An agent or application, for the shopper of the agent context: steps 1 and 2."""
        caller = self._callers.authenticate(call)
        named = Deferred(lambda: context_shopper(call.agent_context))
        wanted = [caller.key, *keys]
        if possible_id(named.peek() or ""):
            wanted.append(self._profiles.key(named.value()))
        rows = self._store.get(wanted)
        self._callers.check(caller, rows)
        shopper = self._profiles.profile(rows, named.value())
        if shopper is None:
            raise AgentContextUnreadable
        kind = "application" if caller.is_application else "user"
        return _First(rows, Modifier(kind, caller.id, caller.login), shopper)

    # --- the second batch

    def _address(self, acting: Acting, address_id: str, keys: Sequence[Key]) -> tuple[Address, Mapping[Key, Item]]:
        """Step 6: the address, looked for in every partition of the lineage, and the rows of this batch."""
        wanted = [self._organizations.address_key(organization, address_id) for organization in acting.lineage]
        rows = self._store.get([*keys, *wanted]) if possible_id(address_id) else {}
        address = self._organizations.address(rows, acting.lineage, address_id)
        if address is None:
            raise UnknownAddress(address_id)
        return address, rows
