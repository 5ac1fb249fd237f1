"""The part of a stored person or application that decides who may call: password, lock, revocation.

A shopper's profile row and an internal user's row carry the same attributes beside their document:

`passwordHash`, `previousHashes` (newest first, one a line), `passwordSetAt`, `passwordGenerated`, `failedAttempts`,
`lastFailedAt`, `generation`, `exemptToken`, `revoked` (token id → its expiry), `active`. Times in epoch seconds.

A token counts while it repeats the record's `generation`; raising that number ends them all but `exemptToken`, in the
same write and without asking a clock (contract: auth.md §3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from commerce.dates import epoch_seconds
from commerce.errors import NotAuthenticated
from commerce.identity.one_time_codes import is_over
from commerce.identity.passwords import hash_password, is_outdated, verify_password
from commerce.identity.tokens import CLOCK_TOLERANCE_SECONDS, Claims
from commerce.storage import (
    Attribute,
    Condition,
    Item,
    Key,
    Store,
    Update,
    WriteLost,
    decode_document,
    retry_on_lost_write,
)
from commerce.values import without_case

OWNER: Final = "owner"
# One text for what ends tokens: a logout, a new password, a deactivated or removed record.
REVOKED: Final = "hold a token that counts: this one was revoked; log in again"
MAX_LOGIN_LENGTH: Final = 254
# No id holds this sign.
NOBODY: Final = "#nobody"
# DynamoDB takes no more than 300 operators and 4 KB in one expression; what is left over goes the next time.
MOST_REMOVALS: Final = 100
# Tokens that were logged out and have not expired; one more ends all of them.
MOST_REVOKED: Final = 64
RAISED: Final = {"generation": 1}
# Where the marks of writes that make no next version stand.
ATTEMPT: Final = "attempt"
LOGOUT: Final = "logout"


def login_key(table: str, login: str) -> Key:
    """The row that says whose login this is; logins are equal ignoring case."""
    return Key(table, f"login#{without_case(login)}", OWNER)


class LoginRecord(Struct, frozen=True):
    """The identity attributes of one row."""

    key: Key
    item: Item

    @property
    def id(self) -> str:
        return self.key.pk

    @property
    def login(self) -> str:
        return str(self.item.get("login", ""))

    @property
    def active(self) -> bool:
        return bool(self.item.get("active", True))

    @property
    def password_hash(self) -> str | None:
        return self.item.get("passwordHash")

    @property
    def password_hashes(self) -> tuple[str, ...]:
        """The current hash and earlier ones, newest first."""
        earlier = str(self.item.get("previousHashes", "")).split("\n")
        return tuple(known_hash for known_hash in (self.password_hash, *earlier) if known_hash)

    @property
    def password_set_at(self) -> int:
        return int(self.item.get("passwordSetAt", 0))

    @property
    def password_generated(self) -> bool:
        return bool(self.item.get("passwordGenerated", False))

    @property
    def failed_attempts(self) -> int:
        return int(self.item.get("failedAttempts", 0))

    @property
    def last_failed_at(self) -> int:
        return int(self.item.get("lastFailedAt", 0))

    @property
    def generation(self) -> int:
        return int(self.item.get("generation", 0))

    @property
    def revoked(self) -> Mapping[str, int]:
        """Ids of tokens that were logged out, with the time at which each expires."""
        revoked: Mapping[str, int] = self.item.get("revoked", {})
        return revoked

    @property
    def same_generation(self) -> Condition:
        """Holds while no change has ended the record's tokens."""
        return Condition(exists=True, absent_or_equal={"generation": self.generation})

    @property
    def roles(self) -> frozenset[str]:
        """Role ids of the stored document."""
        document = decode_document(self.item["document"]) if "document" in self.item else {}
        return frozenset(str(role["repositoryId"]) for role in document.get("roles", ()))

    def check_token(self, claims: Claims) -> None:
        """Raises NotAuthenticated for a token that was revoked, or of a record that was deactivated."""
        outdated = claims.generation != self.generation and claims.token_id != self.item.get("exemptToken")
        if claims.token_id in self.revoked or outdated or not self.active:
            raise NotAuthenticated(expected=REVOKED)


class IdentityChange(Struct, frozen=True):
    """What changes beside a document and along with it, on `condition`; the members as in `Update`."""

    changes: Mapping[str, Attribute] = field(default_factory=dict)
    additions: Mapping[str, int] = field(default_factory=dict)
    condition: Condition = field(default_factory=Condition)


class LockRule(Struct, frozen=True):
    """`unlock_after` of zero: only an operator or a new password unlocks."""

    max_failed_attempts: int
    unlock_after: timedelta

    def locked(self, record: LoginRecord, now: datetime) -> bool:
        return record.failed_attempts >= self.max_failed_attempts and not self.expired(record, now)

    def expired(self, record: LoginRecord, now: datetime) -> bool:
        """The lock has ended by itself: the next failure counts as the first."""
        return (
            record.failed_attempts >= self.max_failed_attempts
            and bool(self.unlock_after)
            and epoch_seconds(now) >= record.last_failed_at + int(self.unlock_after.total_seconds())
        )

    def not_locked(self, record: LoginRecord, now: datetime) -> Condition:
        """Holds while the count stands below the limit; after an ended lock, while nobody failed again."""
        if self.expired(record, now):
            return Condition(equal={"failedAttempts": record.failed_attempts, "lastFailedAt": record.last_failed_at})
        return Condition(exists=True, absent_or_below={"failedAttempts": self.max_failed_attempts})


class LoginRecords:
    """Reads and conditional writes of the identity attributes in one table."""

    def __init__(self, store: Store, table: str, sort_key: str, lock: LockRule) -> None:
        self._store = store
        self._table = table
        self._sort_key = sort_key
        self.lock = lock

    def key(self, record_id: str) -> Key:
        return Key(self._table, record_id, self._sort_key)

    def find(self, login: str) -> LoginRecord | None:
        """The record of a login, ignoring case. Two round trips, for a login that nobody has too."""
        return self.find_beside(login, ())[0]

    def find_beside(self, login: str, beside: Sequence[Key]) -> tuple[LoginRecord | None, Mapping[Key, Item]]:
        """As `find`; and the rows `beside`, which the first round trip brings along."""
        owner = login_key(self._table, login if len(login) <= MAX_LOGIN_LENGTH else NOBODY)
        rows = self._store.get([owner, *beside])
        return self.load(rows[owner]["account"] if owner in rows else NOBODY), rows

    def load(self, record_id: str) -> LoginRecord | None:
        key = self.key(record_id)
        item = self._store.get([key]).get(key)
        return LoginRecord(key, item) if item else None

    def admitted(self, record: LoginRecord | None, password: str, now: datetime) -> LoginRecord | None:
        """The record as it stood when the password passed; None when it does not, in the same time without a record.

        A wrong password adds to the count unless the record is locked; a right one counts only if the lock has not
        come down meanwhile, and then resets the count (contract: auth.md §4, "counting").
        """
        right = verify_password(password, record.password_hash if record else None)
        return self.settle_attempt(record, password, right=right, now=now)

    def settle_attempt(
        self, record: LoginRecord | None, password: str, *, right: bool, now: datetime, code_step: int | None = None
    ) -> LoginRecord | None:
        """Count one attempt; the record as it then stood if it may pass.

        Attempts on a locked record, or on none, make the same calls and count for nothing.

        `right`: whether `password`, and the one-time code where one is asked for, are; a right attempt replaces a hash
        made with parameters of earlier days. `code_step`: the time step of a right one-time code, which passes once.
        """
        met = record or LoginRecord(self.key(NOBODY), {})
        renewed = _renewed_hash(met, password) if right and not self.lock.locked(met, now) else None

        def settle() -> LoginRecord | None:
            nonlocal met, renewed
            try:
                self._store.write(self._attempt(met, right=right, now=now, code_step=code_step, renewed=renewed))
            except WriteLost as lost:
                newest = self._newest(met, lost)
                if newest is None or self.lock.locked(newest, now):
                    return None
                if newest.password_hash != met.password_hash:
                    # Another password, unless a login beside this one has replaced the hash.
                    if not (right and verify_password(password, newest.password_hash)):
                        return None
                    renewed = _renewed_hash(newest, password)
                if code_step is not None and str(code_step) in newest.item["usedCodes"]:
                    return None
                # A transaction under way, or another's attempt after an ended lock, decides nothing about this one.
                met = newest
                raise
            return met if right else None

        return retry_on_lost_write(self._store.budget, settle)

    def _newest(self, record: LoginRecord, lost: WriteLost) -> LoginRecord | None:
        """The record as a lost write has met it; read only where that does not tell."""
        if item := lost.current.get(record.key):
            return LoginRecord(record.key, item)
        return None if record.id == NOBODY else self.load(record.id)

    def _attempt(
        self, record: LoginRecord, *, right: bool, now: datetime, code_step: int | None, renewed: str | None
    ) -> Update:
        condition, removals, mark = self.lock.not_locked(record, now), [], ATTEMPT
        changes: dict[str, Attribute]
        if right:
            # The session will repeat the generation that was read with the password: it must still be this one.
            condition = replace(condition, absent_or_equal=record.same_generation.absent_or_equal)
            changes = {"failedAttempts": 0}
            if renewed is not None:
                unchanged = {"passwordHash": record.item["passwordHash"]}
                condition = replace(condition, equal={**condition.equal, **unchanged})
                changes["passwordHash"] = renewed
            if code_step is not None:
                used = f"usedCodes.{code_step}"
                condition = replace(condition, absent=[used])
                mark = used
                removals = [f"usedCodes.{step}" for step in record.item.get("usedCodes", {}) if is_over(int(step), now)]
        elif self.lock.expired(record, now):
            changes = {"failedAttempts": 1, "lastFailedAt": epoch_seconds(now)}
        else:
            changes = {"lastFailedAt": epoch_seconds(now)}
        additions = {} if "failedAttempts" in changes else {"failedAttempts": 1}
        return Update(record.key, condition, changes, additions, removals[:MOST_REMOVALS], mark)


def _renewed_hash(record: LoginRecord, password: str) -> str | None:
    """A new hash of the record's right password, when its own was made with other parameters than today's."""
    return hash_password(password) if record.password_hash and is_outdated(record.password_hash) else None


def revocation(record: LoginRecord, claims: Claims, now: datetime) -> Update:
    """The write that revokes a token until it expires; where the record holds its share of such, all tokens end."""
    over = epoch_seconds(now) - CLOCK_TOLERANCE_SECONDS
    kept = {token: end for token, end in record.revoked.items() if end >= over}
    if len(kept) >= MOST_REVOKED:
        return Update(record.key, record.same_generation, {"exemptToken": "", "revoked": {}}, RAISED, mark=LOGOUT)
    end = claims.expires_at if claims.expires_at is not None else epoch_seconds(now + timedelta(days=366))
    if len(record.revoked) >= MOST_REVOKED:
        unchanged = Condition(equal={"revoked": record.revoked})
        return Update(record.key, unchanged, {"revoked": {**kept, claims.token_id: end}}, mark=LOGOUT)
    stale = [f"revoked.{token}" for token in record.revoked.keys() - kept.keys()]
    room = Condition(exists=True, smaller={"revoked": MOST_REVOKED})
    return Update(record.key, room, {f"revoked.{claims.token_id}": end}, {}, stale, LOGOUT)


def new_password_attributes(
    record: LoginRecord | None, password_hash: str, now: datetime
) -> dict[str, str | int | bool]:
    """What a new password changes beside `RAISED`: no token is exempt any longer, and a lock ends."""
    earlier = record.password_hashes[:6] if record else ()
    return {
        "passwordHash": password_hash,
        "previousHashes": "\n".join(earlier),
        "passwordSetAt": epoch_seconds(now),
        "passwordGenerated": False,
        "failedAttempts": 0,
        "exemptToken": "",
    }
