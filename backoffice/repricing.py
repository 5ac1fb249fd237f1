"""Loading prices of a CSV into a store in use: only what differs is written, all else of the stack stays.

A file names single prices, a row of the table holds all of a product and its SKUs in one group. So each row is read,
changed where the file says so, and written on the condition that nobody has changed it meanwhile.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Final

from botocore.exceptions import ClientError
from tqdm import tqdm

from backoffice.book import Book
from backoffice.catalogue import (
    BATCH_SIZE,
    chunks,
    document_of,
    has_mark_to_take,
    load_of,
    load_version,
    repository_of,
    side_by_side,
    writing_goods,
)
from backoffice.comparing import Difference
from backoffice.deployment import Deployment
from backoffice.findings import BadData, Findings, counted
from backoffice.price_csv import CHUNK_SIZE, TablePrice, check_price_csv, price_lists, prices_of
from backoffice.writing import THROTTLED, write_in_turn
from commerce.exact_json import JsonObject, JsonValue, dumps
from commerce.storage import Item, Key, WriteLost, decode_document
from commerce.storage.items import to_wire

# Of a stored row: 25 of them, as they are and as they are to be, are far from what a transaction holds.
SMALL_BYTES: Final = 50_000
REFUSED: Final = THROTTLED | {"TransactionCanceledException", "TransactionInProgressException"}


@dataclass
class Tally:
    """Prices of one file, at any time. Of those `read`, `changed` stood otherwise in the stack when they were compared,
    `written` of these stand there now, in `rows` rows. `was_stopped`: an earlier load of the file had not come to its
    end.
    """

    read: int = 0
    equal: int = 0
    changed: int = 0
    written: int = 0
    rows: int = 0
    refused: int = 0
    was_stopped: bool = False

    def compared(self) -> str:
        """What a comparison says at its end."""
        found = f"{self.equal:,} equal, {self.changed:,} changed, {self.refused:,} refused"
        return f"{counted(self.read, 'price')} read: {found}"

    def loaded(self) -> str:
        """What a load says at its end."""
        return f"{self.compared()}; {self.written:,} written, in {counted(self.rows, 'row')}"


@dataclass(frozen=True, slots=True)
class _Change:
    """A row that is to hold other prices. `stored`: as it was read; None = there is none yet."""

    key: Key
    prices: Sequence[TablePrice]
    stored: Item | None

    @property
    def is_small(self) -> bool:
        """A transaction holds 4 MB."""
        return self.stored is None or len(self.stored["document"]) <= SMALL_BYTES

    @property
    def place(self) -> str:
        return f"{self.prices[0].group} {self.prices[0].product_id}"

    def difference(self) -> Difference:
        before = _document(self.stored)
        members = [f"{price.path} {_said(_entry(before, price))} → {_said(price.value)}" for price in self.prices]
        return Difference("prices", self.place, None if self.stored is None else members)


def load_price_csv(
    file: Path,
    deployment: Deployment,
    *,
    skip_refused: bool = False,
    progress: bool = False,
    tally: Tally | None = None,
    findings: Findings | None = None,
) -> Tally:
    """Check a file, then write those of its prices that differ from the stack's; prices that it does not name stay.

    Where a price is wrong nothing is written, or with `skip_refused` all but those that are. Wherever it is stopped,
    repeating it ends as if it had not been. `tally`: how far it has come, at any time. `findings`: what is
    wrong or odd.
    Raises BadData: all errors, unless they are skipped, or why the file cannot be read.
    """
    tally = Tally() if tally is None else tally
    findings = Findings() if findings is None else findings
    refused = _checked(file, deployment, findings, skip_refused=skip_refused, progress=progress)
    load, version, lock = load_of(file), load_version(deployment), Lock()

    def put(changes: Sequence[_Change]) -> None:
        _write(deployment, changes, version)
        with lock:
            tally.rows += len(changes)
            tally.written += sum(len(change.prices) for change in changes)

    with (
        contextlib.ExitStack() as marked,
        tqdm(desc=file.name, unit=" prices", total=findings.counts[file.name], disable=not progress) as bar,
    ):
        # A load that changes nothing leaves what execution environments keep.
        is_marked = has_mark_to_take(deployment, load)
        if is_marked:
            tally.was_stopped = marked.enter_context(writing_goods(deployment, load))
        for changes in _changes(file, deployment, refused, tally):
            if changes and not is_marked:
                marked.enter_context(writing_goods(deployment, load))
                is_marked = True
            side_by_side(chunks(changes, BATCH_SIZE), put, lambda _: None)
            bar.update(tally.equal + tally.changed - bar.n)
    return tally


def compare_price_csv(
    file: Path,
    deployment: Deployment,
    tally: Tally,
    findings: Findings,
    *,
    skip_refused: bool = False,
    progress: bool = False,
) -> Iterator[Difference]:
    """What a load with the same arguments would write. Raises BadData as it does."""
    refused = _checked(file, deployment, findings, skip_refused=skip_refused, progress=progress)
    for changes in _changes(file, deployment, refused, tally):
        yield from (change.difference() for change in changes)


def _checked(
    file: Path, deployment: Deployment, findings: Findings, *, skip_refused: bool, progress: bool
) -> Collection[int]:
    """Lines of prices that are wrong. Raises BadData where they are not to be skipped."""
    is_whole = check_price_csv(file, Book(deployment, findings), progress=progress)
    errors = findings.errors
    if errors and not (is_whole and skip_refused):
        raise BadData("\n".join(map(str, errors)))
    return {finding.line for finding in errors}


def _changes(file: Path, deployment: Deployment, refused: Collection[int], tally: Tally) -> Iterator[list[_Change]]:
    """The rows that a file changes, for each thousand of its prices; counted before they are handed out."""
    again, repository = Findings(), repository_of(deployment)
    lists = price_lists(Book(deployment, Findings()))
    sound = (price for price in prices_of(file, lists, again) if price.record.line not in refused)
    for prices in chunks(sound, CHUNK_SIZE):
        by_key: dict[Key, list[TablePrice]] = {}
        for price in prices:
            by_key.setdefault(repository.price_key(price.product_id, price.group), []).append(price)
        rows = deployment.store.get(by_key)
        changes = []
        for key, of_row in by_key.items():
            before = _document(rows.get(key))
            if differing := [price for price in of_row if _entry(before, price) != price.value]:
                changes.append(_Change(key, differing, rows.get(key)))
        changed = sum(len(change.prices) for change in changes)
        tally.changed += changed
        tally.equal += len(prices) - changed
        yield changes
    tally.read = again.counts[file.name]
    tally.refused = tally.read - tally.equal - tally.changed


def _write(deployment: Deployment, changes: Sequence[_Change], version: int) -> None:
    """All rows in one transaction; where that is refused for one's sake, or put off, one by one."""
    requests = [_request(change, change.stored, version) for change in changes]
    small = [request for change, request in zip(changes, requests, strict=True) if request and change.is_small]
    try:
        if small:
            deployment.client.transact_write_items(TransactItems=small)
        left = [change for change in changes if not change.is_small]
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSED:
            raise
        left = [*changes]
    for change in left:
        write_in_turn(f"rows of {change.key.table}", partial(_write_one, deployment, change, version))


def _write_one(deployment: Deployment, change: _Change, version: int) -> None:
    """One try. Raises WriteLost against a rival."""
    stored = deployment.store.get([change.key]).get(change.key)
    request = _request(change, stored, version)
    if request is None:
        return
    ((method, parameters),) = request.items()
    try:
        if method == "Put":
            deployment.client.put_item(**parameters)
        else:
            deployment.client.delete_item(**parameters)
    except deployment.client.exceptions.ConditionalCheckFailedException as error:
        raise WriteLost({}) from error


def _request(change: _Change, stored: Item | None, version: int) -> Any:
    """What puts the prices into a row as it was read, as a member of a transaction; None: they stand there."""
    key, before, after = change.key, _document(stored), _document(stored)
    for price in change.prices:
        _set(after, price)
    if after == before:
        return None
    as_read: dict[str, Any] = {"TableName": key.table, "ConditionExpression": "attribute_not_exists(pk)"}
    if stored is not None:
        as_read["ConditionExpression"] = "document = :document"
        as_read["ExpressionAttributeValues"] = {":document": to_wire(stored["document"])}
    if not after:
        return {"Delete": {**as_read, "Key": key.wire()}}
    document = document_of(change.prices[0].record, after)
    return {"Put": {**as_read, "Item": key.wire() | {"version": to_wire(version), "document": to_wire(document)}}}


def _document(stored: Item | None) -> JsonObject:
    return decode_document(stored["document"]) if stored else {}


def _entry(document: JsonObject, price: TablePrice) -> JsonValue:
    """What a row says of a price; None: nothing."""
    own = document.get("skus", {}).get(price.sku_id, {}) if price.sku_id else document
    return own.get(price.member)


def _set(document: JsonObject, price: TablePrice) -> None:
    """Let a row say what the file does; of a SKU without prices it says nothing."""
    skus = document.get("skus", {})
    own = skus.setdefault(price.sku_id, {}) if price.sku_id else document
    if price.value is None:
        own.pop(price.member, None)
    else:
        own[price.member] = price.value
    left = {sku_id: prices for sku_id, prices in skus.items() if prices}
    document.pop("skus", None)
    if left:
        document["skus"] = left


def _said(value: JsonValue) -> str:
    return "none" if value is None else dumps(value)
