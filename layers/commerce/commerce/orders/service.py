"""The shopper's current order: update, read, delete (contract: orders.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from commerce.addresses.regions import Regions
from commerce.call import Call, EntityVersion, FinishedAnswer, Outcome, TimeBudget
from commerce.catalogue import (
    CatalogueRepository,
    ExternalPriceClaim,
    ExternalPriceValidator,
    GiftCardProvider,
    Taxes,
)
from commerce.configuration import ConfigurationRepository
from commerce.dates import Clock
from commerce.deferred import Deferred
from commerce.delivery import AnswerTooLarge
from commerce.errors import NoCurrentOrder, OrderDeleteFailed, OrderUpdateFailed, StaleTag
from commerce.idempotency import Attempts, KeptAnswers
from commerce.identity.authentication import authenticate, shopper_of
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Claims, Tokens
from commerce.orders.access import Buyer, order_to_update
from commerce.orders.cart import cart_of, settled
from commerce.orders.draft import Draft, stored_draft, updated_draft
from commerce.orders.gifts import check_not_given
from commerce.orders.model import Order
from commerce.orders.payments import GiftCards
from commerce.orders.presentation import GROUPS, OrderView, removed_body
from commerce.orders.reader import OrderReader
from commerce.orders.reading import UpdateReading
from commerce.orders.repository import OrderRepository
from commerce.orders.request import OrderRequest, read_request
from commerce.orders.rules import price_claims
from commerce.orders.terms import Terms
from commerce.pricing import GiftCard, PricedOrder, pay, price_order
from commerce.settings import Settings
from commerce.storage import StorageFailure, Store, Write, WriteLost, retry_on_lost_write


class _Attempts(Attempts):
    tag_matched: bool = False

    def check_tag(self, call: Call, order: Order | None) -> None:
        """Raises StaleTag. A tag that matched once is final: what a rival made of the order is not what it names."""
        if order is not None:
            self.tag_matched = call.precondition.holds(order.id, order.version) or self.tag_matched
        elif self.tag_matched:
            raise StaleTag


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
        self._cards = GiftCards(store, cards, settings, new_id)
        self._taxes = taxes
        self._external_prices = external_prices
        self._explains = settings.explain
        self._clock = clock
        self._new_id = new_id
        self._regions = Regions(settings.allowed_countries, settings.region_countries)
        self._orders = OrderRepository(store, settings.tables.orders, settings.cart_lifetime)
        self._default_site = settings.default_site
        self._kept_answers = KeptAnswers(store, settings.tables.expiring, keys, "updateCurrentProfileOrder")
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
        claims = authenticate(call, self._tokens)
        attempts = _Attempts()
        return attempts.until_saved(call.budget, lambda: self._update(call, claims, attempts))

    def get(self, call: Call) -> Outcome:
        """GET: the current order, priced anew; no content without one. Fails for no line, coupon or card.

        An order that the catalogue's texts have made too large to deliver comes without its groups and its trace, then
        without descriptions. Raises NotAuthenticated, UnknownSite, the errors of the organization,
        UnknownPriceListGroup, DependencyDown, GiftCardProviderFailed; AnswerTooLarge if all that is not enough.
        """
        reading = self._reader.for_get(call, authenticate(call, self._tokens), self._clock())
        if reading is None:
            return Outcome(None)
        order, terms = reading.order, reading.terms
        explain = self._explains and call.flag("explain")
        # Groups that nobody sees still count for what a trace has room beside.
        groups = call.flag("includeShippingGroups", default=True) and (explain or not call.selection.leaves_out(GROUPS))
        draft = stored_draft(order, terms, self._regions)
        cards = self._cards.held(order.cards, terms.group.currency.code, reading.rows, call.budget)
        priced = self._priced(draft, terms, call.budget, cards, explain=explain)
        shown = settled(draft, priced, [card.number for card in order.cards])
        view, entity = self._view(call, shown, priced, terms), _entity(order, reading.buyer)
        answer = (
            view.answer(call, entity, groups=groups, explain=explain)
            or view.answer(call, entity, groups=False)
            or replace(view, descriptions=False).answer(call, entity, groups=False)
        )
        if answer is None:
            raise AnswerTooLarge
        return Outcome(answer, facts=_facts(order, reading.buyer))

    def delete(self, call: Call) -> Outcome:
        """DELETE: the current order is removed, and none is current then.

        Raises as `get`, NoCurrentOrder, StaleTag, OrderDeleteFailed, Contention.
        """
        claims = authenticate(call, self._tokens)
        attempts = _Attempts()
        try:
            return retry_on_lost_write(call.budget, lambda: self._delete(call, claims, attempts))
        except StorageFailure as error:
            raise OrderDeleteFailed from error

    def _delete(self, call: Call, claims: Claims, attempts: _Attempts) -> Outcome:
        reading = self._reader.for_delete(call, claims, self._clock())
        buyer, order = reading.buyer, reading.order
        attempts.check_tag(call, order)
        if order is None:
            raise NoCurrentOrder
        self._orders.remove(buyer.id, buyer.scope, order)
        return Outcome(removed_body(order), facts=_facts(order, buyer))

    # --- an update: read, decide, price, present, save

    def _update(self, call: Call, claims: Claims, attempts: _Attempts) -> Outcome:
        sent = Deferred(lambda: read_request(call.body))
        site = call.site or self._default_site
        sent_key = Deferred(lambda: self._kept_answers.key(call, shopper_of(claims), site))
        reading = self._reader.for_update(call, claims, self._clock(), sent, sent_key)
        if reading.kept_answer is not None:
            return Outcome(reading.kept_answer, replayed=True)
        buyer = reading.buyer

        order = order_to_update(reading.request, buyer, reading.named, reading.current, self._new_id)
        self._check_tag(call, reading, order, attempts)
        terms = reading.terms()
        refused = self._refused_prices(reading.request, buyer, terms, call.budget)
        draft = updated_draft(reading.request, order, buyer, terms, refused, self._regions)

        priced = self._priced(draft, terms, call.budget)
        check_not_given(draft.order.lines, priced.lines, terms.products)
        priced = self._paid(priced, reading, order, terms, call.budget)
        updated = settled(draft, priced, [payment.number for payment in priced.payments])

        answer = self._answer(call, updated, priced, terms, buyer)
        self._save(reading, updated, answer, attempts)
        return Outcome(answer, facts=_facts(updated, buyer))

    def _check_tag(self, call: Call, reading: UpdateReading, order: Order, attempts: _Attempts) -> None:
        """Raises StaleTag, or WriteLost: a rival under the same key made it stale, so that its answer is ours."""
        try:
            attempts.check_tag(call, order if order.version else None)
        except StaleTag:
            if reading.key and self._kept_answers.arrived(reading.key, reading.buyer.now):
                raise WriteLost({}) from None
            raise

    def _refused_prices(
        self, request: OrderRequest, buyer: Buyer, terms: Terms, budget: TimeBudget
    ) -> frozenset[ExternalPriceClaim]:
        claims = tuple(dict.fromkeys(price_claims(request.items)))
        if not claims:
            return frozenset()
        allowed = self._external_prices.allowed(claims, buyer.site, terms.group.id, budget)
        return frozenset(claim for claim, taken in zip(claims, allowed, strict=True) if not taken)

    def _priced(
        self, draft: Draft, terms: Terms, budget: TimeBudget, cards: Sequence[GiftCard] = (), *, explain: bool = False
    ) -> PricedOrder:
        cart = cart_of(draft, terms, self._regions, cards)
        return price_order(cart, self._taxes.calculator(terms.selling, budget), explain=explain)

    def _paid(
        self, priced: PricedOrder, reading: UpdateReading, order: Order, terms: Terms, budget: TimeBudget
    ) -> PricedOrder:
        """With the request's gift cards, whose errors come after those of pricing."""
        buyer, currency = reading.buyer, terms.group.currency
        held = {card.number for card in order.cards}
        cards = self._cards.accepted(
            reading.request.cards, held, buyer.id, currency.code, reading.rows, buyer.now, budget
        )
        return replace(priced, payments=pay(priced.price_info.total, cards, currency.fractional_digits))

    def _answer(self, call: Call, order: Order, priced: PricedOrder, terms: Terms, buyer: Buyer) -> FinishedAnswer:
        """The answer to an update, before anything is stored.

        Raises OrderUpdateFailed: the order with its groups, whether they are asked for now or by a later call, cannot
        be delivered.
        """
        view = self._view(call, order, priced, terms)
        entity = _entity(replace(order, version=order.version + 1), buyer)
        groups = call.flag("includeShippingGroups") and not call.selection.leaves_out(GROUPS)
        answer = view.answer(call, entity, groups=groups)
        if answer is None or not (groups or view.deliverable(call, answer)):
            raise OrderUpdateFailed(expected=_EXPECTED_SIZE)
        return answer

    def _view(self, call: Call, order: Order, priced: PricedOrder, terms: Terms) -> OrderView:
        return OrderView(order, priced, terms, call.language, self._cards.gateway)

    def _save(
        self,
        reading: UpdateReading,
        order: Order,
        answer: FinishedAnswer,
        attempts: _Attempts,
    ) -> None:
        """The order, which one is current, and under a key the answer: all or none. Raises WriteLost."""
        buyer, key = reading.buyer, reading.key
        writes: list[Write] = [self._orders.put(buyer.id, order, buyer.now)]
        if not order.version:
            writes.append(self._orders.make_current(buyer.id, buyer.scope, reading.current_id, order.id))
        if key:
            try:
                writes += key.puts(answer, buyer.now)
            except AnswerTooLarge as error:
                raise OrderUpdateFailed(expected=_EXPECTED_SIZE) from error
        with attempts.writing(key):
            self._orders.write(writes)


_EXPECTED_SIZE: Final = "be small enough to be answered with its groups and trace, and kept: fewer lines or groups"


def _entity(order: Order, buyer: Buyer) -> EntityVersion:
    return EntityVersion(order.id, order.version, buyer.profile.login if order.modified_by == buyer.id else "")


def _facts(order: Order, buyer: Buyer) -> Mapping[str, str]:
    return {"orderId": order.id, "shopperId": buyer.id}
