"""The shopper's current order: update, read, delete (contract: orders.md).

A call reads at most three times, in one batch each, whatever the size of the order: who calls and which order; the
order and what it is priced with; and what only these two tell. It writes once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from commerce.call import Call, EntityVersion, Outcome
from commerce.catalogue import (
    CardAnswer,
    CardRequest,
    CardStatus,
    CatalogueRepository,
    Coupon,
    ExternalPriceClaim,
    ExternalPriceValidator,
    GiftCardProvider,
    PriceListGroup,
    Selling,
    Taxes,
)
from commerce.configuration import ConfigurationRepository, Site
from commerce.dates import Clock, epoch_seconds, format_date
from commerce.errors import (
    CommerceError,
    Contention,
    CouponInvalid,
    GiftCardInvalid,
    GiftCardProviderFailed,
    IdempotencyKeyInUse,
    NoCurrentOrder,
    NotAuthenticated,
    OrderDeleteFailed,
    OrderError,
    OrderNotFound,
    OrderNotIncomplete,
    OrderUpdateFailed,
    StaleTag,
    UnknownPriceListGroup,
)
from commerce.exact_json import JsonObject
from commerce.identity.authentication import authenticate
from commerce.identity.guards import Guard
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Claims, Tokens
from commerce.orders.access import (
    Account,
    acting_organization,
    check_orders_organization,
    check_store,
    price_list_group,
    read_account,
)
from commerce.orders.cart import Terms, cart_of, gift_markers, settled
from commerce.orders.idempotency import IdempotencyKey, KeptAnswer, read_key
from commerce.orders.matching import Placement, place_lines
from commerce.orders.model import INCOMPLETE, Numbers, Order, OrderCard
from commerce.orders.presentation import Presentation
from commerce.orders.repository import OrderRepository, current_scope
from commerce.orders.request import OrderRequest, dropped, id_text, product_ids, read_request
from commerce.orders.rules import LineReader, Offer, SentLine, price_claims
from commerce.orders.shipping import (
    GroupDraft,
    Methods,
    checked_groups,
    kept_groups,
    priced_groups,
    sent_groups,
    with_single_form,
)
from commerce.organizations.access import Member, named_organization, possible_id
from commerce.organizations.directory import Directory
from commerce.organizations.repository import OrganizationRepository
from commerce.pricing import GiftCard, Occasion, PricedOrder, ShippingMethod, pay, price_order
from commerce.profiles.model import Profile
from commerce.profiles.repository import ProfileRepository
from commerce.regions import Regions
from commerce.settings import Settings
from commerce.storage import Item, Key, StorageFailure, Store, Write, WriteLost, retry_on_lost_write
from commerce.tags import issue_tag

T = TypeVar("T")

URI: Final = "/ccstore/v1/orders/current"


@dataclass(frozen=True, slots=True)
class _Caller:
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
class _Reading:
    """The second reading: what the first one led to; `rows` are those of both. `group`: the price list group."""

    caller: _Caller
    rows: Mapping[Key, Item]
    group: PriceListGroup


@dataclass(slots=True)
class _Try:
    """What one call remembers between attempts."""

    matched: bool = False
    rival_holds_key: bool = False


class OrderService:
    """Each method takes a call and gives its outcome."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        keys: KeyRing,
        configuration: ConfigurationRepository,
        catalogue: CatalogueRepository,
        cards: GiftCardProvider,
        taxes: Taxes,
        external_prices: ExternalPriceValidator,
        settings: Settings,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._keys = keys
        self._configuration = configuration
        self._catalogue = catalogue
        self._cards = cards
        self._taxes = taxes
        self._external_prices = external_prices
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        tables = settings.tables
        self._orders = OrderRepository(store, tables.orders, settings.cart_lifetime)
        self._profiles = ProfileRepository(store, tables.profiles)
        self._organizations = OrganizationRepository(store, tables.organizations)
        self._regions = Regions(settings.allowed_countries, settings.region_countries)
        self._shopper_guard = Guard(tables.expiring, "giftCards", settings.gift_card_guard_limit)
        self._card_guard = Guard(tables.expiring, "giftCardPin", settings.card_pin_guard_limit)

    # --- the three calls

    def update(self, call: Call) -> Outcome:
        """POST: the request's cart replaces the order's. Decided again on the newest state when a rival was faster.

        Raises the errors of orders.md §4 in that order; nothing is stored then.
        """
        claims = self._claims(call)
        attempts = _Try()
        try:
            return retry_on_lost_write(call.budget, lambda: self._update(call, claims, attempts))
        except Contention:
            if attempts.rival_holds_key:
                raise IdempotencyKeyInUse from None
            raise

    def get(self, call: Call) -> Outcome:
        """GET: the current order, priced anew; no content without one. Fails for no line, coupon or card.

        Raises NotAuthenticated, UnknownSite, the errors of the organization, UnknownPriceListGroup, DependencyDown,
        GiftCardProviderFailed.
        """
        caller = self._caller(call, self._claims(call), self._clock(), ())
        current = self._orders.current_id(caller.rows, caller.id, caller.scope)
        rows, account = self._second(caller, caller.organization, self._order_keys(caller, current))
        reading = self._priced_reading(call, caller, rows, account)
        order = self._current(caller, rows, current)
        if order is None:
            return Outcome(None)
        reading = self._third(reading, order)
        explain = call.flag("explain")
        terms, priced, shown = self._priced_anew(call, reading, order, explain=explain)
        body = self._presentation(call, caller, shown, priced, terms).body(
            groups=call.flag("includeShippingGroups"), trace=explain
        )
        return Outcome(body, _entity(order, caller), facts=_facts(order, caller))

    def delete(self, call: Call) -> Outcome:
        """DELETE: the current order is removed, and none is current then.

        Raises as `get`, NoCurrentOrder, StaleTag, OrderDeleteFailed, Contention.
        """
        claims = self._claims(call)
        attempts = _Try()
        try:
            return retry_on_lost_write(call.budget, lambda: self._delete(call, claims, attempts))
        except StorageFailure as error:
            raise OrderDeleteFailed from error

    def _delete(self, call: Call, claims: Claims, attempts: _Try) -> Outcome:
        caller = self._caller(call, claims, self._clock(), ())
        current = self._orders.current_id(caller.rows, caller.id, caller.scope)
        rows, _ = self._second(caller, caller.organization, self._order_keys(caller, current))
        order = self._current(caller, rows, current)
        _check_tag(call, order, attempts)
        if order is None:
            raise NoCurrentOrder
        self._orders.remove(caller.id, caller.scope, order)
        return Outcome({}, facts=_facts(order, caller))

    # --- update

    def _update(self, call: Call, claims: Claims, attempts: _Try) -> Outcome:
        request, refusal = _tried(lambda: read_request(call.json_object))
        key, key_refusal = _tried(lambda: self._idempotency_key(call, claims))
        now = self._clock()
        caller = self._caller(call, claims, now, self._first_keys(claims, now, request, key))
        stored = self._named_order(caller, request)
        organization = caller.organization
        if stored is not None and caller.named is None:
            organization = stored.organization
        current = self._orders.current_id(caller.rows, caller.id, caller.scope)
        guess = self._guessed_group(call, caller)
        keys = self._second_keys(caller, request, key, current, guess)
        rows, account = self._second(caller, organization, keys)
        reading = self._priced_reading(call, caller, rows, account)
        if key_refusal:
            raise key_refusal
        if refusal or request is None:
            raise refusal or OrderUpdateFailed
        head = caller.rows.get(key.head) if key else None
        if key and key.check(head, caller.now):
            return _replayed(key.answer(rows))
        order = self._addressed(caller, rows, request, stored, current)
        existing = order if order.version else None
        try:
            _check_tag(call, None if request.create else existing, attempts)
        except StaleTag:
            # The tag may be stale because a rival under the same key was faster: its answer is ours then.
            if key and key.check(self._store.get([key.head]).get(key.head), caller.now):
                raise WriteLost({}) from None
            raise
        if request.items and reading.group.id != guess:
            products = self._catalogue.product_keys(self._products(caller, request, reading.group.id), reading.group.id)
            reading = replace(reading, rows={**rows, **self._store.get(products)})
        return self._save(call, request, reading, order, current, key, attempts)

    def _save(
        self,
        call: Call,
        request: OrderRequest,
        reading: _Reading,
        order: Order,
        current: str | None,
        key: IdempotencyKey | None,
        attempts: _Try,
    ) -> Outcome:
        caller = reading.caller
        updated, priced, terms = self._updated(call, request, reading, order)
        writes: list[Write] = [self._orders.put(caller.id, updated, caller.now)]
        if not order.version:
            writes.append(self._orders.make_current(caller.id, caller.scope, current, order.id))
        saved = replace(updated, version=order.version + 1)
        presentation = self._presentation(call, caller, saved, priced, terms)
        presentation.check_size(len(call.text or ""))
        body = presentation.body(groups=call.flag("includeShippingGroups"))
        body["links"] = [{"rel": "self", "href": call.url}]
        entity = _entity(saved, caller)
        if key:
            etag = issue_tag(self._keys, URI, entity.entity_id, entity.version, entity.modifier)
            writes += key.puts(KeptAnswer(body, etag), caller.now)
        try:
            self._orders.write(writes)
        except WriteLost as lost:
            others = {write.key for write in writes if key is None or write.key != key.head}
            attempts.rival_holds_key = key is not None and not others & lost.current.keys()
            raise
        return Outcome(body, entity, facts=_facts(saved, caller))

    def _updated(
        self, call: Call, request: OrderRequest, reading: _Reading, order: Order
    ) -> tuple[Order, PricedOrder, Terms]:
        """The order after the request, priced, in the documented check order."""
        caller = reading.caller
        wanted = request.lines()
        terms = self._terms(reading, self._products(caller, request, reading.group.id))
        numbers = Numbers(order)
        sent = self._checked_lines(call, reading, request, order, terms, wanted)
        properties = _order_properties(request.body, order, terms.selling)
        coupons = _checked_coupons(request.coupons, self._catalogue.coupons(reading.rows, request.coupons), caller.now)
        placement = place_lines(sent, order.lines, numbers, combine=request.combine)
        methods = self._methods(caller, terms)
        gone = frozenset(id_text(each.get("commerceItemId")) or "" for each in request.items if dropped(each))
        drafts = checked_groups(self._drafts(request, order, placement, gone, numbers), methods, self._regions)
        cart = cart_of(
            terms,
            placement.lines,
            priced_groups(drafts, methods, self._regions),
            coupons,
            gift_markers(order.markers, request.removed),
        )
        priced = price_order(cart, self._taxes.calculator(terms.selling, call.budget))
        accepted = self._accepted_cards(call, request, order, reading)
        priced = replace(
            priced, payments=pay(priced.price_info.total, accepted, terms.group.currency.fractional_digits)
        )
        moment = format_date(caller.now)
        body = request.body
        changed = replace(
            order,
            site_id=caller.site.id,
            modified=moment,
            modified_by=caller.id,
            cart_name=body.get("cartName", order.cart_name),
            additional_emails=tuple(body["additionalEmails"] or ())
            if "additionalEmails" in body
            else order.additional_emails,
            properties=properties,
            coupons=request.coupons,
            lines=placement.lines,
        )
        cards = [card.number for card in accepted]
        return settled(changed, priced, [draft.group for draft in drafts], cards, numbers), priced, terms

    def _checked_lines(
        self,
        call: Call,
        reading: _Reading,
        request: OrderRequest,
        order: Order,
        terms: Terms,
        wanted: Sequence[tuple[int, Any]],
    ) -> tuple[SentLine, ...]:
        site = reading.caller.site
        offer = Offer(
            products=terms.products,
            prices=terms.prices,
            properties={name: each for name, each in terms.selling.line_properties.items() if not each.internal_only},
            configurable_products=site.configurable_products,
            refused=self._refused_prices(call, site, terms, request),
        )
        claimed = {line.id: sum(claim.quantity for claim in line.gifts) for line in order.lines if line.gifts}
        reader = LineReader(offer, claimed)
        sent = reader.read(wanted)
        reader.check_properties(sent)
        return sent

    def _refused_prices(
        self, call: Call, site: Site, terms: Terms, request: OrderRequest
    ) -> frozenset[ExternalPriceClaim]:
        claims = tuple(dict.fromkeys(price_claims(request.items)))
        if not claims:
            return frozenset()
        allowed = self._external_prices.allowed(claims, site, terms.group.id, call.budget)
        return frozenset(claim for claim, taken in zip(claims, allowed, strict=True) if not taken)

    def _drafts(
        self, request: OrderRequest, order: Order, placement: Placement, gone: frozenset[str], numbers: Numbers
    ) -> tuple[GroupDraft, ...]:
        if request.groups is not None:
            return sent_groups(request.groups, order.groups, placement, gone, numbers, self._regions)
        drafts = kept_groups(order.groups, placement.lines, placement.successors, numbers)
        body = request.body
        return with_single_form(drafts, body.get("shippingMethod"), body.get("shippingAddress"), self._regions)

    def _accepted_cards(self, call: Call, request: OrderRequest, order: Order, reading: _Reading) -> list[GiftCard]:
        """The cards with their balances. Guesses are counted, and held back once they are too many (auth.md §8).

        Raises RateLimited, GiftCardInvalid, GiftCardEmpty, GiftCardNotApplicable, GiftCardProviderFailed.
        """
        caller, held = reading.caller, {card.number for card in order.cards}
        rows, now = reading.rows, caller.now
        if any(card.number not in held for card in request.cards):
            self._shopper_guard.check(rows.get(self._shopper_guard.key(caller.id, now)), now)
        requests = _card_requests(request, held)
        barred = {
            each.number
            for each in requests
            if not each.held and self._card_guard.reached(rows.get(self._card_guard.key(each.number, now)))
        }
        asked = [each for each in requests if each.number not in barred]
        answers = self._cards.ask(asked, reading.group.currency.code, rows, call.budget) if asked else ()
        known = {each.number: answer for each, answer in zip(asked, answers, strict=True)}
        accepted = []
        for card in request.cards:
            number = card.number or ""
            answer = known.get(number, CardAnswer(CardStatus.INVALID))
            try:
                answer.check(held=number in held)
            except GiftCardInvalid:
                if number not in held:
                    self._shopper_guard.count(self._store, caller.id, now)
                    if number in known:
                        self._card_guard.count(self._store, number, now)
                raise
            accepted.append(GiftCard(number, answer.balance))
        return accepted

    # --- get

    def _priced_anew(
        self, call: Call, reading: _Reading, order: Order, *, explain: bool
    ) -> tuple[Terms, PricedOrder, Order]:
        """A stored order with today's prices, and the order as it is then shown; nothing of it is refused."""
        terms, rows = self._terms(reading, self._stored_products(reading, order)), reading.rows
        numbers = Numbers(order)
        methods = self._methods(reading.caller, terms)
        successors = {line.id: line.id for line in order.lines}
        drafts = checked_groups(kept_groups(order.groups, order.lines, successors, numbers), methods, self._regions)
        coupons = [
            each for each in self._catalogue.coupons(rows, order.coupons).values() if each.valid(reading.caller.now)
        ]
        cart = cart_of(
            terms,
            order.lines,
            priced_groups(drafts, methods, self._regions),
            coupons,
            gift_markers(order.markers, {}),
            self._held_cards(call, order.cards, rows, terms.group),
        )
        priced = price_order(cart, self._taxes.calculator(terms.selling, call.budget), explain=explain)
        numbers_of_cards = [card.number for card in order.cards]
        return terms, priced, settled(order, priced, [draft.group for draft in drafts], numbers_of_cards, numbers)

    def _held_cards(
        self, call: Call, cards: Sequence[OrderCard], rows: Mapping[Key, Item], group: PriceListGroup
    ) -> list[GiftCard]:
        """The order's cards; one that is refused now pays nothing."""
        requests = [CardRequest(card.number, held=True) for card in cards]
        answers = self._cards.ask(requests, group.currency.code, rows, call.budget) if requests else ()
        if any(answer.status is CardStatus.PROVIDER_FAILED for answer in answers):
            raise GiftCardProviderFailed
        return [
            GiftCard(card.number, answer.balance if answer.status is CardStatus.ACCEPTED else Decimal(0))
            for card, answer in zip(cards, answers, strict=True)
        ]

    # --- reading

    def _claims(self, call: Call) -> Claims:
        claims = authenticate(call, self._tokens)
        if not claims.profile_id:
            raise NotAuthenticated
        return claims

    def _caller(self, call: Call, claims: Claims, now: datetime, keys: Iterable[Key]) -> _Caller:
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
        profile.account.check_token(claims)
        site = self._configuration.current(rows).site(call.site)
        member, directory = Member(profile.account.active, profile.document), self._organizations.directory(rows)
        named = named_organization(call.headers.get("x-ccorganization"))
        return _Caller(
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

    def _first_keys(
        self, claims: Claims, now: datetime, request: OrderRequest | None, key: IdempotencyKey | None
    ) -> list[Key]:
        shopper = claims.profile_id or ""
        keys = [key.head] if key else []
        if request is None:
            return keys
        if request.order_id and not request.create and possible_id(request.order_id):
            keys.append(self._orders.key(shopper, request.order_id))
        if request.cards:
            keys.append(self._shopper_guard.key(shopper, now))
            keys += [self._card_guard.key(card.number, now) for card in request.cards if card.number]
        return keys

    def _second_keys(
        self,
        caller: _Caller,
        request: OrderRequest | None,
        key: IdempotencyKey | None,
        current: str | None,
        group: str,
    ) -> list[Key]:
        keys = key.rest(caller.rows.get(key.head)) if key else []
        if request is None:
            return keys
        if not request.create and not request.order_id:
            keys += self._order_keys(caller, current)
        if group:
            keys += self._catalogue.product_keys(self._products(caller, request, group), group)
        keys += self._catalogue.coupon_keys(request.coupons)
        return [*keys, *self._cards.keys(_card_requests(request, frozenset()))]

    def _order_keys(self, caller: _Caller, order_id: str | None) -> list[Key]:
        return [self._orders.key(caller.id, order_id)] if order_id is not None else []

    def _guessed_group(self, call: Call, caller: _Caller) -> str:
        """The price list group that counts unless the account has one of its own; empty where there is none."""
        try:
            return self._group(call, caller, None).id
        except UnknownPriceListGroup:
            return ""

    def _group(self, call: Call, caller: _Caller, account: Account | None) -> PriceListGroup:
        sent = call.headers.get("x-ccpricelistgroup")
        return price_list_group(sent, caller.selling, caller.site, account, caller.member)

    def _second(
        self, caller: _Caller, organization: str | None, keys: Iterable[Key]
    ) -> tuple[Mapping[Key, Item], Account | None]:
        """The rows of both batches, and the organization's account. Raises AccountNotOfThisStore."""
        account_keys = [self._organizations.organization_key(organization)] if organization is not None else []
        rows = {**caller.rows, **self._store.get([*keys, *account_keys])}
        account = None
        if organization is not None and account_keys[0] in rows:
            account = read_account(self._organizations.organization(rows, organization).document)
        check_store(account, caller.site)
        return rows, account

    def _priced_reading(
        self, call: Call, caller: _Caller, rows: Mapping[Key, Item], account: Account | None
    ) -> _Reading:
        """Raises UnknownPriceListGroup."""
        return _Reading(caller, rows, self._group(call, caller, account))

    def _third(self, reading: _Reading, order: Order) -> _Reading:
        """The third batch of a GET: what the lines of the stored order are priced with."""
        requests = [CardRequest(card.number, held=True) for card in order.cards]
        keys = [
            *self._catalogue.product_keys(self._stored_products(reading, order), reading.group.id),
            *self._catalogue.coupon_keys(order.coupons),
            *self._cards.keys(requests),
        ]
        return replace(reading, rows={**reading.rows, **self._store.get(keys)})

    def _stored_products(self, reading: _Reading, order: Order) -> list[str]:
        gifts = reading.caller.selling.gift_products(self._occasion(reading.caller, reading.group.id))
        return list(dict.fromkeys([*(line.product_id for line in order.all_lines()), *sorted(gifts)]))

    def _terms(self, reading: _Reading, products: Sequence[str]) -> Terms:
        group, rows = reading.group, reading.rows
        return Terms(
            occasion=self._occasion(reading.caller, group.id),
            group=group,
            selling=reading.caller.selling,
            products=self._catalogue.products(rows, products),
            prices=self._catalogue.prices(rows, products, group.id),
        )

    def _products(self, caller: _Caller, request: OrderRequest, group: str) -> list[str]:
        """Products of the request, and those that it may earn as gifts."""
        gifts = caller.selling.gift_products(self._occasion(caller, group))
        return list(dict.fromkeys([*product_ids(request.items), *sorted(gifts)]))

    def _occasion(self, caller: _Caller, group: str) -> Occasion:
        audiences = frozenset(map(str, caller.profile.document.get("audiences", ())))
        return Occasion(caller.now, caller.site.id, group, audiences)

    def _methods(self, caller: _Caller, terms: Terms) -> Methods:
        def offered(country: str | None, state: str | None) -> Mapping[str, ShippingMethod]:
            return terms.selling.shipping_methods(caller.site.id, terms.group.id, country, state)

        return offered

    # --- which order

    def _named_order(self, caller: _Caller, request: OrderRequest | None) -> Order | None:
        if request is None or request.create or not request.order_id:
            return None
        return self._orders.order(caller.rows, caller.id, request.order_id, caller.now)

    def _current(self, caller: _Caller, rows: Mapping[Key, Item], order_id: str | None) -> Order | None:
        """The current order, while it can be changed."""
        order = self._orders.order(rows, caller.id, order_id, caller.now) if order_id is not None else None
        return order if order is not None and order.state == INCOMPLETE else None

    def _addressed(
        self, caller: _Caller, rows: Mapping[Key, Item], request: OrderRequest, named: Order | None, current: str | None
    ) -> Order:
        """The order to update, a new one where there is none.

        Raises OrderNotFound, OrderNotIncomplete, and the errors of its organization.
        """
        if request.order_id and not request.create:
            if named is None:
                raise OrderNotFound(request.order_id)
            if named.state != INCOMPLETE:
                raise OrderNotIncomplete(named.id)
            check_orders_organization(named.organization, caller.named, caller.member, caller.directory)
            return named
        order = None if request.create else self._current(caller, rows, current)
        if order is not None:
            return order
        moment = format_date(caller.now)
        return Order(
            id=f"o{epoch_seconds(caller.now)}{int(self._new_id(), 16) % 10**12:012}",
            version=0,
            site_id=caller.site.id,
            creation_site_id=caller.site.id,
            organization=caller.organization,
            created=moment,
            modified=moment,
            modified_by=caller.id,
        )

    def _idempotency_key(self, call: Call, claims: Claims) -> IdempotencyKey | None:
        site = call.site or self._settings.default_site
        request = {
            "query": dict(call.query),
            "body": call.json_object,
            "organization": named_organization(call.headers.get("x-ccorganization")),
            "priceListGroup": call.headers.get("x-ccpricelistgroup"),
        }
        return read_key(
            call.headers.get("idempotency-key"),
            self._settings.tables.expiring,
            claims.profile_id or "",
            site,
            request,
            self._keys,
        )

    def _presentation(
        self, call: Call, caller: _Caller, order: Order, priced: PricedOrder, terms: Terms
    ) -> Presentation:
        return Presentation(order, priced, terms, caller.site.id, call.language, self._cards.name)


def _tried(read: Callable[[], T]) -> tuple[T | None, CommerceError | None]:
    """What `read` gives, or the error to raise once its turn in the check order has come."""
    try:
        return read(), None
    except OrderError as error:
        return None, error


def _check_tag(call: Call, order: Order | None, attempts: _Try) -> None:
    """Raises StaleTag. A tag that matched once is final: what a rival made of the order is not what it names."""
    if order is None:
        if attempts.matched:
            raise StaleTag
        return
    attempts.matched = call.precondition.holds(order.id, order.version) or attempts.matched


def _replayed(answer: KeptAnswer) -> Outcome:
    return Outcome(answer.body, headers={"ETag": answer.etag, "Idempotency-Replayed": "true"})


def _entity(order: Order, caller: _Caller) -> EntityVersion:
    return EntityVersion(order.id, order.version, caller.profile.login if order.modified_by == caller.id else "")


def _facts(order: Order, caller: _Caller) -> Mapping[str, str]:
    return {"orderId": order.id, "shopperId": caller.id}


def _order_properties(body: JsonObject, order: Order, selling: Selling) -> JsonObject:
    """The declared properties after the request: absent ones are kept, null clears."""
    properties = dict(order.properties)
    for name, declared in selling.order_properties.items():
        if name not in body or declared.internal_only:
            continue
        if not declared.accepts(body[name]):
            raise OrderUpdateFailed(path=name)
        properties[name] = body[name]
    return {name: value for name, value in properties.items() if value is not None}


def _checked_coupons(codes: Sequence[str], coupons: Mapping[str, Coupon], now: datetime) -> list[Coupon]:
    """Raises CouponInvalid, CouponUsedUp for the first code that is of no use."""
    checked = []
    for code in codes:
        if code not in coupons:
            raise CouponInvalid(code)
        coupons[code].check(now)
        checked.append(coupons[code])
    return checked


def _card_requests(request: OrderRequest, held: Iterable[str]) -> list[CardRequest]:
    numbers = frozenset(held)
    return [CardRequest(card.number, card.pin, card.number in numbers) for card in request.cards if card.number]
