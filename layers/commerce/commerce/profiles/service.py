"""GET and PUT /ccstore/v1/profiles/current (contract: profiles.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from commerce.addresses.regions import Regions
from commerce.call import Call, EntityVersion, Outcome
from commerce.configuration import ConfigurationRepository, Site
from commerce.dates import Clock
from commerce.errors import (
    IdentifierTaken,
    NotPermitted,
    OldPasswordWrong,
    PasswordPolicyBroken,
    ProfileGone,
    ProfileIdMissing,
    PropertyErrors,
    StaleTag,
    UnusableBody,
)
from commerce.exact_json import JsonObject
from commerce.identity.authentication import authenticate
from commerce.identity.guards import Guard, Guess
from commerce.identity.login_records import RAISED, IdentityChange, LoginRecords, new_password_attributes
from commerce.identity.passwords import hash_password, policy_allows, verify_password
from commerce.identity.tokens import Claims, Tokens
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.model import Profile
from commerce.profiles.presentation import shown_profile
from commerce.profiles.repository import ProfileRepository, saving
from commerce.profiles.rules import PasswordChange, UpdateContext, password_change, updated_profile
from commerce.settings import Settings
from commerce.shopper_types.repository import ShopperTypeRepository
from commerce.shopper_types.security import Holdings
from commerce.storage import Item, Key, Store, WriteLost, retry_on_lost_write


@dataclass(frozen=True, slots=True)
class _Read:
    """One consistent reading of all that a call needs."""

    rows: Mapping[Key, Item]
    profile: Profile
    site: Site
    declared: DeclaredProperties


class ProfileService:
    """The shopper's own profile."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        login_records: LoginRecords,
        configuration: ConfigurationRepository,
        types: ShopperTypeRepository,
        settings: Settings,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._login_records = login_records
        self._configuration = configuration
        self._types = types
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._profiles = ProfileRepository(store, settings.tables.profiles)
        self._regions = Regions(settings.allowed_countries, settings.region_countries)
        self._guard = Guard(store, settings.tables.expiring, "identifiers", settings.identifier_guard_limit, new_id)

    def get(self, call: Call) -> Outcome:
        """Raises NotAuthenticated, UnknownSite, ProfileIdMissing, ProfileGone, NotPermitted, ProfileReadFailed."""
        claims = authenticate(call, self._tokens)
        return self._shown(self._read(call, claims, []))

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
        read = self._read(call, claims, self._identifier_keys(call.json_object or {}))
        profile, body = read.profile, call.json_object
        if body is None:
            raise UnusableBody
        strict = call.precondition.holds(profile.id, profile.version)

        guessed: list[Key] = []
        try:
            draft = updated_profile(profile, body, self._context(read, now, guessed))
        finally:
            # Whatever the answer: it tells whether the identifier is taken.
            if guessed:
                with saving():
                    guess.count()
        passwords = password_change(body)
        identity = self._changed_password(profile, claims, passwords, draft.login, now)

        if draft.document == profile.document and draft.login == profile.login and not identity.changes:
            return self._shown(read)
        # A document without `modifiedBy` was last changed by its owner.
        document = {name: value for name, value in draft.document.items() if name != "modifiedBy"}
        try:
            version = self._profiles.save(
                profile, document, draft.login, identity, unique_emails=self._settings.unique_emails
            )
        except WriteLost as lost:
            rival = lost.current.get(profile.login_record.key)
            if strict and rival and rival["version"] != profile.version:
                raise StaleTag from lost
            raise
        record = profile.login_record
        item = {**record.item, "login": draft.login}
        saved = Profile(type(record)(record.key, item), document, version)
        return self._shown(replace(read, profile=saved))

    def _read(self, call: Call, claims: Claims, keys: list[Key]) -> _Read:
        """One batch, then token, site, profile id, profile and `fields` in the documented order."""
        wanted = [*self._configuration.keys(), *self._types.keys(call.language), *keys]
        if claims.profile_id:
            wanted.append(self._profiles.key(claims.profile_id))
        rows = self._profiles.read(wanted)
        profile = self._profiles.profile(rows, claims.profile_id) if claims.profile_id else None
        if profile:
            profile.login_record.check_token(claims)
        configuration = self._configuration.current(rows)
        site = configuration.site(call.site)
        if not claims.profile_id:
            raise ProfileIdMissing
        if profile is None:
            raise ProfileGone
        rights = configuration.role_access_rights
        held = frozenset(right for role in profile.role_ids for right in rights.get(role, ()))
        declared = DeclaredProperties(self._types.current(rows, call.language), Holdings(profile.role_ids, held))
        if declared.denied_names(call.selection):
            raise NotPermitted
        return _Read(rows, profile, site, declared)

    def _identifier_keys(self, body: JsonObject) -> list[Key]:
        """Rows that tell whether identifiers of the body are taken."""
        email, login = body.get("email"), body.get("login")
        wanted = []
        if isinstance(email, str) and email:
            wanted += [("email", email), ("login", email)]
        if isinstance(login, str) and login:
            wanted.append(("login", login))
        return [self._profiles.identifier_key(kind, text) for kind, text in wanted if len(text) <= 254]

    def _context(self, read: _Read, now: datetime, guessed: list[Key]) -> UpdateContext:
        """`guessed`: gathers the identifiers that may be somebody else's."""

        def taken(kind: str, text: str) -> bool:
            if kind == "email" and not self._settings.unique_emails:
                return False
            key = self._profiles.identifier_key(kind, text)
            owner = read.rows.get(key)
            if owner is not None and owner["account"] == read.profile.id:
                return False
            guessed.append(key)
            return owner is not None

        return UpdateContext(read.site.id, now, self._regions, self._new_id, taken, read.declared)

    def _changed_password(
        self, profile: Profile, claims: Claims, change: PasswordChange | None, login: str, now: datetime
    ) -> IdentityChange:
        """What a new password changes: all tokens end but the one of this call.

        Raises OldPasswordWrong (counted, contract: auth.md §4) and PasswordPolicyBroken.
        """
        if change is None:
            return IdentityChange()
        record, lock = profile.login_record, self._login_records.lock
        right = verify_password(change.old, record.password_hash)
        if not right or lock.locked(record, now):
            if not lock.locked(record, now):
                self._login_records.settle_attempt(record, change.old, right=False, now=now)
            raise OldPasswordWrong
        policy = self._settings.password_policy
        if not policy_allows(change.new, policy, login=login, previous_hashes=record.password_hashes):
            # The answer tells that the old password is right: only while the record is not locked, as at a login.
            if self._login_records.settle_attempt(record, change.old, right=True, now=now) is None:
                raise OldPasswordWrong
            raise PasswordPolicyBroken
        attributes = new_password_attributes(record, hash_password(change.new), now)
        condition = replace(lock.not_locked(record, now), absent_or_equal=record.same_generation.absent_or_equal)
        return IdentityChange({**attributes, "exemptToken": claims.token_id}, RAISED, condition)

    def _shown(self, read: _Read) -> Outcome:
        profile = read.profile
        modifier = profile.login if profile.document.get("modifiedBy", profile.id) == profile.id else ""
        body = shown_profile(profile, read.site.id, read.declared)
        return Outcome(body, EntityVersion(profile.id, profile.version, modifier))
