"""Answers kept under an `Idempotency-Key`, to be sent again for the same request (contract: orders.md §7)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from msgspec import Struct

from commerce.call import Call, FinishedAnswer, TimeBudget
from commerce.dates import epoch_seconds
from commerce.delivery import AnswerTooLarge
from commerce.errors import Contention, IdempotencyKeyInUse, IdempotencyKeyMalformed, IdempotencyKeyReused
from commerce.exact_json import JsonValue, canonical
from commerce.storage import (
    Attribute,
    Condition,
    Item,
    Key,
    Put,
    Store,
    WriteLost,
    decode_text,
    encode_text,
    retry_on_lost_write,
)

T = TypeVar("T")

LIFE: Final = timedelta(hours=24)
PART_BYTES: Final = 360_000
# DynamoDB's 100 items and 4 MB a transaction, less the entity, what points to it and the attributes of the parts.
MAX_PARTS: Final = 9

MAX_KEY: Final = 255

_KEY = re.compile(rf"[!-~]{{1,{MAX_KEY}}}", re.ASCII)


class DerivedKeys(Protocol):
    """Keys for check values, the current one first."""

    def tag_keys(self) -> Sequence[bytes]: ...


class IdempotencyKey(Struct, frozen=True):
    """One request under one key. `fingerprints`: keyed hashes of the request, by each key that still counts.

    They are keyed because a request may hold PINs.
    """

    table: str
    partition: str
    fingerprints: tuple[str, ...]

    @property
    def head(self) -> Key:
        """The row that says whether there is an answer, to be read along with what the operation reads first."""
        return Key(self.table, self.partition, "answer#0")

    def check(self, row: Item | None, now: datetime) -> bool:
        """Whether `row` keeps the answer to this very request. Raises IdempotencyKeyReused for another one's."""
        if row is None or row["expiresAt"] <= epoch_seconds(now):
            return False
        if not any(hmac.compare_digest(row["request"], known) for known in self.fingerprints):
            raise IdempotencyKeyReused
        return True

    def rest(self, row: Item | None) -> list[Key]:
        """The answer's other parts."""
        count = row["parts"] if row else 1
        return [Key(self.table, self.partition, f"answer#{at}") for at in range(1, count)]

    def answer(self, rows: Mapping[Key, Item]) -> FinishedAnswer:
        """The answer of rows that hold all of its parts."""
        head = rows[self.head]
        data = b"".join([head["answer"], *(rows[key]["answer"] for key in self.rest(head))])
        return FinishedAnswer(decode_text(data), head["etag"])

    def kept_answer(self, rows: Mapping[Key, Item], now: datetime) -> FinishedAnswer | None:
        """What was answered to this very request, of rows that hold all its parts. Raises IdempotencyKeyReused."""
        return self.answer(rows) if self.check(rows.get(self.head), now) else None

    def puts(self, answer: FinishedAnswer, now: datetime) -> list[Put]:
        """The writes that keep an answer, for the entity's own transaction. Raises AnswerTooLarge."""
        data = encode_text(answer.text)
        parts = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]
        if len(parts) > MAX_PARTS:
            raise AnswerTooLarge
        moment = epoch_seconds(now)
        free = Condition(absent_or_below={"expiresAt": moment + 1})
        head: dict[str, Attribute] = {"request": self.fingerprints[0], "etag": answer.tag, "parts": len(parts)}
        return [
            Put(
                Key(self.table, self.partition, f"answer#{at}"),
                {"answer": part, "expiresAt": moment + int(LIFE.total_seconds()), **(head if at == 0 else {})},
                free,
            )
            for at, part in enumerate(parts)
        ]


class KeptAnswers:
    """The answers of one operation in one table. `keys` make the check values of requests."""

    def __init__(self, store: Store, table: str, keys: DerivedKeys, operation: str) -> None:
        self._store = store
        self._table = table
        self._keys = keys
        self._operation = operation

    def key(self, call: Call, caller: str, site: str, **more: JsonValue) -> IdempotencyKey | None:
        """The key of a caller's call on a site, None where none was sent. Raises IdempotencyKeyMalformed.

        `more`: what makes two requests the same beside query, body, organization and price list group.
        """
        if call.idempotency_key is None:
            return None
        request = {
            "query": dict(call.parameters),
            "body": call.json_object,
            "organization": call.organization,
            "priceListGroup": call.price_list_group,
            **more,
        }
        partition = f"{caller}#{self._operation}#{_scope(call.idempotency_key, site)}"
        return IdempotencyKey(self._table, partition, _fingerprints(request, self._keys))

    def arrived(self, key: IdempotencyKey, now: datetime) -> bool:
        """Whether a rival has stored the answer to this very request meanwhile. Raises IdempotencyKeyReused."""
        return key.check(self._store.get([key.head]).get(key.head), now)


class Attempts(Struct):
    """What a call remembers of its attempts so far. `rival_holds_key`: the last write was lost under the same key."""

    rival_holds_key: bool = False

    def until_saved(self, budget: TimeBudget, attempt: Callable[[], T]) -> T:
        """The result of the first `attempt` whose write is not lost.

        Raises Contention when the budget is spent, IdempotencyKeyInUse where it went to a rival under the same key.
        """
        try:
            return retry_on_lost_write(budget, attempt)
        except Contention:
            if self.rival_holds_key:
                raise IdempotencyKeyInUse from None
            raise

    @contextmanager
    def writing(self, key: IdempotencyKey | None) -> Iterator[None]:
        """Around the write of an attempt; what it raises goes on."""
        try:
            yield
        except WriteLost as lost:
            self.rival_holds_key = key is not None and key.head in lost.current.keys() | lost.busy
            raise


def _scope(sent: str, site: str) -> str:
    """Raises IdempotencyKeyMalformed."""
    if not _KEY.fullmatch(sent):
        raise IdempotencyKeyMalformed(expected=f"be 1 to {MAX_KEY} printable ASCII characters without blanks")
    return hashlib.sha256(f"{site}\n{sent}".encode()).hexdigest()


def _fingerprints(request: JsonValue, keys: DerivedKeys) -> tuple[str, ...]:
    text = canonical(request).encode()
    return tuple(hmac.new(_derived(key), text, hashlib.sha256).hexdigest() for key in keys.tag_keys())


def _derived(key: bytes) -> bytes:
    return hashlib.sha256(b"idempotency\n" + key).digest()
