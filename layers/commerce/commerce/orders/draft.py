"""What an order is to be, before its prices decide which gifts and kept methods stay (contract: orders.md §2 to §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commerce.addresses.regions import Regions
from commerce.catalogue import Coupon, ExternalPriceClaim, Selling
from commerce.configuration import Site
from commerce.dates import format_date
from commerce.errors import CouponInvalid, OrderUpdateFailed
from commerce.exact_json import JsonObject
from commerce.orders.access import Buyer
from commerce.orders.matching import Placement, place_lines
from commerce.orders.model import Numbers, Order, StoredMarker
from commerce.orders.request import OrderRequest
from commerce.orders.rules import LineReader, Offer, SentLine
from commerce.orders.shipping import (
    GroupDraft,
    check_parts,
    checked_groups,
    kept_groups,
    sent_groups,
    with_single_form,
)
from commerce.orders.terms import Terms
from commerce.pricing import GiftMarker
from commerce.values import Misfit


@dataclass(frozen=True, slots=True)
class Draft:
    """An order to price.

    `order`: with its new lines, and with the groups, cards and markers it had. `groups`: the new ones, whose methods
    are offered. `coupons`: those that count now. `markers`: its gift promotions, with what the shopper removed.
    `numbers`: ids for its parts.
    """

    order: Order
    groups: tuple[GroupDraft, ...]
    coupons: tuple[Coupon, ...]
    markers: tuple[GiftMarker, ...]
    numbers: Numbers


def updated_draft(
    request: OrderRequest,
    order: Order,
    buyer: Buyer,
    terms: Terms,
    refused: frozenset[ExternalPriceClaim],
    regions: Regions,
) -> Draft:
    """The order after a request. `refused`: external prices that are not taken.

    Raises, in this order, NoOrderLines, the errors of `rules`, OrderUpdateFailed for a property, CouponInvalid,
    CouponUsedUp, OrderUpdateFailed for units in a group, ShippingAddressIncomplete, ShippingMethodUnavailable.
    """
    body, numbers = request.body, Numbers(order)
    lines = _checked_lines(request, order, terms, buyer.site, refused)
    properties = _order_properties(body, order, terms.selling)
    coupons = _checked_coupons(request.coupons, terms.coupons, buyer.now)
    placement = place_lines(lines, order.lines, numbers, combine=request.combine)
    groups = _groups(request, order, placement, numbers, regions)
    check_parts(groups, placement.lines)
    emails = tuple(body["additionalEmails"] or ()) if "additionalEmails" in body else order.additional_emails
    changed = replace(
        order,
        site_id=buyer.site.id,
        modified=format_date(buyer.now),
        modified_by=buyer.id,
        cart_name=body.get("cartName", order.cart_name),
        additional_emails=emails,
        properties=properties,
        coupons=request.coupons,
        lines=placement.lines,
    )
    return Draft(
        order=changed,
        groups=checked_groups(groups, terms.shipping_methods, regions),
        coupons=coupons,
        markers=_gift_markers(order.markers, request.removed),
        numbers=numbers,
    )


def stored_draft(order: Order, terms: Terms, regions: Regions) -> Draft:
    """A stored order as it is; nothing of it is refused, what no longer counts is left out."""
    numbers = Numbers(order)
    groups = kept_groups(order.groups, order.lines, {line.id: line.id for line in order.lines}, numbers)
    return Draft(
        order=order,
        groups=checked_groups(groups, terms.shipping_methods, regions),
        coupons=tuple(coupon for coupon in terms.coupons.values() if coupon.valid(terms.occasion.moment)),
        markers=_gift_markers(order.markers, {}),
        numbers=numbers,
    )


def _checked_lines(
    request: OrderRequest, order: Order, terms: Terms, site: Site, refused: frozenset[ExternalPriceClaim]
) -> tuple[SentLine, ...]:
    declared = terms.selling.line_properties
    offer = Offer(
        products=terms.products,
        prices=terms.prices,
        properties={name: prop for name, prop in declared.items() if not prop.internal_only},
        configurable_products=site.configurable_products,
        refused=refused,
    )
    claimed = {line.id: sum(claim.quantity for claim in line.gifts) for line in order.lines if line.gifts}
    reader = LineReader(offer, claimed)
    return reader.with_properties(reader.read(request.lines()))


def _order_properties(body: JsonObject, order: Order, selling: Selling) -> JsonObject:
    """The declared properties after the request: absent ones are kept, null clears."""
    properties = dict(order.properties)
    for name, declared in selling.order_properties.items():
        if name not in body or declared.internal_only:
            continue
        try:
            properties[name] = declared.stored(body[name])
        except Misfit as error:
            raise OrderUpdateFailed(path=name) from error
    return {name: value for name, value in properties.items() if value is not None}


def _checked_coupons(codes: Sequence[str], known: Mapping[str, Coupon], now: datetime) -> tuple[Coupon, ...]:
    """Raises CouponInvalid, CouponUsedUp for the first code that is of no use."""
    for code in codes:
        if code not in known:
            raise CouponInvalid(code)
        known[code].check(now)
    return tuple(known[code] for code in codes)


def _groups(
    request: OrderRequest, order: Order, placement: Placement, numbers: Numbers, regions: Regions
) -> tuple[GroupDraft, ...]:
    if request.groups is not None:
        gone = request.dropped_lines()
        return sent_groups(request.groups, order.groups, placement, gone, numbers, regions)
    drafts = kept_groups(order.groups, placement.lines, placement.successors, numbers)
    body = request.body
    return with_single_form(drafts, body.get("shippingMethod"), body.get("shippingAddress"), regions)


def _gift_markers(stored: Sequence[StoredMarker], removed: Mapping[str, int]) -> tuple[GiftMarker, ...]:
    """The order's own markers, with the removals that the shopper's echo tells of."""
    return tuple(_with_removals(known.marker, removed.get(known.marker.promotion_id, 0)) for known in stored)


def _with_removals(marker: GiftMarker, told: int) -> GiftMarker:
    return replace(marker, removed=max(marker.removed, min(told, marker.quantity))) if told else marker
