"""Application keys (contract: auth.md §1, §3): registered, stored as a hash, shown once.

Row of an application: ``name``, ``apis`` (first segments of base paths, comma-separated), ``keyHash``, ``keyEnds``
(epoch seconds; absent: never), ``signedWith`` (id of the signing key), ``generation``, ``revoked``. A key that was
reset or removed ends the tokens made from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from hmac import compare_digest
from secrets import randbelow
from typing import Final

from commerce.call import Api
from commerce.identity.login_records import LoginRecord
from commerce.identity.tokens import APPLICATION, KEY, Tokens
from commerce.storage import Condition, Delete, Item, Key, Put, Store

SORT_KEY: Final = "application"
# How long before a key ends its logins are counted as warnings.
KEY_WARNING: Final = timedelta(days=14)
OPEN_APIS: Final = (Api.ADMIN, Api.AGENT, Api.APP, Api.APP_AGENT)


class Applications:
    """The applications of one deployment."""

    def __init__(self, store: Store, table: str) -> None:
        self._store = store
        self._table = table

    def key(self, application_id: str) -> Key:
        return Key(self._table, application_id, SORT_KEY)

    def load(self, application_id: str) -> LoginRecord | None:
        key = self.key(application_id)
        item = self._store.get([key]).get(key)
        return LoginRecord(key, item) if item else None

    def register(
        self,
        application_id: str,
        name: str,
        apis: Iterable[Api],
        life: timedelta | None,
        tokens: Tokens,
    ) -> str:
        """A new key for a new or known application; the former key ends. `life` None = it never expires.

        The key is returned here and nowhere else. Raises WriteLost against a rival.
        """
        stored = self.load(application_id)
        # One that was removed may come back under its id: its generations go on where nobody has counted.
        generation = stored.generation + 1 if stored else randbelow(2**48)
        key, _ = tokens.issue(
            issuer=APPLICATION,
            subject=application_id,
            profile_id=None,
            roles=(),
            life=life,
            generation=generation,
            use=KEY,
        )
        version = int(stored.item["version"]) if stored else 0
        item: Item = {
            "version": version + 1,
            "name": name,
            "apis": ",".join(sorted(api.value for api in apis)),
            "keyHash": key_hash(key),
            "signedWith": tokens.signed_with(key),
            "generation": generation,
            "revoked": {},
        }
        ends = tokens.read(key, use=KEY).expires_at
        if ends is not None:
            item["keyEnds"] = ends
        self._store.write(Put(self.key(application_id), item, Condition.version(version)))
        return key

    def remove(self, application_id: str) -> None:
        """Raises WriteLost when there is none."""
        self._store.write(Delete(self.key(application_id), Condition(exists=True)))


def registered_for(application: LoginRecord, api: Api) -> bool:
    """Whether the application's key and tokens count at an API."""
    return api.value in str(application.item.get("apis", "")).split(",")


def is_current_key(application: LoginRecord, key: str) -> bool:
    """Whether this is the key the application was last given."""
    return compare_digest(str(application.item.get("keyHash", "")), key_hash(key))


def key_hash(key: str) -> str:
    """A key is random enough for a plain hash."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
