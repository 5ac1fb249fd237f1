"""What the loaders of the catalogue share: what is in the tables already, and writing in bulk."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from backoffice.deployment import Deployment
from backoffice.records import BadData, Record
from backoffice.writing import write_in_turn
from commerce.catalogue import CatalogueRepository
from commerce.catalogue.selling import LOADING
from commerce.dates import epoch_seconds, parse_date
from commerce.errors import DependencyDown
from commerce.exact_json import JsonObject
from commerce.storage import Attribute, Key, decode_document, encode_document
from commerce.storage.items import to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

BATCH_SIZE: Final = 25
WORKERS: Final = 8
# Where reads and checks go through a file in steps, so that memory does not grow with it.
CHUNK_SIZE: Final = 500
MAX_DOCUMENT_BYTES: Final = 380_000
# A mark so old is that of a load which was stopped.
LONGEST_LOAD_SECONDS: Final = 24 * 60 * 60

Row: TypeAlias = tuple[Key, Mapping[str, Attribute]]
T = TypeVar("T")


def repository_of(deployment: Deployment) -> CatalogueRepository:
    """The catalogue of a deployment."""
    return CatalogueRepository(deployment.store, deployment.tables.catalogue, deployment.settings.default_locale)


def load_version(deployment: Deployment) -> int:
    """The version of rows that only a loader writes: seconds since 1970."""
    return epoch_seconds(deployment.clock())


def document_of(record: Record, document: JsonObject) -> bytes:
    """The stored form. Raises BadData where an item could not hold it."""
    data = encode_document(document)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise record.bad("too large to store")
    return data


class Unique:
    """Finds what is in a file twice."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def check(self, record: Record, member: str, value: object, shown: str = "") -> None:
        """An error the second time."""
        if value in self._seen:
            record.wrong(f"{member}: {shown or value} is in the file twice")
        self._seen.add(value)


def check_dates(record: Record) -> None:
    """`startDate` lies before `endDate`."""
    start, end = (parse_date(record.value.get(member) or "") for member in ("startDate", "endDate"))
    if start is not None and end is not None and start >= end:
        record.wrong("endDate: must lie after startDate")


def check_size(record: Record) -> None:
    """An item can hold it."""
    if len(encode_document(record.value)) > MAX_DOCUMENT_BYTES:
        record.wrong("too large to store")


def known_products(deployment: Deployment, product_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """The products of the table among the ids, with the ids of their SKUs."""
    repository = repository_of(deployment)
    found: dict[str, frozenset[str]] = {}
    for ids in chunks(dict.fromkeys(product_ids)):
        keys = {repository.product_key(product_id): product_id for product_id in ids}
        for key, row in deployment.store.get(keys).items():
            found[keys[key]] = frozenset(sku["id"] for sku in decode_document(row["document"])["skus"])
    return found


def merge_selling(deployment: Deployment, merge: Callable[[JsonObject], JsonObject]) -> None:
    """Store what `merge` makes of the selling document. Raises BadData when it grows too large."""

    def change(document: JsonObject) -> JsonObject:
        merged = merge(document)
        if len(encode_document(merged)) > MAX_DOCUMENT_BYTES:
            what = "promotions, shipping methods, rates, locations, groups and properties together"
            raise BadData(f"{what} are too large to store")
        return merged

    write_in_turn(
        "promotions, methods, rates, groups or properties", lambda: repository_of(deployment).change_selling(change)
    )


def merge_records(deployment: Deployment, kind: str, records: Mapping[str, JsonObject]) -> None:
    """Put records of one kind into the selling document; those of other ids stay."""
    merge_selling(deployment, lambda document: document | {kind: document.get(kind, {}) | dict(records)})


def load_of(file: Path) -> str:
    """What names a load of a file for `writing_goods`: the same for the same content."""
    with file.open("rb") as opened:
        return f"{file.name} {hashlib.file_digest(opened, 'sha256').hexdigest()[:16]}"


@contextlib.contextmanager
def writing_goods(deployment: Deployment, load: str) -> Iterator[bool]:
    """Around every write of rows of products and prices, which execution environments keep under the selling document's
    version: until the end they keep none, and then they read all anew.

    `load` names what is written. Of loads at once each has its own mark, and nothing is kept while one stands. A load
    that is stopped leaves its mark: the load that repeats it takes it away, any other once it is a day old. Two at once
    of one name share a mark: what the slower one still writes stands there already. Yields whether one of that name
    was stopped before, or is at work.
    """
    now, was_there = epoch_seconds(deployment.clock()), False

    def begin(document: JsonObject) -> JsonObject:
        nonlocal was_there
        marks = _marks(document, now)
        was_there = load in marks
        return {**document, LOADING: {**marks, load: now}}

    def end(document: JsonObject) -> JsonObject:
        others = {name: since for name, since in _marks(document, now).items() if name != load}
        unmarked = {name: value for name, value in document.items() if name != LOADING}
        return unmarked | ({LOADING: others} if others else {})

    merge_selling(deployment, begin)
    yield was_there
    merge_selling(deployment, end)


def has_mark_to_take(deployment: Deployment, load: str) -> bool:
    """Whether a load of that name takes a mark away even if it writes nothing: its own, or one that is too old."""
    document = repository_of(deployment).selling_document()
    others = _marks(document, epoch_seconds(deployment.clock())).keys() - {load}
    return LOADING in document and (isinstance(document[LOADING], str) or others != document[LOADING].keys())


def _marks(document: JsonObject, now: int) -> dict[str, int]:
    """Loads with when they began. The mark of an earlier release, a text, was always taken by the next load."""
    marks = document.get(LOADING, {})
    if isinstance(marks, str):
        return {}
    return {name: since for name, since in marks.items() if since > now - LONGEST_LOAD_SECONDS}


def put_rows(
    deployment: Deployment, records: Iterable[Record], row: Callable[[Record], Row], advance: Callable[[int], object]
) -> int:
    """Put the row of each record, whatever stands there; the number of records. Raises BadData."""

    def put(batch: Sequence[Record]) -> None:
        table = deployment.tables.catalogue
        requests: list[WriteRequestTypeDef] = []
        for key, item in map(row, batch):
            wire = key.wire() | {name: to_wire(value) for name, value in item.items()}
            requests.append({"PutRequest": {"Item": wire}})
        pending: Mapping[str, Any] = {table: requests}

        def attempt() -> None:
            nonlocal pending
            pending = deployment.client.batch_write_item(RequestItems=pending)["UnprocessedItems"]
            if pending:
                raise DependencyDown

        write_in_turn(f"rows of {table}", attempt)

    return side_by_side(chunks(records, BATCH_SIZE), put, advance)


def side_by_side(
    batches: Iterable[Sequence[T]], work: Callable[[Sequence[T]], None], advance: Callable[[int], object]
) -> int:
    """Do the work of all batches, a few at a time; the number of their members. Raises what the work raises."""
    count = 0
    pending: dict[Future[None], int] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            for batch in batches:
                if len(pending) == 2 * WORKERS:
                    count += _settled(pending, advance)
                pending[pool.submit(work, batch)] = len(batch)
            while pending:
                count += _settled(pending, advance)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return count


def _settled(pending: dict[Future[None], int], advance: Callable[[int], object]) -> int:
    done, _ = wait(pending, return_when=FIRST_COMPLETED)
    count = 0
    for future in done:
        size = pending.pop(future)
        future.result()
        advance(size)
        count += size
    return count


def chunks(values: Iterable[T], size: int = CHUNK_SIZE) -> Iterator[list[T]]:
    """The values in lists of `size`, the last one shorter."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
