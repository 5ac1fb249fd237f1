"""The readings of the three calls on the current order: at most three batches each, whatever the size of the order.

1. Who buys, and where: profile, current orders, versions of configuration, selling document and directory; an order
   named by its id, the head of a kept answer, counts of guesses. 2. The order, the account, and for an update all that
   its lines, coupons and cards need, in the price list group that is foreseen. 3. GET: what the stored lines need; an
   update: prices of an account's own group, which its row alone names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from commerce.accounts.member import Member
from commerce.accounts.repository import DirectoryRepository
from commerce.call import Call
from commerce.catalogue import CatalogueRepository, Goods, PriceListGroup, Selling
from commerce.configuration import ConfigurationRepository
from commerce.deferred import Deferred
from commerce.errors import NotAuthenticated, UnknownPriceListGroup
from commerce.idempotency import IdempotencyKey
from commerce.identity.authentication import shopper_of
from commerce.identity.login_records import REVOKED
from commerce.identity.tokens import Claims
from commerce.orders.access import Account, Buyer, acting_organization, check_store, price_list_group, read_account
from commerce.orders.model import INCOMPLETE, Order
from commerce.orders.payments import GiftCards
from commerce.orders.reading import DeleteReading, GetReading, UpdateReading
from commerce.orders.repository import OrderRepository
from commerce.orders.request import OrderRequest, product_ids
from commerce.orders.terms import Terms
from commerce.organizations.repository import OrganizationRepository
from commerce.profiles.repository import ProfileRepository
from commerce.settings import Tables
from commerce.storage import Item, Key, Store
from commerce.values import possible_id


class _First(Struct, frozen=True):
    """The first batch. `current_id`: what it says is the buyer's current order."""

    rows: Mapping[Key, Item]
    buyer: Buyer
    selling: Selling
    goods: Goods
    current_id: str | None


class OrderReader:
    """Reads what a call is decided on, and checks who calls, where, for whom and with which prices on the way."""

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
        self._directory = DirectoryRepository(store, tables.organizations)
        self._organizations = OrganizationRepository(store, tables.organizations)

    def for_update(
        self,
        call: Call,
        claims: Claims,
        now: datetime,
        sent: Deferred[OrderRequest],
        sent_key: Deferred[IdempotencyKey | None],
    ) -> UpdateReading:
        """All for an update of the order that `sent` means.

        Raises, in this order, NotAuthenticated, UnknownSite, the errors of the organization, AccountNotOfThisStore,
        UnknownPriceListGroup, those of `sent_key` and of `sent`, IdempotencyKeyReused.
        """
        request, key = sent.peek(), sent_key.peek()
        first = self._first(call, claims, now, self._first_keys(shopper_of(claims), request, key))
        buyer = first.buyer
        named_id = request.order_id if request else None
        named = self._orders.order(first.rows, buyer.id, named_id, now) if named_id is not None else None
        organization = buyer.organization if named is None or buyer.named is not None else named.organization
        foreseen = self._foreseen_group(call, first)
        kept_keys = key.rest(first.rows.get(key.head)) if key else []
        update_keys = self._update_keys(first, request, foreseen) if request else []
        rows, account = self._second(first, organization, [*kept_keys, *update_keys])
        group = price_list_group(call.price_list_group, first.selling, buyer, account)

        key, request = sent_key.value(), sent.value()
        products = self._products(first, group.id, product_ids(request.items))
        unread = first.goods.keys(products, group.id) if request.items and group.id != foreseen else ()

        def terms() -> Terms:
            later = self._store.get(unread) if unread else {}
            return self._terms(first, group, products, request.coupons, {**rows, **later})

        return UpdateReading(
            request=request,
            key=key,
            kept_answer=key.kept_answer(rows, now) if key else None,
            buyer=buyer,
            named=named,
            current=self._current(first, rows),
            current_id=first.current_id,
            rows=rows,
            terms=terms,
        )

    def for_get(self, call: Call, claims: Claims, now: datetime) -> GetReading | None:
        """The current order, None where there is none that can be changed.

        Raises NotAuthenticated, UnknownSite, the errors of the organization, AccountNotOfThisStore,
        UnknownPriceListGroup.
        """
        first = self._first(call, claims, now, ())
        rows, account = self._second(first, first.buyer.organization, self._current_keys(first))
        group = price_list_group(call.price_list_group, first.selling, first.buyer, account)
        order = self._current(first, rows)
        if order is None:
            return None
        products = self._products(first, group.id, [line.product_id for line in order.all_lines()])
        third = self._store.get(
            [
                *first.goods.keys(products, group.id),
                *self._catalogue.coupon_keys(order.coupons),
                *self._cards.keys([card.number for card in order.cards]),
            ]
        )
        rows = {**rows, **third}
        return GetReading(first.buyer, order, self._terms(first, group, products, order.coupons, rows), rows)

    def for_delete(self, call: Call, claims: Claims, now: datetime) -> DeleteReading:
        """The current order. Raises as `for_get`, less UnknownPriceListGroup."""
        first = self._first(call, claims, now, ())
        rows, _ = self._second(first, first.buyer.organization, self._current_keys(first))
        return DeleteReading(first.buyer, self._current(first, rows))

    # --- the first batch

    def _first(self, call: Call, claims: Claims, now: datetime, keys: Iterable[Key]) -> _First:
        """Token, site and organization, in the documented order."""
        shopper = shopper_of(claims)
        rows = self._store.get(
            [
                self._profiles.key(shopper),
                self._orders.current_key(shopper),
                *self._configuration.keys(),
                *self._catalogue.selling_keys(),
                *self._directory.keys(),
                *keys,
            ]
        )
        profile = self._profiles.profile(rows, shopper)
        if profile is None:
            raise NotAuthenticated(expected=REVOKED)
        profile.login_record.check_token(claims)
        site = self._configuration.current(rows).site(call.site)
        member = Member(profile.login_record.active, profile.document)
        directory = self._directory.current(rows)
        buyer = Buyer(
            profile=profile,
            member=member,
            directory=directory,
            site=site,
            named=call.organization,
            organization=acting_organization(call.organization, member, directory),
            now=now,
        )
        current_id = self._orders.current_id(rows, shopper, buyer.scope)
        selling = self._catalogue.selling(rows)
        return _First(rows, buyer, selling, self._catalogue.goods(selling), current_id)

    def _first_keys(self, shopper: str, request: OrderRequest | None, key: IdempotencyKey | None) -> list[Key]:
        """What an update reads beside what tells who buys."""
        keys = [key.head] if key else []
        if request is None:
            return keys
        if request.order_id is not None and possible_id(request.order_id):
            keys.append(self._orders.key(shopper, request.order_id))
        return keys

    # --- the second batch

    def _second(
        self, first: _First, organization: str | None, keys: Sequence[Key]
    ) -> tuple[Mapping[Key, Item], Account | None]:
        """The rows of both batches, and the organization's account. Raises AccountNotOfThisStore."""
        account_keys = [self._organizations.organization_key(organization)] if organization is not None else []
        rows = {**first.rows, **self._store.get([*keys, *account_keys])}
        account = None
        if organization is not None and account_keys[0] in rows:
            account = read_account(self._organizations.organization(rows, organization).document)
        check_store(account, first.buyer.site)
        return rows, account

    def _update_keys(self, first: _First, request: OrderRequest, foreseen: str) -> list[Key]:
        """What an update needs beside the account."""
        keys = [] if request.create or request.order_id is not None else self._current_keys(first)
        if foreseen:
            products = self._products(first, foreseen, product_ids(request.items))
            keys += first.goods.keys(products, foreseen)
        keys += self._catalogue.coupon_keys(request.coupons)
        return [*keys, *self._cards.keys([card.number for card in request.cards if card.number])]

    def _foreseen_group(self, call: Call, first: _First) -> str:
        """The price list group that counts unless the account has one of its own; empty where there is none."""
        try:
            return price_list_group(call.price_list_group, first.selling, first.buyer, None).id
        except UnknownPriceListGroup:
            return ""

    def _current_keys(self, first: _First) -> list[Key]:
        return [self._orders.key(first.buyer.id, first.current_id)] if first.current_id is not None else []

    # --- what the rows say

    def _current(self, first: _First, rows: Mapping[Key, Item]) -> Order | None:
        """The current order, while it can be changed."""
        buyer, order_id = first.buyer, first.current_id
        order = self._orders.order(rows, buyer.id, order_id, buyer.now) if order_id is not None else None
        return order if order is not None and order.state == INCOMPLETE else None

    def _products(self, first: _First, group: str, named: Iterable[str]) -> list[str]:
        """Products that are named, and those that an order may earn as gifts."""
        gifts = first.selling.gift_products(first.buyer.occasion(group))
        return list(dict.fromkeys([*named, *sorted(gifts)]))

    def _terms(
        self,
        first: _First,
        group: PriceListGroup,
        products: Sequence[str],
        coupons: Sequence[str],
        rows: Mapping[Key, Item],
    ) -> Terms:
        return Terms(
            occasion=first.buyer.occasion(group.id),
            group=group,
            selling=first.selling,
            products=first.goods.products(rows, products),
            prices=first.goods.prices(rows, products, group.id),
            coupons=self._catalogue.coupons(rows, coupons),
        )
