"""The signing keys (contract: auth.md §3): one signs, all verify, so that a rotation ends no session.

The secret's text is ``{"current": "<kid>", "<kid>": "<key>", …}``.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Final

from commerce.errors import Contention, DependencyDown
from commerce.storage import StorageFailure

MAX_AGE_SECONDS: Final = 300.0
RETRY_SECONDS: Final = 10.0


class KeyRing:
    """Keys fetched when first needed, again every five minutes, and early when a token names an unknown one."""

    def __init__(self, fetch: Callable[[], str], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: dict[str, bytes] = {}
        self._current = ""
        self._fetched_at = -MAX_AGE_SECONDS

    def current(self) -> tuple[str, bytes]:
        """The key that signs, with its id. Raises DependencyDown, and StorageFailure, when the secret cannot be had."""
        self._load(MAX_AGE_SECONDS)
        return self._current, self._keys[self._current]

    def find(self, kid: str | None) -> bytes | None:
        """The key of a token; tokens without `kid` are the current key's."""
        self._load(MAX_AGE_SECONDS)
        if kid is None:
            return self._keys[self._current]
        if kid not in self._keys:
            self._load(RETRY_SECONDS)
        return self._keys.get(kid)

    def tag_keys(self) -> Sequence[bytes]:
        """Keys derived for entity tags and other check values, the current one first."""
        current, _ = self.current()
        ordered = sorted(self._keys, key=lambda kid: kid != current)
        return [hashlib.sha256(b"tag\n" + self._keys[kid]).digest() for kid in ordered]

    def _load(self, max_age: float) -> None:
        if self._keys and self._monotonic() - self._fetched_at < max_age:
            return
        try:
            current, keys = _read(self._fetch())
        except (Contention, DependencyDown, StorageFailure):
            if not self._keys:
                raise
            # An outage of the secret store, or a broken secret, must not end sessions whose keys are at hand.
            self._fetched_at = self._monotonic() - MAX_AGE_SECONDS + RETRY_SECONDS
            return
        self._current, self._keys, self._fetched_at = current, keys, self._monotonic()


def _read(text: str) -> tuple[str, dict[str, bytes]]:
    """The current key's id and all keys. Raises StorageFailure for a secret that is no key ring."""
    try:
        value = json.loads(text)
        keys = {kid: key.encode() for kid, key in value.items() if kid != "current"}
        current = value["current"]
        _ = keys[current]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise StorageFailure("NoKeyRing", "the secret of the signing keys is no key ring") from error
    return current, keys
