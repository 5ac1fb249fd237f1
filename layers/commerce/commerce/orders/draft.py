"""What an order is to be, before its prices decide which gifts and kept methods stay (contract: orders.md §2 to §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from commerce.addresses.regions import Regions
from commerce.catalogue import Coupon, ExternalPriceClaim, Selling
from commerce.configuration import Site
from commerce.dates import format_date
from commerce.errors import CouponInvalid, OrderUpdateFailed
from commerce.exact_json import JsonObject
from commerce.orders.access import Buyer
from commerce.orders.gifts import OfferedGifts, gift_line_ids, markers_after
from commerce.orders.matching import Placement, matched, place_lines
from commerce.orders.model import Numbers, Order, OrderLine
from commerce.orders.request import OrderRequest
from commerce.orders.rules import LineReader, Offer, SentLine, wanted_id
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
from commerce.values import Misfit, id_text


class Draft(Struct, frozen=True):
    """An order to price.

    `order`: with its new lines, and with the groups, cards and markers it had. `groups`: the new ones, whose methods
    are offered. `coupons`: those that count now. `markers`: its gift promotions, with what the shopper removed.
    `gift_line_ids`: promotion → id of its gift's line, where the request does not send it back. `numbers`: ids for
    parts.
    """

    order: Order
    groups: tuple[GroupDraft, ...]
    coupons: tuple[Coupon, ...]
    markers: tuple[GiftMarker, ...]
    gift_line_ids: Mapping[str, str]
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
    lines = _checked_lines(request, order, terms, buyer.site, refused, numbers)
    properties = _order_properties(body, order, terms.selling)
    coupons = _checked_coupons(request.coupons, terms.coupons, buyer.now)
    placement = place_lines(lines, order.lines, numbers, combine=request.combine)
    gift_ids = gift_line_ids(order.lines, placement.successors)
    gone = request.dropped_lines()
    groups = _groups(request, order, placement, gone.union(gift_ids.values()), numbers, regions)
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
        markers=markers_after(order, request.markers, gone, placement.lines),
        gift_line_ids=gift_ids,
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
        markers=tuple(stored.marker for stored in order.markers),
        gift_line_ids={},
        numbers=numbers,
    )


def _checked_lines(
    request: OrderRequest,
    order: Order,
    terms: Terms,
    site: Site,
    refused: frozenset[ExternalPriceClaim],
    numbers: Numbers,
) -> tuple[SentLine, ...]:
    declared = terms.selling.line_properties
    offer = Offer(
        products=terms.products,
        prices=terms.prices,
        properties={name: prop for name, prop in declared.items() if not prop.internal_only},
        configurable_products=site.configurable_products,
        refused=refused,
    )
    lines = request.lines()
    gifts = OfferedGifts(terms.selling.promotions, terms.occasion, order.markers, numbers.gave_line)
    reader = LineReader(offer, gifts.claims)
    return reader.with_properties(reader.read(lines, _stored_lines(lines, order, combine=request.combine)))


def _stored_lines(lines: Sequence[tuple[int, Any]], order: Order, *, combine: bool) -> list[OrderLine | None]:
    """For each line the stored one of the same item that it is, where the order has gifts or had some."""
    if not any(line.gifts or line.lapsed for line in order.lines):
        return [None] * len(lines)
    named = [_named_item(item) if isinstance(item, dict) else (None, ("", "")) for _, item in lines]
    matches = matched(named, order.lines, combine=combine)
    return [
        match if match is not None and match.item == item else None
        for match, (_, item) in zip(matches, named, strict=True)
    ]


def _named_item(item: JsonObject) -> tuple[str | None, tuple[str, str]]:
    return wanted_id(item), (id_text(item.get("productId")) or "", id_text(item.get("catRefId")) or "")


def _order_properties(body: JsonObject, order: Order, selling: Selling) -> JsonObject:
    """The declared properties after the request: absent ones are kept, null clears."""
    properties = dict(order.properties)
    for name, declared in selling.order_properties.items():
        if name not in body or declared.internal_only:
            continue
        try:
            properties[name] = declared.stored(body[name])
        except Misfit as error:
            raise OrderUpdateFailed(path=name, expected=error.expected) from error
    return {name: value for name, value in properties.items() if value is not None}


def _checked_coupons(codes: Sequence[str], known: Mapping[str, Coupon], now: datetime) -> tuple[Coupon, ...]:
    """Raises CouponInvalid, CouponUsedUp for the first code that is of no use."""
    for code in codes:
        if code not in known:
            raise CouponInvalid(code)
        known[code].check(now)
    return tuple(known[code] for code in codes)


def _groups(
    request: OrderRequest,
    order: Order,
    placement: Placement,
    gone: frozenset[str],
    numbers: Numbers,
    regions: Regions,
) -> tuple[GroupDraft, ...]:
    """`gone`: ids of lines that the request drops, or need not send back."""
    if request.groups is not None:
        return sent_groups(request.groups, order.groups, placement, gone, numbers, regions)
    drafts = kept_groups(order.groups, placement.lines, placement.successors, numbers)
    body = request.body
    return with_single_form(drafts, body.get("shippingMethod"), body.get("shippingAddress"), regions)
