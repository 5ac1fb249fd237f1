"""Reads and writes of items through one low-level DynamoDB client."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import Session
from msgspec import Struct

from commerce.call import TimeBudget
from commerce.storage.items import Item, Key, from_wire
from commerce.storage.remote import Refused, Remote, StorageFailure, open_client
from commerce.storage.writes import MARK, MARKS_KEPT, Delete, Put, Update, Write, WriteLost, bears, request_of

BATCH_SIZE: Final = 100
MARK_LENGTH: Final = 12

_LOST: Final = frozenset(
    {"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"}
)


class Meter(Struct):
    """What the calls since `reset` cost: requests to DynamoDB and consumed capacity units."""

    calls: int = 0
    read_units: float = 0.0
    write_units: float = 0.0

    def reset(self) -> None:
        self.calls, self.read_units, self.write_units = 0, 0.0, 0.0

    def count(self, method: str, answer: Mapping[str, Any]) -> None:
        """One request of a client's `method`, by what was answered."""
        self.calls += 1
        capacity = answer.get("ConsumedCapacity") or ()
        units = sum(consumed["CapacityUnits"] for consumed in ([capacity] if isinstance(capacity, dict) else capacity))
        if method in _READS:
            self.read_units += units
        else:
            self.write_units += units


_READS = frozenset({"get_item", "batch_get_item", "query"})


class Store:
    """The tables. Every read but those along an index is strongly consistent, every write conditional.

    A write that is sent again because its answer was lost meets its own result: that is success, not a lost race
    (contract: common.md §10). A single write is known by a mark that it leaves in the item, a transaction by a token.
    `new_id`: where both come from, 32 characters each.
    """

    def __init__(self, client: Any, new_id: Callable[[], str] = lambda: uuid.uuid4().hex) -> None:
        self.client = client
        self.meter = Meter()
        self.budget = TimeBudget()
        self._new_id = new_id
        self._remote = Remote(client, lambda: self.budget, refusals=_LOST, answered=self.meter.count)
        self._marks: dict[Key, str] = {}

    def begin(self, budget: TimeBudget) -> None:
        """A new invocation: its budget bounds every request from here on, and the meter starts at nothing."""
        self.budget = budget
        self.meter.reset()
        self._marks.clear()

    def rehearse(self) -> None:
        """Two reads that are signed but never sent (`DirectRequests`): the next is as fast as any other."""

        def answer(request: Any, **_: object) -> AWSResponse:
            return AWSResponse(request.url, 200, HTTPHeaders(), _NothingFound())

        events = self.client.meta.events
        events.register_first("before-send.dynamodb", answer, "rehearsal")
        try:
            for _ in range(2):
                self.client.get_item(TableName="rehearsal", Key=Key("", "rehearsal", "rehearsal").wire())
        finally:
            events.unregister("before-send.dynamodb", answer, "rehearsal")

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items that exist, in one round trip: 100 keys a batch, batches side by side.

        Raises DependencyDown when DynamoDB does not answer, StorageFailure when it refuses.
        """
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return {}
        if len(wanted) == 1:
            return self._get_one(wanted[0])
        batches = [wanted[start : start + BATCH_SIZE] for start in range(0, len(wanted), BATCH_SIZE)]
        if len(batches) == 1:
            return self._get_batch(batches[0])
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  only the largest carts come here

        with ThreadPoolExecutor(max_workers=len(batches)) as pool:
            parts = list(pool.map(self._get_batch, batches))
        return {key: item for part in parts for key, item in part.items()}

    def query(self, table: str, pk: str, prefix: str = "") -> Iterator[Item]:
        """The items of one partition whose sort key begins with `prefix`, in its order."""
        parameters: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk" + (" AND begins_with(sk, :sk)" if prefix else ""),
            "ExpressionAttributeValues": {":pk": {"S": pk}} | ({":sk": {"S": prefix}} if prefix else {}),
            "ConsistentRead": True,
            "ReturnConsumedCapacity": "TOTAL",
        }
        while True:
            page = self.query_answer(parameters)
            yield from map(from_wire, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def query_answer(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """What DynamoDB answers to one Query, for those who ask for more than rows: see `indexes`."""
        return self._remote.call("query", parameters)

    def write(self, *writes: Write) -> None:
        """All of the writes or none, in one round trip.

        Raises WriteLost when a condition does not hold, DependencyDown, StorageFailure.
        """
        if len(writes) == 1:
            self._write_one(writes[0])
        elif writes:
            self._write_transaction(writes)

    def _get_one(self, key: Key) -> dict[Key, Item]:
        answer = self._remote.call(
            "get_item",
            {
                "TableName": key.table,
                "Key": key.wire(),
                "ConsistentRead": True,
                "ReturnConsumedCapacity": "TOTAL",
            },
        )
        return {key: self._read(key, from_wire(answer["Item"]))} if "Item" in answer else {}

    def _get_batch(self, keys: Sequence[Key]) -> dict[Key, Item]:
        pending: dict[str, Any] = {}
        for key in keys:
            pending.setdefault(key.table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key.wire())
        found: dict[Key, Item] = {}
        pause = 0.02
        while pending:
            answer = self._remote.call("batch_get_item", {"RequestItems": pending, "ReturnConsumedCapacity": "TOTAL"})
            for table, items in answer["Responses"].items():
                for item in map(from_wire, items):
                    key = Key(table, item["pk"], item["sk"])
                    found[key] = self._read(key, item)
            pending = answer.get("UnprocessedKeys") or {}
            if pending:
                self.budget.wait(pause)
                pause *= 2
        return found

    def _read(self, key: Key, item: Item) -> Item:
        """Notes its mark."""
        if MARK in item:
            self._marks[key] = item[MARK]
        return item

    def _new_mark(self, write: Write) -> str:
        """A mark for one write; for an item's next version with those it had when read, so that none hides another."""
        own = self._new_id()[:MARK_LENGTH]
        if isinstance(write, Update) and write.mark != MARK:
            return own
        return " ".join([own, *self._marks.get(write.key, "").split()[: MARKS_KEPT - 1]])

    def _write_one(self, write: Write) -> None:
        mark = self._new_mark(write)
        _, parameters = request_of(write, mark)
        parameters["ReturnConsumedCapacity"] = "TOTAL"
        method = {Put: "put_item", Update: "update_item", Delete: "delete_item"}[type(write)]
        try:
            self._remote.call(method, parameters)
        except Refused as refused:
            self._own_result(refused, write, mark)

    def _write_transaction(self, writes: Sequence[Write]) -> None:
        members = []
        for write in writes:
            kind, parameters = request_of(write, self._marks.get(write.key, "") if isinstance(write, Put) else "")
            members.append({kind: parameters})
        request = {
            "TransactItems": members,
            "ClientRequestToken": self._new_id(),
            "ReturnConsumedCapacity": "TOTAL",
        }
        try:
            self._remote.call("transact_write_items", request)
        except Refused as refused:
            raise _lost_transaction(refused, writes) from refused

    def _own_result(self, refused: Refused, write: Write, mark: str) -> None:
        """Whether an item refused a write because it had been carried out before. Raises WriteLost where it had not."""
        wire = refused.answer.get("Item")
        item = from_wire(wire) if wire else {}
        if refused.code == "ConditionalCheckFailedException":
            # A rival that deletes the same version has the same effect.
            deleted = isinstance(write, Delete) and refused.again and not item
            if deleted or bears(item, write, mark):
                return
        raise WriteLost({write.key: item} if item else {}) from refused


class _NothingFound:
    """An empty answer as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield b"{}"


def _lost_transaction(refused: Refused, writes: Sequence[Write]) -> Exception:
    """WriteLost for conflicts and failed conditions, else StorageFailure."""
    reasons: Sequence[Mapping[str, Any]] = refused.answer.get("CancellationReasons") or []
    codes = {reason.get("Code") for reason in reasons} - {None, "None"}
    if codes <= {"ConditionalCheckFailed", "TransactionConflict"}:
        pairs = list(zip(writes, reasons, strict=False))
        current = {write.key: from_wire(reason["Item"]) for write, reason in pairs if reason.get("Item")}
        busy = frozenset(write.key for write, reason in pairs if reason.get("Code") == "TransactionConflict")
        return WriteLost(current, busy)
    return StorageFailure(",".join(sorted(map(str, codes))), refused.answer["Error"].get("Message", ""))


def open_store(
    new_id: Callable[[], str], session: Session | None = None, *, validate_parameters: bool = False
) -> Store:
    """A store on the environment's region, credentials and endpoint. Makes the client, no call."""
    return Store(open_client("dynamodb", session, validate_parameters=validate_parameters), new_id)
