"""promotions.json: discounts on items, orders and shipping, and gifts with a purchase."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Required

from pydantic import Field
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Unique, check_dates, merge_records
from backoffice.deployment import Deployment
from backoffice.members import Amount, CatalogueId, Count, Date, Texts
from backoffice.records import Record, read_records, records_of
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
    """What it makes cheaper."""
    adjustment: Required[Literal["percent", "amount", "fixedPrice"]]
    """`percent` or `amount` off each unit, or a `fixedPrice` for it."""
    value: Required[Amount]
    """Percent, 100 at most, or money a unit."""
    targets: list[str]
    """Products that get cheaper. Left out: all."""
    qualifiers: list[str]
    """Products that must be bought for it; needs `buy`. Left out: any."""
    buy: Count
    """How many units of them. Left out: none need be bought."""
    get: Count
    """How many targets get cheaper for that, again and again. Left out: all others, once."""
    limit: Count
    """Most targets in an order. Left out: no limit."""


class OrderReward(TypedDict, total=False):
    """Off the order, from `minimumSubtotal` on."""

    kind: Required[Literal["order"]]
    """What it makes cheaper."""
    adjustment: Required[Literal["percent", "amount"]]
    """`percent` or `amount` off the order."""
    value: Required[Amount]
    """Percent, 100 at most, or money."""
    minimumSubtotal: Amount
    """Subtotal from which it applies. Left out: any."""


class ShippingReward(TypedDict, total=False):
    """On the price of the methods, without `methods` of all."""

    kind: Required[Literal["shipping"]]
    """What it makes cheaper."""
    adjustment: Required[Literal["percent", "amount", "fixedPrice"]]
    """`percent` or `amount` off shipping, or a `fixedPrice` for it."""
    value: Required[Amount]
    """Percent, 100 at most, or money."""
    methods: list[str]
    """Shipping methods. Left out: all."""


class GiftOptionRecord(TypedDict, total=False):
    """What the gift may be; without `skuId` the shopper chooses the SKU."""

    productId: Required[str]
    """Product that is given."""
    skuId: str
    """Its SKU. Left out: the shopper chooses."""


class GiftReward(TypedDict, total=False):
    """`quantity` units once an order, for `buy` units of `qualifiers` and `minimumSubtotal`."""

    kind: Required[Literal["gift"]]
    """What it makes cheaper."""
    options: Required[Annotated[list[GiftOptionRecord], Field(min_length=1)]]
    """What the gift may be; a single one with a SKU is added by itself."""
    quantity: Count
    """Units, once an order. Default 1."""
    qualifiers: list[str]
    """Products that must be bought for it. Left out: any."""
    buy: Count
    """How many units of them. Left out: none need be bought."""
    minimumSubtotal: Amount
    """Subtotal from which it is given. Left out: any."""
    autoRemove: bool
    """Whether it goes when the order no longer earns it. Default true."""


class PromotionRecord(TypedDict, total=False):
    """One promotion; without `sites`, `audiences`, `priceListGroups`: for all.

    `couponOnly`: never without a coupon; one that a coupon carries is so anyway. `excludes`: levels that stay untried
    once it applied. Of an `exclusiveGroup` the first applies.
    """

    id: Required[CatalogueId]
    """Unique among promotions."""
    displayName: Required[Texts]
    """Name that shoppers read."""
    priority: int
    """On each level (items, then the order, then shipping) lower numbers are tried first. Default 1."""
    enabled: bool
    """Whether it applies at all. Default true."""
    startDate: Date
    """Not before. Left out: at once."""
    endDate: Date
    """Until then; lies after `startDate`. Left out: without end."""
    sites: list[str]
    """Where it holds. Left out: on all sites."""
    audiences: list[str]
    """Audiences of shoppers that get it. Left out: everybody."""
    priceListGroups: list[str]
    """Groups that it holds in; an amount of money needs groups of one currency. Left out: all."""
    exclusiveGroup: str
    """Of promotions with the same word the first that applies is the only one."""
    excludes: list[Literal["order", "shipping"]]
    """Levels that stay untried once it has applied; only levels after its own."""
    couponOnly: bool
    """Never without a coupon. A promotion that a coupon carries is so anyway. Default false."""
    reward: Required[Annotated[ItemReward | OrderReward | ShippingReward | GiftReward, Field(discriminator="kind")]]
    """What it gives: one of four kinds."""


def check_promotions(file: Path, book: Book) -> None:
    """Each promotion by itself, and what it names."""
    unique, sound = Unique(), []
    for record in records_of(file, book.findings):
        if record.check(PromotionRecord):
            unique.check(record, "id", record.value["id"])
            sound.append(record)
    skus_of = book.skus_of(product_id for record in sound for _, product_id in _products(record))
    for record in sound:
        _check(record, book, skus_of)
    book.sell("promotions", {record.value["id"]: record.value for record in sound})


def load_promotions(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the promotions of a file that was checked back to what it says."""
    records = {record.value["id"]: record.value for record in read_records(file)}
    if records:
        merge_records(deployment, "promotions", records)
    advance(len(records))
    return len(records)


def _check(record: Record, book: Book, skus_of: Mapping[str, Collection[str]]) -> None:
    promotion, reward, currencies = record.value, record.value["reward"], book.currencies
    kind = reward["kind"]
    check_dates(record)
    book.check_known(record, "sites", promotion.get("sites", ()), book.sites, "site")
    book.check_known(record, "priceListGroups", promotion.get("priceListGroups", ()), currencies, "price list group")
    for level in promotion.get("excludes", ()):
        if level not in LATER_LEVELS[kind]:
            record.wrong(f"excludes: {level} is no level after {kind}")
    book.check_known(
        record, "reward.methods", reward.get("methods", ()), book.kind("shippingMethods"), "shipping method"
    )
    for member, product_id in _products(record):
        book.check_known(record, f"reward.{member}", [product_id], skus_of, "product")
    for option in reward.get("options", ()):
        if "skuId" in option and option["productId"] in skus_of:
            skus = skus_of[option["productId"]]
            book.check_known(record, "reward.options", [option["skuId"]], skus, f"SKU of {option['productId']}")
    if reward.get("adjustment") == "percent" and reward["value"] > 100:
        record.wrong("reward.value: a percentage lies between 0 and 100")
    if kind == "item" and "qualifiers" in reward and "buy" not in reward:
        record.wrong("reward.qualifiers: need buy, the number of units")
    if _names_money(reward):
        groups: Iterable[str] = promotion.get("priceListGroups", currencies)
        if len({currencies[group] for group in groups if group in currencies}) > 1:
            record.wrong("reward: an amount of money needs priceListGroups of one currency")


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
