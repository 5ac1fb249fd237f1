"""GET and PUT /ccstore/v1/profiles/current (contract: profiles.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from commerce.accounts.directory import Directory
from commerce.accounts.repository import DirectoryRepository
from commerce.call import Call, Outcome
from commerce.configuration import PasswordPolicy
from commerce.dates import Clock
from commerce.errors import (
    IdentifierTaken,
    OldPasswordWrong,
    PasswordPolicyBroken,
    PropertyErrors,
    UnusableBody,
)
from commerce.exact_json import expected_object
from commerce.identity.authentication import authenticate
from commerce.identity.guards import Guard, Guess
from commerce.identity.login_records import RAISED, IdentityChange, LoginRecords, new_password_attributes
from commerce.identity.passwords import hash_password, policy_allows, policy_expects, verify_password
from commerce.identity.tokens import Claims, Tokens
from commerce.profiles.model import Profile
from commerce.profiles.own import OwnProfiles, Reading
from commerce.profiles.passwords import check_new_login
from commerce.profiles.presentation import shown_profile, without_repetition
from commerce.profiles.repository import saving
from commerce.profiles.rules import PasswordChange, password_change, updated_profile
from commerce.settings import Settings
from commerce.storage import Key, Store, retry_on_lost_write


class ProfileService:
    """The shopper's own profile."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        login_records: LoginRecords,
        own: OwnProfiles,
        settings: Settings,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._login_records = login_records
        self._clock = clock
        self._own = own
        self._directory = DirectoryRepository(store, settings.tables.organizations)
        self._guard = Guard(store, settings.tables.expiring, "identifiers", settings.identifier_guard_limit, new_id)

    def get(self, call: Call) -> Outcome:
        """Raises NotAuthenticated, UnknownSite, ProfileIdMissing, ProfileGone, NotPermitted, ProfileReadFailed."""
        claims = authenticate(call, self._tokens)
        reading = self._own.read(call, claims, self._directory.keys())
        return _shown(call, reading, self._directory.current(reading.rows))

    def update(self, call: Call) -> Outcome:
        """A partial update, re-applied on the newest state when a rival was faster.

        Raises as `get`, and UnusableBody, StaleTag, PropertyErrors, PasswordError, RateLimited, ProfileSaveFailed,
        Contention. Nothing is stored then.
        """
        claims = authenticate(call, self._tokens)
        guess, wrong = self._guard.guess(claims.profile_id or "", self._clock()), False
        try:
            return retry_on_lost_write(call.budget, lambda: self._attempt(call, claims, guess))
        except PropertyErrors as errors:
            wrong = any(isinstance(error, IdentifierTaken) for error in errors.errors)
            raise
        finally:
            if not wrong:
                guess.give_back()

    def _attempt(self, call: Call, claims: Claims, guess: Guess) -> Outcome:
        now = self._clock()
        keys = [*self._directory.keys(), *self._own.identifier_keys(call.json_object or {})]
        reading = self._own.read(call, claims, keys)
        directory = self._directory.current(reading.rows)
        profile, body = reading.profile, call.json_object
        if body is None:
            raise UnusableBody(expected=expected_object(call.body))
        strict = call.precondition.holds(profile.id, profile.version)

        guessed: list[Key] = []
        try:
            draft = updated_profile(profile, body, self._own.context(reading, now, guessed))
        finally:
            # Whatever the answer: it tells whether the identifier is taken.
            if guessed:
                with saving():
                    guess.count()
        passwords = password_change(body)
        policy = reading.configuration.password_policy
        identity = self._changed_password(profile, claims, passwords, policy, draft.login, now)

        return _shown(call, self._own.save(reading, draft, identity, strict=strict), directory)

    def _changed_password(
        self,
        profile: Profile,
        claims: Claims,
        change: PasswordChange | None,
        policy: PasswordPolicy,
        login: str,
        now: datetime,
    ) -> IdentityChange:
        """What a new password changes: all tokens end but the one of this call.

        Raises OldPasswordWrong (counted, contract: auth.md §4) and PasswordPolicyBroken.
        """
        record, lock = profile.login_record, self._login_records.lock
        if change is None:
            check_new_login(profile, login, policy)
            return IdentityChange()
        right = verify_password(change.old, record.password_hash)
        if not right or lock.locked(record, now):
            if not lock.locked(record, now):
                self._login_records.settle_attempt(record, change.old, right=False, now=now)
            raise OldPasswordWrong
        if not policy_allows(change.new, policy, login=login, previous_hashes=record.password_hashes):
            # The answer tells that the old password is right: only while the record is not locked, as at a login.
            if self._login_records.settle_attempt(record, change.old, right=True, now=now) is None:
                raise OldPasswordWrong
            raise PasswordPolicyBroken(expected=policy_expects(policy))
        attributes = new_password_attributes(record, hash_password(change.new), now)
        condition = replace(lock.not_locked(record, now), absent_or_equal=record.same_generation.absent_or_equal)
        return IdentityChange({**attributes, "exemptToken": claims.token_id}, RAISED, condition)


def _shown(call: Call, reading: Reading, directory: Directory) -> Outcome:
    body = shown_profile(reading.profile, reading.site.id, reading.declared, directory, call.organization)
    return Outcome(body, reading.entity, shorter=[partial(without_repetition, body)])
