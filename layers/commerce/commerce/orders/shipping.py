"""Shipping groups: what the request asks for, and what stays of the stored ones (contract: orders.md §2.3, §3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from commerce.addresses.model import set_members
from commerce.addresses.regions import Regions
from commerce.addresses.rules import REQUIRED, located, located_by_codes, missing_members
from commerce.errors import OrderUpdateFailed, ShippingAddressIncomplete, ShippingMethodUnavailable
from commerce.exact_json import JsonObject
from commerce.orders.matching import Placement
from commerce.orders.model import (
    ADDRESS_MEMBERS,
    HARDGOOD,
    PICKUP,
    PICKUP_MEMBERS,
    GroupItem,
    Numbers,
    OrderGroup,
    OrderLine,
)
from commerce.pricing import GroupedUnits, GroupKind, ShippingGroup, ShippingMethod, TaxAddress
from commerce.values import EXPECTED_WHOLE, id_text, whole_number

# A line that travels in several groups is priced in each, with its children: 500 children in 500 groups are no cart.
MAX_PARTS: Final = 10_000

Methods: TypeAlias = Callable[[str | None, str | None], Mapping[str, ShippingMethod]]
"""Country and state → the methods offered there, by id."""


class GroupDraft(Struct, frozen=True):
    """A group as it will be stored; `kept`: its method comes from the stored order, so it is dropped, not refused."""

    group: OrderGroup
    kept: bool = False


class Capacity(Struct):
    """How many units of each line are not in a group yet. `by_item`: product and SKU → the lines that may have some."""

    left: dict[str, int]
    by_item: dict[tuple[str, str], deque[str]]

    @classmethod
    def of(cls, lines: Sequence[OrderLine]) -> Capacity:
        by_item: dict[tuple[str, str], deque[str]] = {}
        for line in lines:
            by_item.setdefault((line.product_id, line.sku_id), deque()).append(line.id)
        return cls({line.id: line.quantity for line in lines}, by_item)

    def take(self, line_id: str, quantity: int) -> int:
        """Up to `quantity` units of a line."""
        units = min(quantity, self.left.get(line_id, 0))
        if units:
            self.left[line_id] -= units
        return units

    def take_of(self, line_ids: deque[str], quantity: int) -> Iterator[tuple[str, int]]:
        """Up to `quantity` units, line by line; a line that has none left is taken off, so that none is met twice."""
        while quantity and line_ids:
            units = self.take(line_ids[0], quantity)
            quantity -= units
            if units:
                yield line_ids[0], units
            if quantity:
                line_ids.popleft()


def sent_groups(
    forms: Sequence[JsonObject],
    stored: Sequence[OrderGroup],
    placement: Placement,
    gone: frozenset[str],
    numbers: Numbers,
    regions: Regions,
) -> tuple[GroupDraft, ...]:
    """The groups of a sent list, which replaces the stored one; `[]` is one group without method or address.

    `gone`: ids of lines that the request itself drops. Raises OrderUpdateFailed when an item is more than its line has.
    """
    known = {group.id for group in stored}
    capacity = Capacity.of(placement.lines)
    drafts = []
    for at, form in enumerate(forms or ({},)):
        name = id_text(form.get("shippingGroupId")) or ""
        group_id = name if name in known else numbers.next("sg")
        known.discard(name)
        kind = form.get("type") or HARDGOOD
        group = OrderGroup(
            id=group_id,
            type=kind,
            method=_method(form.get("shippingMethod")) if kind == HARDGOOD else None,
            address={} if kind == PICKUP else _address(form.get("shippingAddress"), regions),
            pickup=_pickup(form) if kind == PICKUP else {},
            items=_items(form.get("items") or (), f"shippingGroups[{at}]", placement, gone, capacity),
        )
        drafts.append(GroupDraft(group))
    return tuple(drafts)


def kept_groups(
    stored: Sequence[OrderGroup], lines: Sequence[OrderLine], successors: Mapping[str, str], numbers: Numbers
) -> tuple[GroupDraft, ...]:
    """The stored groups with what still fits: items of removed lines go, quantities shrink with their lines."""
    capacity = Capacity.of(lines)
    drafts = []
    for group in stored:
        items = []
        for item in group.items:
            line_id = successors.get(item.line_id)
            units = capacity.take(line_id, item.quantity) if line_id is not None else 0
            if line_id is not None and units:
                items.append(replace(item, line_id=line_id, quantity=units))
        drafts.append(GroupDraft(replace(group, items=tuple(items)), kept=True))
    return tuple(drafts) or (GroupDraft(OrderGroup(numbers.next("sg"))),)


def with_single_form(
    drafts: Sequence[GroupDraft], method: JsonObject | None, address: JsonObject | None, regions: Regions
) -> tuple[GroupDraft, ...]:
    """The older form: `shippingMethod` and `shippingAddress` of the request, applied to the first group."""
    first, *others = drafts
    if first.group.type != HARDGOOD:
        return tuple(drafts)
    if address is not None:
        first = replace(first, group=replace(first.group, address=_address(address, regions)))
    if method is not None:
        first = GroupDraft(replace(first.group, method=_method(method)))
    return (first, *others)


def check_parts(drafts: Sequence[GroupDraft], lines: Sequence[OrderLine]) -> None:
    """Raises OrderUpdateFailed when the groups divide lines and their children into too many parts."""
    sizes = {line.id: sum(1 for _ in line.all()) for line in lines}
    if sum(sizes[item.line_id] for draft in drafts for item in draft.group.items) > MAX_PARTS:
        expected = f"divide lines and their children into at most {MAX_PARTS:,} parts"
        raise OrderUpdateFailed(path="shippingGroups", expected=expected)


def checked_groups(drafts: Sequence[GroupDraft], methods: Methods, regions: Regions) -> tuple[GroupDraft, ...]:
    """The groups with methods that are offered at their addresses; kept methods that are not are dropped.

    Raises ShippingAddressIncomplete, ShippingMethodUnavailable for what the request itself sends.
    """
    return tuple(_checked(draft, methods, regions) for draft in drafts)


def priced_groups(drafts: Sequence[GroupDraft], methods: Methods, regions: Regions) -> tuple[ShippingGroup, ...]:
    """Checked groups as the pricing room takes them."""
    return tuple(
        ShippingGroup(
            group_id=draft.group.id,
            kind=_kind(draft.group.type),
            method=_offered(draft.group, methods),
            kept=draft.kept,
            address=_tax_address(draft.group, regions),
            items=tuple(GroupedUnits(item.line_id, item.quantity) for item in draft.group.items),
        )
        for draft in drafts
    )


def complete(address: JsonObject, regions: Regions) -> bool:
    """Whether goods can be sent there: country, state (if the country has regions), city, postal code, address1."""
    location = located_by_codes(address.get("country"), address.get("state"), regions)
    return not missing_members(address, location)


def _checked(draft: GroupDraft, methods: Methods, regions: Regions) -> GroupDraft:
    group = draft.group
    if group.method is None:
        return draft
    whole = complete(group.address, regions)
    if whole and _offered(group, methods) is not None:
        return draft
    if draft.kept:
        return replace(draft, group=replace(group, method=None))
    if whole:
        raise ShippingMethodUnavailable(group.method)
    raise ShippingAddressIncomplete(
        expected=f"have {', '.join(REQUIRED)}, as far as its country needs them, and known codes of country and state"
    )


def _offered(group: OrderGroup, methods: Methods) -> ShippingMethod | None:
    if group.method is None:
        return None
    return methods(group.address.get("country"), group.address.get("state")).get(group.method)


def _tax_address(group: OrderGroup, regions: Regions) -> TaxAddress | None:
    address = group.address
    if not complete(address, regions):
        return None
    return TaxAddress(address["country"], address.get("state"), address["city"], address.get("postalCode"))


def _kind(group_type: str) -> GroupKind:
    return GroupKind(group_type) if group_type in (HARDGOOD, PICKUP) else GroupKind.OTHER


def _method(form: JsonObject | None) -> str | None:
    value = id_text((form or {}).get("value"))
    return value if value and value != HARDGOOD else None


def _address(form: JsonObject | None, regions: Regions) -> JsonObject:
    """The address to store; country and state as codes where they can be told, else as sent."""
    form = form or {}
    location = located(form, regions)
    sent_country = form.get("selectedCountry") or form.get("country")
    address = {name: form.get(name) for name in ADDRESS_MEMBERS}
    return set_members(address | {"country": location.country or sent_country, "state": location.state})


def _pickup(form: JsonObject) -> JsonObject:
    members = {name: form.get(name) for name in PICKUP_MEMBERS}
    return set_members(members | {"locationId": id_text(members["locationId"])})


def _items(
    forms: Sequence[JsonObject], place: str, placement: Placement, gone: frozenset[str], capacity: Capacity
) -> tuple[GroupItem, ...]:
    items = []
    for at, form in enumerate(forms):
        quantity = whole_number(form.get("quantity"))
        path = f"{place}.items[{at}]"
        if quantity is None:
            raise OrderUpdateFailed(path=f"{path}.quantity", expected=EXPECTED_WHOLE)
        line_ids = _line_ids(form, placement, gone, capacity)
        if line_ids is None:
            continue
        for line_id, units in capacity.take_of(line_ids, quantity):
            quantity -= units
            items.append(GroupItem(line_id, units, form.get("preferredPickupDate")))
        if quantity:
            expected = "be no more than the cart's lines of that item have left beside the other groups"
            raise OrderUpdateFailed(path=f"{path}.quantity", expected=expected)
    return tuple(items)


def _line_ids(form: JsonObject, placement: Placement, gone: frozenset[str], capacity: Capacity) -> deque[str] | None:
    """The lines that a group item may mean; None for one that the request itself drops."""
    sent = id_text(form.get("commerceItemId")) or ""
    for known in (placement.sent_ids, placement.successors):
        if sent in known:
            return deque([known[sent]])
    item = (id_text(form.get("productId")) or "", id_text(form.get("catRefId")) or "")
    if item in capacity.by_item:
        return capacity.by_item[item]
    return None if sent in gone else deque()
