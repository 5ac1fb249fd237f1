"""Which stored line a sent line is, which id it gets, and which lines become one (contract: orders.md §2.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from commerce.errors import OrderUpdateFailed
from commerce.orders.gifts import claims_after
from commerce.orders.model import Numbers, OrderLine
from commerce.orders.rules import SentLine, external_units, same_line
from commerce.pricing import ALL_UNITS
from commerce.values import MAX_WHOLE


class Placement(Struct, frozen=True):
    """The new lines. `sent_ids`: id in the request → line. `successors`: id of a stored line → the line it became."""

    lines: tuple[OrderLine, ...]
    sent_ids: Mapping[str, str]
    successors: Mapping[str, str]


def place_lines(sent: Sequence[SentLine], stored: Sequence[OrderLine], numbers: Numbers, *, combine: bool) -> Placement:
    """The order's lines after an update: ids given, gifts carried over, equal lines merged if they may be.

    Matching is by id, then, with `combine`, by product and SKU. Raises OrderUpdateFailed: a merged line is too many.
    """
    sent = _with_ids_once(sent, set())
    wanted = [name for line in sent for name in _wanted_ids(line)]
    numbers.take(wanted)
    pairs = _pairs(sent, stored, combine=combine)
    taken = set(wanted)
    lines: dict[str, OrderLine] = {}
    sent_ids: dict[str, str] = {}
    successors: dict[str, str] = {}
    firsts: dict[str, str] = {}
    items = Counter(line.line.item for line in sent)
    for sent_line, match in zip(sent, pairs, strict=True):
        line = _named(sent_line, match, taken, numbers, combine=combine)
        same = match if match and match.item == line.item else None
        gifts = claims_after(line.gifts, line.quantity, same)
        lapsed = min(same.lapsed, line.quantity - sum(claim.quantity for claim in gifts)) if same else 0
        if gifts or lapsed or line.gifts:
            line = replace(line, gifts=gifts, lapsed=lapsed)
        first = firsts.setdefault(same_line(line) if combine and items[line.item] > 1 else line.id, line.id)
        lines[first] = _merged(lines[first], line) if first in lines else line
        if sent_line.wanted_id:
            sent_ids[sent_line.wanted_id] = first
        if match:
            successors[match.id] = first
    return Placement(tuple(lines.values()), sent_ids, successors)


def _with_ids_once(sent: Sequence[SentLine], seen: set[str]) -> tuple[SentLine, ...]:
    """An id used twice in a request counts for its first line only."""
    result = []
    for line in sent:
        wanted = line.wanted_id if line.wanted_id not in seen else None
        if wanted:
            seen.add(wanted)
        children = _with_ids_once(line.children, seen)
        result.append(
            line if wanted == line.wanted_id and not children else replace(line, wanted_id=wanted, children=children)
        )
    return tuple(result)


def _wanted_ids(line: SentLine) -> Iterator[str]:
    if line.wanted_id:
        yield line.wanted_id
    for child in line.children:
        yield from _wanted_ids(child)


def matched(
    sent: Sequence[tuple[str | None, tuple[str, str]]], stored: Sequence[OrderLine], *, combine: bool
) -> list[OrderLine | None]:
    """For each sent line, told by the id it wants and by product and SKU, the stored one it is; each of these once."""
    left = {line.id: line for line in stored}
    matches = [left.pop(wanted, None) if wanted else None for wanted, _ in sent]
    if not combine:
        return matches
    by_item: dict[tuple[str, str], list[OrderLine]] = {}
    for line in reversed(left.values()):
        by_item.setdefault((line.product_id, line.sku_id), []).append(line)
    for at, (_, item) in enumerate(sent):
        candidates = by_item.get(item)
        if matches[at] is None and candidates:
            matches[at] = candidates.pop()
    return matches


def _pairs(sent: Sequence[SentLine], stored: Sequence[OrderLine], *, combine: bool) -> list[OrderLine | None]:
    return matched([(line.wanted_id, line.line.item) for line in sent], stored, combine=combine)


def _named(sent: SentLine, match: OrderLine | None, taken: set[str], numbers: Numbers, *, combine: bool) -> OrderLine:
    """The line with its id and its children's: the client's, else the stored line's, else a new one."""
    if sent.wanted_id:
        name = sent.wanted_id
    elif match is not None and match.id not in taken:
        name = match.id
    else:
        name = numbers.next("ci")
    taken.add(name)
    if not sent.children:
        return replace(sent.line, id=name)
    below = _pairs(sent.children, match.children if match else (), combine=combine)
    children = tuple(
        _named(child, pair, taken, numbers, combine=combine) for child, pair in zip(sent.children, below, strict=True)
    )
    return replace(sent.line, id=name, children=children)


def _merged(first: OrderLine, second: OrderLine) -> OrderLine:
    """Quantities and gifts added; external units too, each limited to its own line (contract: pricing.md §12 row 4).

    The lines agree in their gifts, promotion by promotion.
    """
    quantity = first.quantity + second.quantity
    if quantity > MAX_WHOLE:
        expected = f"hold at most {MAX_WHOLE:,} units of lines that are one, or say combineLineItems no"
        raise OrderUpdateFailed(path="shoppingCart.items", expected=expected)
    members = first.members
    if "externalPriceQuantity" in members and members["externalPriceQuantity"] != ALL_UNITS:
        members = members | {"externalPriceQuantity": external_units(first) + external_units(second)}
    gifts = tuple(
        replace(claim, quantity=claim.quantity + more.quantity)
        for claim, more in zip(first.gifts, second.gifts, strict=True)
    )
    return replace(first, quantity=quantity, members=members, gifts=gifts, lapsed=first.lapsed + second.lapsed)
