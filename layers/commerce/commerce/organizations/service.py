"""Addresses of organizations, for agents and for account administrators (contract: organization-addresses.md)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from commerce.addresses.regions import Regions
from commerce.call import Api, Call, EntityVersion, Outcome
from commerce.configuration import ConfigurationRepository
from commerce.dates import Clock
from commerce.errors import StaleTag, TooManyAccountAddresses
from commerce.idempotency import Attempts, KeptAnswers
from commerce.identity.callers import InternalCallers
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Tokens
from commerce.listing import QUERY_PARAMETERS, address_page
from commerce.organizations.model import MAX_ADDRESSES, Address, Lineage
from commerce.organizations.presentation import AddressView
from commerce.organizations.reader import AddressReader
from commerce.organizations.reading import Acting
from commerce.organizations.repository import OrganizationRepository
from commerce.organizations.rules import (
    AddressSchema,
    changed_content,
    check_inherited,
    defaults_without,
    moved_defaults,
    read_change,
    sent_body,
)
from commerce.settings import Settings
from commerce.storage import Store, WriteLost, retry_on_lost_write


class OrganizationAddressService:
    """Each call reads twice, in one batch each (the collection: queries side by side), and writes once at most.

    What every call raises says `AddressReader`.
    """

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        callers: InternalCallers,
        configuration: ConfigurationRepository,
        keys: KeyRing,
        settings: Settings,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._kept_answers = KeptAnswers(store, settings.tables.expiring, keys, "addAddress")
        self._default_locale = settings.default_locale
        self._new_id = new_id
        self._regions = Regions(settings.allowed_countries, settings.region_countries)
        self._organizations = OrganizationRepository(store, settings.tables.organizations)
        self._reader = AddressReader(
            store=store,
            organizations=self._organizations,
            configuration=configuration,
            tokens=tokens,
            callers=callers,
            tables=settings.tables,
        )

    def collection(self, call: Call) -> Outcome:
        """The account with its defaults and all its addresses; more than one answer holds are only mentioned."""
        reading = self._reader.for_collection(call)
        return self._listed(call, reading.acting, reading.lineage)

    def page(self, call: Call) -> Outcome:
        """The account's own or inherited addresses, or both, as the query asks for (contract: companions.md §4)."""
        named = call.parameters.get("orgId", "").strip()
        reading = self._reader.for_collection(replace(call, organization=named) if named else call)
        custom = call.flag("includeCustomProperties") or any(map(call.parameters.get, QUERY_PARAMETERS))
        view = self._view(call, reading.acting, custom=custom)
        include = call.parameters.get("include")
        chosen = {"all": reading.lineage, "inheritedOnly": reading.lineage[1:]}.get(include or "", reading.lineage[:1])
        entries = [view.named_address(address) for _, addresses in chosen for address in addresses]
        return Outcome(address_page(entries, call.parameters), facts=reading.acting.facts)

    def get(self, call: Call) -> Outcome:
        """One own or inherited address."""
        reading = self._reader.for_get(call)
        return self._shown(call, reading.acting, reading.address)

    def create(self, call: Call) -> Outcome:
        """A new own address; under an idempotency key one for all requests alike.

        Raises as `rules.changed_content`, TooManyAccountAddresses, IdempotencyKeyMalformed, IdempotencyKeyReused,
        IdempotencyKeyInUse, Contention.
        """
        attempts = Attempts()
        return attempts.until_saved(call.budget, lambda: self._create(call, attempts))

    def update(self, call: Call) -> Outcome:
        """A partial update, re-applied on the newest state when a rival was faster.

        Raises as `rules.changed_content`, AddressIncomplete, StaleTag, AddressMemberInvalid, Contention. Nothing is
        stored then.
        """
        return retry_on_lost_write(call.budget, lambda: self._update(call))

    def delete(self, call: Call) -> Outcome:
        """Remove an own address; the collection without it. Raises StaleTag, Contention."""
        return retry_on_lost_write(call.budget, lambda: self._delete(call))

    def _create(self, call: Call, attempts: Attempts) -> Outcome:
        now = self._clock()
        reading = self._reader.for_create(call, self._kept_answers, now)
        if reading.kept_answer is not None:
            return Outcome(reading.kept_answer, replayed=True)
        acting, organization = reading.acting, reading.organization
        change = read_change(sent_body(call.body), acting.properties)
        content = changed_content(change, None, self._schema(acting))
        if organization.address_count >= MAX_ADDRESSES:
            raise TooManyAccountAddresses(expected=f"have fewer than {MAX_ADDRESSES:,} own addresses")
        position = organization.last_position + 1
        address = Address(organization.id, self._new_id(), 1, position, content, acting.modifier)
        defaults = moved_defaults(organization.defaults, change.flags, address.id)
        answer = call.finish(self._view(call, acting).named_address(address), None)
        puts = reading.key.puts(answer, now) if reading.key else []
        with attempts.writing(reading.key):
            self._organizations.create(organization, address, defaults, puts)
        return Outcome(answer, facts=acting.facts)

    def _update(self, call: Call) -> Outcome:
        reading = self._reader.for_update(call)
        acting, organization, address = reading.acting, reading.organization, reading.address
        body = sent_body(call.body)
        strict = call.precondition.holds(address.entity_id, address.version)
        change = read_change(body, acting.properties)
        content = changed_content(change, address.content, self._schema(acting))
        if address.owner != organization.id:
            check_inherited(change, address, content)
            content = address.content
        defaults = moved_defaults(organization.defaults, change.flags, address.id)
        try:
            saved = self._organizations.save(organization, defaults, address, content, acting.modifier)
        except WriteLost as lost:
            raise self._decided(lost, address, strict=strict) from lost
        return self._shown(call, acting, saved)

    def _delete(self, call: Call) -> Outcome:
        reading = self._reader.for_delete(call)
        acting, address = reading.acting, reading.address
        (organization, own), *ancestors = reading.lineage
        strict = call.precondition.holds(address.entity_id, address.version)
        defaults = defaults_without(organization.defaults, address.id)
        try:
            self._organizations.delete(organization, address, defaults)
        except WriteLost as lost:
            raise self._decided(lost, address, strict=strict) from lost
        left = (replace(organization, defaults=defaults), [other for other in own if other is not address])
        return self._listed(call, acting, [left, *ancestors])

    def _decided(self, lost: WriteLost, address: Address, *, strict: bool) -> Exception:
        """A tag names the address alone: a race lost on the organization's row leaves it current, and is run again."""
        return StaleTag() if strict and not self._organizations.is_current(address) else lost

    def _schema(self, acting: Acting) -> AddressSchema:
        return AddressSchema(self._regions, acting.properties)

    def _view(self, call: Call, acting: Acting, *, custom: bool = True) -> AddressView:
        """`custom`: declared properties are shown."""
        properties = acting.properties if custom else ()
        return AddressView(acting.account, properties, call.language, self._default_locale)

    def _listed(self, call: Call, acting: Acting, lineage: Lineage) -> Outcome:
        view = self._view(call, acting)
        brief = partial(view.collection, lineage, brief=True)
        return Outcome(view.collection(lineage), shorter=[brief], facts=acting.facts)

    def _shown(self, call: Call, acting: Acting, address: Address) -> Outcome:
        modifier = address.modifier
        # Shoppers are told no one's login but their own.
        told = call.api is not Api.STORE or (modifier.kind, modifier.id) == (acting.modifier.kind, acting.modifier.id)
        entity = EntityVersion(address.entity_id, address.version, modifier.login if told else "")
        return Outcome(self._view(call, acting).named_address(address), entity, facts=acting.facts)
