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
