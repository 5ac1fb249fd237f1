"""The profiles table: one row a profile, and one for each identifier that must stay unique."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from msgspec.structs import replace

from commerce.errors import ProfileReadFailed, ProfileSaveFailed, ProfileTooLarge, PropertyErrors
from commerce.exact_json import JsonObject
from commerce.identity.login_records import OWNER, IdentityChange, LoginRecord
from commerce.profiles.model import SEARCHED, Profile, searched
from commerce.storage import (
    Attribute,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    StorageFailure,
    Store,
    Update,
    Write,
    decode_document,
    encode_within,
)
from commerce.values import without_case

PROFILE: Final = "profile"
MAX_DOCUMENT_BYTES: Final = 380_000
# An answer shows addresses twice and each property of the shopper type; in it, a byte can become three.
MAX_TEXT_BYTES: Final = 800_000


class ProfileRepository:
    """Reads and conditional writes of profiles."""

    def __init__(self, store: Store, table: str) -> None:
        self._store = store
        self._table = table

    def key(self, profile_id: str) -> Key:
        return Key(self._table, profile_id, PROFILE)

    def identifier_key(self, kind: str, text: str) -> Key:
        """The row that says whose ``email`` or ``login`` this is; equal ignoring case."""
        return Key(self._table, identifier(kind, text), OWNER)

    def read(self, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """One batch. Raises ProfileReadFailed, DependencyDown."""
        try:
            return self._store.get(keys)
        except StorageFailure as error:
            raise ProfileReadFailed from error

    def profile(self, rows: Mapping[Key, Item], profile_id: str) -> Profile | None:
        """The profile of a batch that held its key."""
        key = self.key(profile_id)
        item = rows.get(key)
        if item is None:
            return None
        return Profile(LoginRecord(key, item), decode_document(item["document"]), int(item["version"]))

    def save(
        self,
        profile: Profile,
        document: JsonObject,
        login: str,
        identity: IdentityChange,
        *,
        unique_emails: bool,
        beside: Sequence[Write] = (),
    ) -> int:
        """Write the next version, move the identifiers, and what is to be written `beside`; the new version.

        Raises WriteLost, PropertyErrors (too large), ProfileSaveFailed, DependencyDown.
        """
        data = _encoded(document)
        version = profile.version + 1
        condition = identity.condition
        own = replace(condition, equal={"version": profile.version, **condition.equal})
        changes: dict[str, Attribute] = {
            "version": version,
            "document": data,
            SEARCHED: searched(profile.id, login, document),
            **identity.changes,
        }
        if login != profile.login:
            changes["login"] = login
        old, new = profile.document.get("email"), document.get("email")
        with saving():
            moves = [
                *self._moves("login", profile.id, profile.login, login, unique=True),
                *self._moves("email", profile.id, old, new, unique=unique_emails),
            ]
            self._store.write(Update(profile.login_record.key, own, changes, identity.additions), *moves, *beside)
        return version

    def add(
        self,
        profile_id: str,
        document: JsonObject,
        login: str,
        identity: Mapping[str, Attribute],
        *,
        unique_emails: bool,
        beside: Sequence[Write] = (),
    ) -> None:
        """Write the first version of a profile, take its identifiers, and what is to be written `beside`.

        `identity`: attributes of its login record. Raises WriteLost, PropertyErrors (too large), ProfileSaveFailed,
        DependencyDown.
        """
        item: dict[str, Attribute] = {
            "version": 1,
            "document": _encoded(document),
            SEARCHED: searched(profile_id, login, document),
            "login": login,
            "active": True,
            "revoked": {},
            "usedCodes": {},
            "generation": 0,
            **identity,
        }
        with saving():
            taken = [
                *self._moves("login", profile_id, None, login, unique=True),
                *self._moves("email", profile_id, None, document.get("email"), unique=unique_emails),
            ]
            self._store.write(Put(self.key(profile_id), item, Condition(exists=False)), *taken, *beside)

    def _moves(self, kind: str, profile_id: str, old: str | None, new: str | None, *, unique: bool) -> Iterator[Write]:
        """What gives the old identifier back, where it is the profile's own, and takes the new one."""
        if without_case(old or "") == without_case(new or ""):
            return
        own = {"account": profile_id}
        if new and unique:
            yield Put(self.identifier_key(kind, new), own, Condition(absent_or_equal=own))
        if old:
            # Not every e-mail address has its row: they may have been shared, or loaded so.
            key = self.identifier_key(kind, old)
            if self._store.get([key]).get(key, {}).get("account") == profile_id:
                yield Delete(key, Condition(equal=own))


def _encoded(document: JsonObject) -> bytes:
    """Raises PropertyErrors."""
    data = encode_within(document, text_bytes=MAX_TEXT_BYTES, stored_bytes=MAX_DOCUMENT_BYTES)
    if data is None:
        limit = f"{MAX_TEXT_BYTES:,} bytes as JSON and {MAX_DOCUMENT_BYTES:,} compressed"
        raise PropertyErrors([ProfileTooLarge(expected=f"have at most {limit}")])
    return data


def identifier(kind: str, text: str) -> str:
    """The partition of an ``email`` or ``login``; of the beginning of one, what such partitions begin with."""
    return f"{kind}#{without_case(text)}"


@contextmanager
def saving() -> Iterator[None]:
    """What DynamoDB refuses for good meanwhile is a ProfileSaveFailed."""
    try:
        yield
    except StorageFailure as error:
        raise ProfileSaveFailed from error
