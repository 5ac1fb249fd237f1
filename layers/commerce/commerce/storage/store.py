"""Reads and writes of items through one low-level DynamoDB client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from commerce.call import TimeBudget
from commerce.errors import DependencyDown
from commerce.storage.items import Item, Key, from_wire
from commerce.storage.writes import Delete, Put, Update, Write, WriteLost, request_of

BATCH_SIZE: Final = 100

_LOST = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"})
_PASSING = frozenset(
    {
        "InternalServerError",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)


class StorageFailure(Exception):  # the storage room's own word; services turn it into theirs
    """DynamoDB refused a request for good (permissions, validation). `code` is DynamoDB's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(slots=True)
class Meter:
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
    """The tables. Every read is strongly consistent, every write conditional."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.meter = Meter()
        self._budget = TimeBudget()

    def begin(self, budget: TimeBudget) -> None:
        """A new invocation: its budget bounds every request from here on, and the meter starts at nothing."""
        self._budget = budget
        self.meter.reset()

    def rehearse(self) -> None:
        """One read that is signed but never sent: the next is as fast as any other."""

        def answer(request: Any, **_: object) -> AWSResponse:
            return AWSResponse(request.url, 200, HTTPHeaders(), _NothingFound())

        events = self.client.meta.events
        events.register_first("before-send.dynamodb", answer, "rehearsal")
        try:
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
            page = self._call("query", parameters)
            yield from map(from_wire, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def write(self, *writes: Write) -> None:
        """All of the writes or none, in one round trip.

        Raises WriteLost when a condition does not hold, DependencyDown, StorageFailure.
        """
        if len(writes) == 1:
            self._write_one(writes[0])
        elif writes:
            self._write_transaction(writes)

    def increment(self, update: Update) -> Item:
        """Apply one update and return the item as it then is: for counters. Raises as `write`."""
        _, parameters = request_of(update)
        parameters |= {"ReturnValues": "ALL_NEW", "ReturnConsumedCapacity": "TOTAL"}
        return from_wire(self._conditional("update_item", parameters, update.key)["Attributes"])

    def _get_one(self, key: Key) -> dict[Key, Item]:
        answer = self._call(
            "get_item",
            {
                "TableName": key.table,
                "Key": key.wire(),
                "ConsistentRead": True,
                "ReturnConsumedCapacity": "TOTAL",
            },
        )
        return {key: from_wire(answer["Item"])} if "Item" in answer else {}

    def _get_batch(self, keys: Sequence[Key]) -> dict[Key, Item]:
        pending: dict[str, Any] = {}
        for key in keys:
            pending.setdefault(key.table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key.wire())
        found: dict[Key, Item] = {}
        pause = 0.02
        while pending:
            answer = self._call("batch_get_item", {"RequestItems": pending, "ReturnConsumedCapacity": "TOTAL"})
            for table, items in answer["Responses"].items():
                for item in map(from_wire, items):
                    found[Key(table, item["pk"], item["sk"])] = item
            pending = answer.get("UnprocessedKeys") or {}
            if pending:
                self._budget.wait(pause)
                pause *= 2
        return found

    def _write_one(self, write: Write) -> None:
        _, parameters = request_of(write)
        parameters["ReturnConsumedCapacity"] = "TOTAL"
        match write:
            case Put():
                self._conditional("put_item", parameters, write.key)
            case Update():
                self._conditional("update_item", parameters, write.key)
            case Delete():
                self._conditional("delete_item", parameters, write.key)

    def _write_transaction(self, writes: Sequence[Write]) -> None:
        members = []
        for write in writes:
            kind, parameters = request_of(write)
            members.append({kind: parameters})
        try:
            self._call("transact_write_items", {"TransactItems": members, "ReturnConsumedCapacity": "TOTAL"})
        except ClientError as error:
            raise _lost_transaction(error, writes) from error

    def _conditional(self, method: str, parameters: dict[str, Any], key: Key) -> Mapping[str, Any]:
        try:
            return self._call(method, parameters)
        except ClientError as error:
            response: Mapping[str, Any] = error.response
            item = response.get("Item")
            raise WriteLost({key: from_wire(item)} if item else {}) from error

    def _call(self, method: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """One request. Lets conditional failures and cancelled transactions through as ClientError."""
        self._budget.check()
        try:
            answer: Mapping[str, Any] = getattr(self.client, method)(**parameters)
        except ClientError as error:
            self.meter.count(method, error.response)
            code = error.response["Error"]["Code"]
            if code in _LOST:
                raise
            if code in _PASSING or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise DependencyDown from error
            raise StorageFailure(code, error.response["Error"].get("Message", "")) from error
        except (BotoConnectionError, HTTPClientError) as error:
            raise DependencyDown from error
        except BotoCoreError as error:
            raise StorageFailure(type(error).__name__, str(error)) from error
        self.meter.count(method, answer)
        return answer


class _NothingFound:
    """An empty answer as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield b"{}"


def _lost_transaction(error: ClientError, writes: Sequence[Write]) -> Exception:
    """WriteLost for conflicts and failed conditions, DependencyDown for throttling, else StorageFailure."""
    reasons: Sequence[Mapping[str, Any]] = error.response.get("CancellationReasons") or []
    codes = {reason.get("Code") for reason in reasons} - {None, "None"}
    if codes <= {"ConditionalCheckFailed", "TransactionConflict"}:
        current = {
            write.key: from_wire(reason["Item"])
            for write, reason in zip(writes, reasons, strict=False)
            if reason.get("Item")
        }
        return WriteLost(current)
    if codes & {"ThrottlingError", "ProvisionedThroughputExceeded"}:
        return DependencyDown()
    return StorageFailure(",".join(sorted(map(str, codes))), error.response["Error"].get("Message", ""))


def open_store(*, validate_parameters: bool = False) -> Store:
    """A store on the environment's region, credentials and endpoint. Makes the client, no call."""
    session = botocore.session.get_session()
    client = session.create_client("dynamodb", config=client_config(validate_parameters=validate_parameters))
    return Store(client)


def client_config(*, validate_parameters: bool) -> Config:
    """Short timeouts and one retry: two slow answers still end inside the function's timeout.

    botocore makes its long user agent twice a request, a fifth of what a call costs in the client.
    """
    return Config(
        user_agent="commerce",
        account_id_endpoint_mode="disabled",
        connect_timeout=1,
        read_timeout=2,
        retries={"mode": "standard", "max_attempts": 2},
        tcp_keepalive=True,
        parameter_validation=validate_parameters,
        max_pool_connections=16,
    )


__all__ = ["Meter", "StorageFailure", "Store", "client_config", "open_store"]
