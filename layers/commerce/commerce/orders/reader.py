"""The readings of a call on the current order: at most three batches, whatever the size of the order.

1. Who calls and where: profile, current orders, versions of configuration, selling document and directory; an order
   named by its id, the head of a kept answer, guards. 2. The order, the account, and for an update all that its lines,
   coupons and cards need. 3. GET: what the stored lines need; an update: prices of an account's own group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commerce.call import Call
from commerce.catalogue import CatalogueRepository, PriceListGroup, Selling
from commerce.configuration import ConfigurationRepository, Site
from commerce.errors import NotAuthenticated, UnknownPriceListGroup
from commerce.identity.tokens import Claims
from commerce.orders.access import Account, acting_organization, check_store, price_list_group, read_account
from commerce.orders.cart import Terms
from commerce.orders.idempotency import IdempotencyKey
from commerce.orders.model import INCOMPLETE, Order
from commerce.orders.payments import GiftCards
from commerce.orders.repository import OrderRepository, current_scope
from commerce.orders.request import OrderRequest, product_ids
from commerce.orders.shipping import Methods
from commerce.organizations.access import Member
from commerce.organizations.directory import Directory
from commerce.organizations.repository import OrganizationRepository
from commerce.pricing import Occasion, ShippingMethod
from commerce.profiles.model import Profile
from commerce.profiles.repository import ProfileRepository
from commerce.settings import Tables
from commerce.storage import Item, Key, Store
from commerce.values import possible_id


@dataclass(frozen=True, slots=True)
class Caller:
    """The first reading: who calls, where, and for whom."""

    rows: Mapping[Key, Item]
    now: datetime
    profile: Profile
    member: Member
    site: Site
    selling: Selling
    directory: Directory
    named: str | None
    organization: str | None

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def scope(self) -> str:
        return current_scope(self.site.cart_sharing_group, self.organization)


@dataclass(frozen=True, slots=True)
class Reading:
    """The second reading: what the first one led to; `rows` are those of both. `group`: the price list group."""

    caller: Caller
    rows: Mapping[Key, Item]
    group: PriceListGroup


class OrderReader:
    """Reads what the operations decide on."""

    def __init__(
        self,
        *,
        store: Store,
        orders: OrderRepository,
        configuration: ConfigurationRepository,
        catalogue: CatalogueRepository,
        cards: GiftCards,
        tables: Tables,
    ) -> None:
        self._store = store
        self._orders = orders
        self._configuration = configuration
        self._catalogue = catalogue
        self._cards = cards
        self._profiles = ProfileRepository(store, tables.profiles)
        self._organizations = OrganizationRepository(store, tables.organizations)

    def answered_meanwhile(self, key: IdempotencyKey, now: datetime) -> bool:
        """Whether a rival has stored the answer to this very request. Raises IdempotencyKeyReused."""
        return key.check(self._store.get([key.head]).get(key.head), now)

    def repriced(self, reading: Reading, request: OrderRequest) -> Reading:
        """The third batch of an update whose account has a price list group of its own."""
        group = reading.group.id
        keys = self._catalogue.product_keys(self.products(reading.caller, request, group), group)
        return replace(reading, rows={**reading.rows, **self._store.get(keys)})

    def caller(self, call: Call, claims: Claims, now: datetime, keys: Iterable[Key]) -> Caller:
        """The first batch; token, site and organization, in the documented order."""
        shopper = claims.profile_id or ""
        rows = self._store.get(
            [
                self._profiles.key(shopper),
                self._orders.current_key(shopper),
                *self._configuration.keys(),
                *self._catalogue.selling_keys(),
                *self._organizations.directory_keys(),
                *keys,
            ]
        )
        profile = self._profiles.profile(rows, shopper)
        if profile is None:
            raise NotAuthenticated
        profile.login_record.check_token(claims)
        site = self._configuration.current(rows).site(call.site)
        member, directory = Member(profile.login_record.active, profile.document), self._organizations.directory(rows)
        named = call.organization
        return Caller(
            rows=rows,
            now=now,
            profile=profile,
            member=member,
            site=site,
            selling=self._catalogue.selling(rows),
            directory=directory,
            named=named,
            organization=acting_organization(named, member, directory),
        )

    def first_keys(
        self, claims: Claims, now: datetime, request: OrderRequest | None, key: IdempotencyKey | None
    ) -> list[Key]:
        """What the first batch of an update reads beside what tells who calls."""
        shopper = claims.profile_id or ""
        keys = [key.head] if key else []
        if request is None:
            return keys
        if request.order_id and not request.create and possible_id(request.order_id):
            keys.append(self._orders.key(shopper, request.order_id))
        return [*keys, *self._cards.guard_keys(request.cards, shopper, now)]

    def second_keys(
        self,
        caller: Caller,
        request: OrderRequest | None,
        key: IdempotencyKey | None,
        current: str | None,
        group: str,
    ) -> list[Key]:
        """What the second batch of an update reads; `group`: the price list group that is expected to count."""
        keys = key.rest(caller.rows.get(key.head)) if key else []
        if request is None:
            return keys
        if not request.create and not request.order_id:
            keys += self.order_keys(caller, current)
        if group:
            keys += self._catalogue.product_keys(self.products(caller, request, group), group)
        keys += self._catalogue.coupon_keys(request.coupons)
        return [*keys, *self._cards.keys([card.number for card in request.cards if card.number])]

    def order_keys(self, caller: Caller, order_id: str | None) -> list[Key]:
        return [self._orders.key(caller.id, order_id)] if order_id is not None else []

    def guessed_group(self, call: Call, caller: Caller) -> str:
        """The price list group that counts unless the account has one of its own; empty where there is none."""
        try:
            return self._group(call, caller, None).id
        except UnknownPriceListGroup:
            return ""

    def _group(self, call: Call, caller: Caller, account: Account | None) -> PriceListGroup:
        sent = call.price_list_group
        return price_list_group(sent, caller.selling, caller.site, account, caller.member)

    def second(
        self, caller: Caller, organization: str | None, keys: Iterable[Key]
    ) -> tuple[Mapping[Key, Item], Account | None]:
        """The rows of both batches, and the organization's account. Raises AccountNotOfThisStore."""
        account_keys = [self._organizations.organization_key(organization)] if organization is not None else []
        rows = {**caller.rows, **self._store.get([*keys, *account_keys])}
        account = None
        if organization is not None and account_keys[0] in rows:
            account = read_account(self._organizations.organization(rows, organization).document)
        check_store(account, caller.site)
        return rows, account

    def priced(self, call: Call, caller: Caller, rows: Mapping[Key, Item], account: Account | None) -> Reading:
        """Raises UnknownPriceListGroup."""
        return Reading(caller, rows, self._group(call, caller, account))

    def third(self, reading: Reading, order: Order) -> Reading:
        """The third batch of a GET: what the lines of the stored order are priced with."""
        keys = [
            *self._catalogue.product_keys(self.stored_products(reading, order), reading.group.id),
            *self._catalogue.coupon_keys(order.coupons),
            *self._cards.keys([card.number for card in order.cards]),
        ]
        return replace(reading, rows={**reading.rows, **self._store.get(keys)})

    def stored_products(self, reading: Reading, order: Order) -> list[str]:
        gifts = reading.caller.selling.gift_products(self._occasion(reading.caller, reading.group.id))
        return list(dict.fromkeys([*(line.product_id for line in order.all_lines()), *sorted(gifts)]))

    def terms(self, reading: Reading, products: Sequence[str]) -> Terms:
        group, rows = reading.group, reading.rows
        return Terms(
            occasion=self._occasion(reading.caller, group.id),
            group=group,
            selling=reading.caller.selling,
            products=self._catalogue.products(rows, products),
            prices=self._catalogue.prices(rows, products, group.id),
        )

    def products(self, caller: Caller, request: OrderRequest, group: str) -> list[str]:
        """Products of the request, and those that it may earn as gifts."""
        gifts = caller.selling.gift_products(self._occasion(caller, group))
        return list(dict.fromkeys([*product_ids(request.items), *sorted(gifts)]))

    def _occasion(self, caller: Caller, group: str) -> Occasion:
        audiences = frozenset(map(str, caller.profile.document.get("audiences", ())))
        return Occasion(caller.now, caller.site.id, group, audiences)

    def methods(self, caller: Caller, terms: Terms) -> Methods:
        def offered(country: str | None, state: str | None) -> Mapping[str, ShippingMethod]:
            return terms.selling.shipping_methods(caller.site.id, terms.group.id, country, state)

        return offered

    def named_order(self, caller: Caller, request: OrderRequest | None) -> Order | None:
        if request is None or request.create or not request.order_id:
            return None
        return self._orders.order(caller.rows, caller.id, request.order_id, caller.now)

    def current(self, caller: Caller, rows: Mapping[Key, Item], order_id: str | None) -> Order | None:
        """The current order, while it can be changed."""
        order = self._orders.order(rows, caller.id, order_id, caller.now) if order_id is not None else None
        return order if order is not None and order.state == INCOMPLETE else None
