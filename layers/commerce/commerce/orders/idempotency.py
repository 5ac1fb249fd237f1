"""Answers kept under an `Idempotency-Key`, to be sent again for the same request (contract: orders.md §7)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from commerce.call import Call, FinishedAnswer
from commerce.dates import epoch_seconds
from commerce.errors import IdempotencyKeyMalformed, IdempotencyKeyReused, OrderUpdateFailed
from commerce.exact_json import JsonValue, canonical
from commerce.storage import Attribute, Condition, Item, Key, Put, Store, encode_document

LIFE: Final = timedelta(hours=24)
PART_BYTES: Final = 360_000
# DynamoDB's 100 items and 4 MB a transaction, less the order, its pointer and the attributes of the parts.
MAX_PARTS: Final = 9

_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)


class DerivedKeys(Protocol):
    """Keys for check values, the current one first."""

    def tag_keys(self) -> Sequence[bytes]: ...


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
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
        # Computed amounts may have more digits than a request's numbers, so they are read without that limit.
        return FinishedAnswer(json.loads(zlib.decompress(data).decode(), parse_float=Decimal), head["etag"])

    def kept_answer(self, rows: Mapping[Key, Item], now: datetime) -> FinishedAnswer | None:
        """What was answered to this very request, of rows that hold all its parts. Raises IdempotencyKeyReused."""
        return self.answer(rows) if self.check(rows.get(self.head), now) else None

    def puts(self, answer: FinishedAnswer, now: datetime) -> list[Put]:
        """The writes that keep an answer, for the order's own transaction. Raises OrderUpdateFailed: too large."""
        data = encode_document(answer.body)
        parts = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]
        if len(parts) > MAX_PARTS:
            raise OrderUpdateFailed
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
    """The answers of one table. `keys` make the check values of requests."""

    def __init__(self, store: Store, table: str, keys: DerivedKeys, default_site: str) -> None:
        self._store = store
        self._table = table
        self._keys = keys
        self._default_site = default_site

    def key(self, call: Call, shopper: str) -> IdempotencyKey | None:
        """The key of a shopper's call, None where none was sent. Raises IdempotencyKeyMalformed."""
        request = {
            "query": dict(call.parameters),
            "body": call.json_object,
            "organization": call.organization,
            "priceListGroup": call.price_list_group,
        }
        site = call.site or self._default_site
        return read_key(call.idempotency_key, self._table, shopper, site, request, self._keys)

    def arrived(self, key: IdempotencyKey, now: datetime) -> bool:
        """Whether a rival has stored the answer to this very request meanwhile. Raises IdempotencyKeyReused."""
        return key.check(self._store.get([key.head]).get(key.head), now)


def read_key(
    sent: str | None, table: str, shopper: str, site: str, request: JsonValue, keys: DerivedKeys
) -> IdempotencyKey | None:
    """The key of a call, None where none was sent. `request`: all that makes two requests the same.

    Raises IdempotencyKeyMalformed.
    """
    if sent is None:
        return None
    if not _KEY.fullmatch(sent):
        raise IdempotencyKeyMalformed
    scope = hashlib.sha256(f"{site}\n{sent}".encode()).hexdigest()
    text = canonical(request).encode()
    fingerprints = tuple(hmac.new(_derived(key), text, hashlib.sha256).hexdigest() for key in keys.tag_keys())
    return IdempotencyKey(table, f"{shopper}#updateCurrentProfileOrder#{scope}", fingerprints)


def _derived(key: bytes) -> bytes:
    return hashlib.sha256(b"idempotency\n" + key).digest()
