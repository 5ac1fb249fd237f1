"""The shopper's current order: update, read, delete (contract: orders.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from commerce.call import Call, EntityVersion, FinishedAnswer, Outcome
from commerce.catalogue import (
    CatalogueRepository,
    Coupon,
    ExternalPriceClaim,
    ExternalPriceValidator,
    GiftCardProvider,
    Selling,
    Taxes,
)
from commerce.configuration import ConfigurationRepository, Site
from commerce.dates import Clock, epoch_seconds, format_date
from commerce.errors import (
    CommerceError,
    Contention,
    CouponInvalid,
    IdempotencyKeyInUse,
    NoCurrentOrder,
    NotAuthenticated,
    OrderDeleteFailed,
    OrderError,
    OrderNotFound,
    OrderNotIncomplete,
    OrderUpdateFailed,
    StaleTag,
)
from commerce.exact_json import JsonObject
from commerce.identity.authentication import authenticate
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Claims, Tokens
from commerce.orders.access import check_orders_organization
from commerce.orders.cart import Terms, cart_of, gift_markers, settled
from commerce.orders.idempotency import IdempotencyKey, read_key
from commerce.orders.matching import Placement, place_lines
from commerce.orders.model import INCOMPLETE, Numbers, Order
from commerce.orders.payments import GiftCards
from commerce.orders.presentation import OrderView
from commerce.orders.reader import Caller, OrderReader, Reading
from commerce.orders.repository import OrderRepository
from commerce.orders.request import OrderRequest, dropped, read_request
from commerce.orders.rules import LineReader, Offer, SentLine, price_claims
from commerce.orders.shipping import (
    GroupDraft,
    checked_groups,
    kept_groups,
    priced_groups,
    sent_groups,
    with_single_form,
)
from commerce.pricing import PricedOrder, pay, price_order
from commerce.regions import Regions
from commerce.settings import Settings
from commerce.storage import Item, Key, StorageFailure, Store, Write, WriteLost, retry_on_lost_write
from commerce.values import id_text

T = TypeVar("T")


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
        self._tokens = tokens
        self._keys = keys
        self._catalogue = catalogue
        self._cards = GiftCards(store, cards, settings)
        self._taxes = taxes
        self._external_prices = external_prices
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._regions = Regions(settings.allowed_countries, settings.region_countries)
        self._orders = OrderRepository(store, settings.tables.orders, settings.cart_lifetime)
        self._reader = OrderReader(
            store=store,
            orders=self._orders,
            configuration=configuration,
            catalogue=catalogue,
            cards=self._cards,
            tables=settings.tables,
        )

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
        caller = self._reader.caller(call, self._claims(call), self._clock(), ())
        current = self._orders.current_id(caller.rows, caller.id, caller.scope)
        rows, account = self._reader.second(caller, caller.organization, self._reader.order_keys(caller, current))
        reading = self._reader.priced(call, caller, rows, account)
        order = self._reader.current(caller, rows, current)
        if order is None:
            return Outcome(None)
        reading = self._reader.third(reading, order)
        explain = call.flag("explain")
        terms, priced, shown = self._priced_anew(call, reading, order, explain=explain)
        body = self._view(call, shown, priced, terms).body(groups=call.flag("includeShippingGroups"), explain=explain)
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
        caller = self._reader.caller(call, claims, self._clock(), ())
        current = self._orders.current_id(caller.rows, caller.id, caller.scope)
        rows, _ = self._reader.second(caller, caller.organization, self._reader.order_keys(caller, current))
        order = self._reader.current(caller, rows, current)
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
        caller = self._reader.caller(call, claims, now, self._reader.first_keys(claims, now, request, key))
        stored = self._reader.named_order(caller, request)
        organization = caller.organization
        if stored is not None and caller.named is None:
            organization = stored.organization
        current = self._orders.current_id(caller.rows, caller.id, caller.scope)
        guess = self._reader.guessed_group(call, caller)
        keys = self._reader.second_keys(caller, request, key, current, guess)
        rows, account = self._reader.second(caller, organization, keys)
        reading = self._reader.priced(call, caller, rows, account)
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
            if key and self._reader.answered_meanwhile(key, caller.now):
                raise WriteLost({}) from None
            raise
        if request.items and reading.group.id != guess:
            reading = self._reader.repriced(reading, request)
        return self._save(call, request, reading, order, current, key, attempts)

    def _save(
        self,
        call: Call,
        request: OrderRequest,
        reading: Reading,
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
        view = self._view(call, saved, priced, terms)
        view.check_size(call.body_length)
        body = view.body(groups=call.flag("includeShippingGroups"))
        entity = _entity(saved, caller)
        if key:
            writes += key.puts(call.finish(body, entity), caller.now)
        try:
            self._orders.write(writes)
        except WriteLost as lost:
            others = {write.key for write in writes if key is None or write.key != key.head}
            attempts.rival_holds_key = key is not None and not others & lost.current.keys()
            raise
        return Outcome(body, entity, facts=_facts(saved, caller))

    def _updated(
        self, call: Call, request: OrderRequest, reading: Reading, order: Order
    ) -> tuple[Order, PricedOrder, Terms]:
        """The order after the request, priced, in the documented check order."""
        caller = reading.caller
        wanted = request.lines()
        terms = self._reader.terms(reading, self._reader.products(caller, request, reading.group.id))
        numbers = Numbers(order)
        sent = self._checked_lines(call, reading, request, order, terms, wanted)
        properties = _order_properties(request.body, order, terms.selling)
        coupons = _checked_coupons(request.coupons, self._catalogue.coupons(reading.rows, request.coupons), caller.now)
        placement = place_lines(sent, order.lines, numbers, combine=request.combine)
        methods = self._reader.methods(caller, terms)
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
        currency = terms.group.currency
        held = {card.number for card in order.cards}
        accepted = self._cards.accepted(
            request.cards, held, caller.id, currency.code, reading.rows, caller.now, call.budget
        )
        priced = replace(priced, payments=pay(priced.price_info.total, accepted, currency.fractional_digits))
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
        reading: Reading,
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

    # --- get

    def _priced_anew(
        self, call: Call, reading: Reading, order: Order, *, explain: bool
    ) -> tuple[Terms, PricedOrder, Order]:
        """A stored order with today's prices, and the order as it is then shown; nothing of it is refused."""
        terms, rows = self._reader.terms(reading, self._reader.stored_products(reading, order)), reading.rows
        numbers = Numbers(order)
        methods = self._reader.methods(reading.caller, terms)
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
            self._cards.held(order.cards, terms.group.currency.code, rows, call.budget),
        )
        priced = price_order(cart, self._taxes.calculator(terms.selling, call.budget), explain=explain)
        numbers_of_cards = [card.number for card in order.cards]
        return terms, priced, settled(order, priced, [draft.group for draft in drafts], numbers_of_cards, numbers)

    # --- which order

    def _claims(self, call: Call) -> Claims:
        claims = authenticate(call, self._tokens)
        if not claims.profile_id:
            raise NotAuthenticated
        return claims

    def _addressed(
        self, caller: Caller, rows: Mapping[Key, Item], request: OrderRequest, named: Order | None, current: str | None
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
        order = None if request.create else self._reader.current(caller, rows, current)
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
            "query": dict(call.parameters),
            "body": call.json_object,
            "organization": call.organization,
            "priceListGroup": call.price_list_group,
        }
        return read_key(
            call.idempotency_key,
            self._settings.tables.expiring,
            claims.profile_id or "",
            site,
            request,
            self._keys,
        )

    def _view(self, call: Call, order: Order, priced: PricedOrder, terms: Terms) -> OrderView:
        return OrderView(order, priced, terms, call.language, self._cards.gateway)


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


def _replayed(answer: FinishedAnswer) -> Outcome:
    return Outcome(answer.body, replayed_tag=answer.tag)


def _entity(order: Order, caller: Caller) -> EntityVersion:
    return EntityVersion(order.id, order.version, caller.profile.login if order.modified_by == caller.id else "")


def _facts(order: Order, caller: Caller) -> Mapping[str, str]:
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
