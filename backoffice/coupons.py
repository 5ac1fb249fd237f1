"""coupons.json: codes and the promotions they carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Required

from pydantic import Field
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import (
    BATCH_SIZE,
    Unique,
    check_dates,
    check_size,
    chunks,
    document_of,
    merge_selling,
    repository_of,
    side_by_side,
)
from backoffice.deployment import Deployment
from backoffice.members import CatalogueId, Code, Count, Date
from backoffice.records import Record, read_records, records_of
from backoffice.writing import write_in_turn
from commerce.exact_json import JsonObject
from commerce.storage import Attribute, Condition, Update

ANY_STATE: Final = Condition(absent_or_below={"version": 2**62})


class CouponRecord(TypedDict, total=False):
    """One coupon. `uses`: without it the count goes on as it stands, from 0."""

    code: Required[Code]
    """What a shopper types; unique, upper and lower case differ."""
    promotions: Required[Annotated[list[CatalogueId], Field(min_length=1)]]
    """Promotions that it brings."""
    startDate: Date
    """Not before. Left out: at once."""
    endDate: Date
    """Until then; lies after `startDate`. Left out: without end."""
    useLimit: Count
    """Most uses. Left out: no limit."""
    uses: Annotated[int, Field(ge=0)]
    """How often it was used. Left out: the count goes on as it stands, from 0."""


def check_coupons(file: Path, book: Book) -> None:
    """Each coupon by itself, and the promotions it names."""
    promotions, unique = book.kind("promotions"), Unique()
    for record in records_of(file, book.findings):
        if not record.check(CouponRecord):
            continue
        unique.check(record, "code", record.value["code"])
        book.check_known(record, "promotions", record.value["promotions"], promotions, "promotion")
        check_dates(record)
        check_size(record)


def load_coupons(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the coupons of a file that was checked back to what it says."""
    carried = {promotion for record in read_records(file) for promotion in record.value["promotions"]}

    # Before the coupons themselves, so that no promotion of theirs is ever offered without one.
    def mark(document: JsonObject) -> JsonObject:
        return document | {"couponPromotions": sorted(carried.union(document.get("couponPromotions", ())))}

    if carried:
        merge_selling(deployment, mark)
    repository = repository_of(deployment)

    def put(batch: Sequence[Record]) -> None:
        for record in batch:
            document = dict(record.value)
            uses, key = document.pop("uses", None), repository.coupon_key(document.pop("code"))
            changes: dict[str, Attribute] = {"document": document_of(record, document)}
            additions = {"version": 1} | ({"uses": 0} if uses is None else {})
            if uses is not None:
                changes["uses"] = uses
            write_in_turn("coupons", partial(deployment.store.write, Update(key, ANY_STATE, changes, additions)))

    return side_by_side(chunks(read_records(file), BATCH_SIZE), put, advance)
