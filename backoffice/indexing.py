"""What a search can find of each profile, written where it is not what the profile says (contract: companions.md §7).

Rows of releases that knew of no search have nothing of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from backoffice.catalogue import BATCH_SIZE, chunks, side_by_side
from backoffice.deployment import Deployment
from backoffice.people import indexed
from backoffice.reading import rows_of
from backoffice.writing import write_in_turn
from commerce.profiles.model import SEARCHED, searched
from commerce.profiles.repository import PROFILE
from commerce.storage import Attribute, Item, Key, decode_document

_MISFITS: Final = (AttributeError, KeyError, TypeError, ValueError, zlib.error)


class DamagedRow(Exception):  # never leaves this module
    """No writer of the product has left it like that."""


@dataclass(slots=True)
class Indexed:
    """How far it came: profiles looked at, how many of them were written, and the ids of those with damaged rows."""

    looked_at: int = 0
    written: int = 0
    damaged: list[str] = field(default_factory=list)


def index_profiles(deployment: Deployment, done: Indexed, advance: Callable[[int], object]) -> None:
    """Write it for every profile that lacks it or has another; versions stay. A damaged row keeps nobody else waiting.

    What was written stays so when this is stopped, and doing it again does the rest. Raises PutOff.
    """
    table, lock = deployment.tables.profiles, Lock()

    def write(rows: Sequence[Item]) -> None:
        for row in rows:
            try:
                written = _index(deployment, Key(table, row["pk"], row["sk"]), row)
            except DamagedRow:
                with lock:
                    done.damaged.append(row["pk"])
                continue
            with lock:
                done.written += written

    def looked_at(number: int) -> None:
        done.looked_at += number
        advance(number)

    side_by_side(chunks(rows_of(deployment, table, sk=PROFILE), BATCH_SIZE), write, looked_at)


def _index(deployment: Deployment, key: Key, scanned: Item) -> bool:
    """Whether it was written: not where it is right already, or where a rival's write has made it so."""
    at_hand = [scanned]

    def attempt() -> bool:
        row = at_hand.pop() if at_hand else deployment.store.get([key]).get(key)
        if row is None:
            return False
        version, values = _read(key, row)
        if row.get(SEARCHED) == values:
            return False
        deployment.store.write(indexed(key, version, values))
        return True

    return write_in_turn(f"the attributes of {key.pk}", attempt)


def _read(key: Key, row: Item) -> tuple[int, Mapping[str, Attribute]]:
    """The version of a profile, and what a search can find of it. Raises DamagedRow."""
    try:
        return int(row["version"]), searched(key.pk, row["login"], decode_document(row["document"]))
    except _MISFITS as error:
        raise DamagedRow from error
