"""promotions.json: discounts on items, orders and shipping, and gifts with a purchase."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, Required

from pydantic import Field
from typing_extensions import TypedDict

from backoffice.catalogue import (
    Unique,
    check_dates,
    check_known,
    known_products,
    known_sites,
    merge_records,
    selling_records,
)
from backoffice.deployment import Deployment
from backoffice.members import Amount, CatalogueId, Count, Date, Texts
from backoffice.records import Record, read_records
from commerce.exact_json import JsonObject

LATER_LEVELS: Final[Mapping[str, Collection[str]]] = {
    "item": ("order", "shipping"),
    "gift": ("order", "shipping"),
    "order": ("shipping",),
    "shipping": (),
}


class ItemReward(TypedDict, total=False):
    """Buy `buy` units of `qualifiers`, get up to `get` units of `targets` adjusted, again and again.

    `value`: percent, or money per unit. Without `targets` or `qualifiers`: every product. Without `get`: once, all
    remaining targets. `limit`: targets an order.
    """

    kind: Required[Literal["item"]]
    adjustment: Required[Literal["percent", "amount", "fixedPrice"]]
    value: Required[Amount]
    targets: list[str]
    qualifiers: list[str]
    buy: Count
    get: Count
    limit: Count


class OrderReward(TypedDict, total=False):
    """Off the order, from `minimumSubtotal` on."""

    kind: Required[Literal["order"]]
    adjustment: Required[Literal["percent", "amount"]]
    value: Required[Amount]
    minimumSubtotal: Amount


class ShippingReward(TypedDict, total=False):
    """On the price of the methods, without `methods` of all."""

    kind: Required[Literal["shipping"]]
    adjustment: Required[Literal["percent", "amount", "fixedPrice"]]
    value: Required[Amount]
    methods: list[str]


class GiftOptionRecord(TypedDict, total=False):
    """What the gift may be; without `skuId` the shopper chooses the SKU."""

    productId: Required[str]
    skuId: str


class GiftReward(TypedDict, total=False):
    """`quantity` units once an order, for `buy` units of `qualifiers` and `minimumSubtotal`."""

    kind: Required[Literal["gift"]]
    options: Required[Annotated[list[GiftOptionRecord], Field(min_length=1)]]
    quantity: Count
    qualifiers: list[str]
    buy: Count
    minimumSubtotal: Amount
    autoRemove: bool


class PromotionRecord(TypedDict, total=False):
    """One promotion; without `sites`, `audiences`, `priceListGroups`: for all.

    `couponOnly`: never without a coupon; one that a coupon carries is so anyway. `excludes`: levels that stay untried
    once it applied. Of an `exclusiveGroup` the first applies.
    """

    id: Required[CatalogueId]
    displayName: Required[Texts]
    priority: int
    enabled: bool
    startDate: Date
    endDate: Date
    sites: list[str]
    audiences: list[str]
    priceListGroups: list[str]
    exclusiveGroup: str
    excludes: list[Literal["order", "shipping"]]
    couponOnly: bool
    reward: Required[Annotated[ItemReward | OrderReward | ShippingReward | GiftReward, Field(discriminator="kind")]]


@dataclass(frozen=True)
class _Known:
    """What promotions may name."""

    sites: Collection[str]
    methods: Collection[str]
    currencies: Mapping[str, str]
    products: Mapping[str, Collection[str]]


def load_promotions(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the file's promotions back to what it says. Raises BadData, nothing is written then."""
    records, unique = [], Unique()
    for record in read_records(file):
        record.check(PromotionRecord)
        unique.check(record, "id", record.value["id"])
        records.append(record)
    groups = selling_records(deployment, "priceListGroups")
    known = _Known(
        sites=known_sites(deployment),
        methods=selling_records(deployment, "shippingMethods"),
        currencies={name: group["currency"]["currencyCode"] for name, group in groups.items()},
        products=known_products(deployment, (product_id for record in records for _, product_id in _products(record))),
    )
    for record in records:
        _check(record, known)
    if records:
        merge_records(deployment, "promotions", {record.value["id"]: record.value for record in records})
    advance(len(records))
    return len(records)


def _check(record: Record, known: _Known) -> None:
    promotion, reward = record.value, record.value["reward"]
    kind = reward["kind"]
    check_dates(record)
    check_known(record, "sites", promotion.get("sites", ()), known.sites, "site")
    check_known(record, "priceListGroups", promotion.get("priceListGroups", ()), known.currencies, "price list group")
    check_known(record, "excludes", promotion.get("excludes", ()), LATER_LEVELS[kind], f"level after {kind}")
    check_known(record, "reward.methods", reward.get("methods", ()), known.methods, "shipping method")
    for member, product_id in _products(record):
        check_known(record, f"reward.{member}", [product_id], known.products, "product")
    for option in reward.get("options", ()):
        skus = [option["skuId"]] if "skuId" in option else []
        check_known(
            record, "reward.options", skus, known.products[option["productId"]], f"SKU of {option['productId']}"
        )
    if reward.get("adjustment") == "percent" and reward["value"] > 100:
        raise record.bad("reward.value: a percentage lies between 0 and 100")
    if kind == "item" and "qualifiers" in reward and "buy" not in reward:
        raise record.bad("reward.qualifiers: need buy, the number of units")
    if _names_money(reward):
        groups: Iterable[str] = promotion.get("priceListGroups", known.currencies)
        if len({known.currencies[group] for group in groups}) > 1:
            raise record.bad("reward: an amount of money needs priceListGroups of one currency")


def _products(record: Record) -> Iterator[tuple[str, str]]:
    """Each product a reward names, with the member."""
    reward = record.value["reward"]
    for member in ("targets", "qualifiers"):
        for product_id in reward.get(member, ()):
            yield member, product_id
    for option in reward.get("options", ()):
        yield "options", option["productId"]


def _names_money(reward: JsonObject) -> bool:
    return "minimumSubtotal" in reward or reward.get("adjustment") in {"amount", "fixedPrice"}
