"""A profile read together with all that a call on it is decided on, and saved; the caller's own above all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from commerce.addresses.regions import Regions
from commerce.call import Call, EntityVersion
from commerce.configuration import ConfigurationRepository, Site, StoreConfiguration
from commerce.errors import NotPermitted, ProfileGone, ProfileIdMissing, StaleTag
from commerce.exact_json import JsonObject
from commerce.identity.login_records import IdentityChange, LoginRecord
from commerce.identity.tokens import Claims
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.model import Profile
from commerce.profiles.repository import ProfileRepository
from commerce.profiles.rules import Draft, UpdateContext
from commerce.settings import Settings
from commerce.shopper_types.repository import ShopperTypeRepository
from commerce.shopper_types.security import Holdings
from commerce.storage import Attribute, Item, Key, Write, WriteLost
from commerce.values import MAX_TEXT


class Reading(Struct, frozen=True):
    """One consistent reading of all that a call needs. `site`: the request's."""

    rows: Mapping[Key, Item]
    profile: Profile
    configuration: StoreConfiguration
    site: Site
    declared: DeclaredProperties

    @property
    def entity(self) -> EntityVersion:
        """The profile as a tag names it. Nobody else's login is told."""
        profile = self.profile
        modifier = profile.login if profile.document.get("modifiedBy", profile.id) == profile.id else ""
        return EntityVersion(profile.id, profile.version, modifier)


class ProfilesInContext:
    """Reads in one batch, saves under the version that was read."""

    def __init__(
        self,
        profiles: ProfileRepository,
        configuration: ConfigurationRepository,
        types: ShopperTypeRepository,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._profiles = profiles
        self._configuration = configuration
        self._types = types
        self._unique_emails = settings.unique_emails
        self._regions = Regions(settings.allowed_countries, settings.region_countries)
        self._new_id = new_id

    def rows(self, call: Call, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """One batch of what every call needs, and of `keys`. Raises ProfileReadFailed, DependencyDown."""
        return self._profiles.read([*self._configuration.keys(), *self._types.keys(call.language), *keys])

    def configured(self, rows: Mapping[Key, Item]) -> StoreConfiguration:
        """The configuration as of a batch of `rows`."""
        return self._configuration.current(rows)

    def declared(
        self, call: Call, rows: Mapping[Key, Item], roles: frozenset[str], *, owner: bool
    ) -> DeclaredProperties:
        """The shopper type for a caller who holds `roles`. `owner`: of the profile."""
        rights = self._configuration.current(rows).role_access_rights
        held = frozenset(right for role in roles for right in rights.get(role, ()))
        return DeclaredProperties(self._types.current(rows, call.language), Holdings(roles, held, owner))

    def identifier_keys(self, body: JsonObject) -> list[Key]:
        """Rows that tell whether identifiers of a body are taken, to be read along."""
        email, login = body.get("email"), body.get("login")
        wanted = []
        if isinstance(email, str) and email:
            wanted += [("email", email), ("login", email)]
        if isinstance(login, str) and login:
            wanted.append(("login", login))
        return [self._profiles.identifier_key(kind, text) for kind, text in wanted if len(text) <= MAX_TEXT]

    def context(self, reading: Reading, now: datetime, guessed: list[Key] | None = None) -> UpdateContext:
        """What an update is decided on. `guessed`: gathers the identifiers that may be somebody else's."""
        asked = [] if guessed is None else guessed

        def taken(kind: str, text: str) -> bool:
            if kind == "email" and not self._unique_emails:
                return False
            key = self._profiles.identifier_key(kind, text)
            owner = reading.rows.get(key)
            if owner is not None and owner["account"] == reading.profile.id:
                return False
            asked.append(key)
            return owner is not None

        return UpdateContext(reading.site.id, now, self._regions, self._new_id, taken, reading.declared)

    def add(
        self, reading: Reading, draft: Draft, identity: Mapping[str, Attribute], beside: Sequence[Write] = ()
    ) -> None:
        """Write a new profile with the `identity` attributes of its login record, and what is to be written `beside`.

        Raises WriteLost, PropertyErrors (too large), ProfileSaveFailed, DependencyDown.
        """
        new = reading.profile
        self._profiles.add(
            new.id, draft.document, draft.login, identity, unique_emails=self._unique_emails, beside=beside
        )

    def save(
        self,
        reading: Reading,
        draft: Draft,
        identity: IdentityChange | None = None,
        *,
        strict: bool,
        beside: Sequence[Write] = (),
        modifier: str | None = None,
    ) -> Reading:
        """Write the draft and what changes of the login record, if anything does; the profile as it then is.

        `beside`: written in the same transaction, if anything is. `strict`: the caller named the version that was
        read, so that losing a race is final. `modifier`: the login of a caller who is not the owner.
        Raises WriteLost, StaleTag, PropertyErrors (too large), ProfileSaveFailed, DependencyDown.
        """
        profile, identity = reading.profile, identity or IdentityChange()
        if draft.document == profile.document and draft.login == profile.login and not identity.changes:
            return reading
        # A document without `modifiedBy` was last changed by its owner.
        document = {name: value for name, value in draft.document.items() if name != "modifiedBy"}
        if modifier is not None:
            document["modifiedBy"] = modifier
        try:
            version = self._profiles.save(
                profile, document, draft.login, identity, unique_emails=self._unique_emails, beside=beside
            )
        except WriteLost as lost:
            rival = lost.current.get(profile.login_record.key)
            if strict and rival and rival["version"] != profile.version:
                raise StaleTag from lost
            raise
        record = profile.login_record
        item = {**record.item, "login": draft.login, **identity.changes}
        return replace(reading, profile=Profile(type(record)(record.key, item), document, version))


class OwnProfiles(ProfilesInContext):
    """The profile of the shopper who calls."""

    def read(self, call: Call, claims: Claims, keys: Sequence[Key] = ()) -> Reading:
        """One batch, `keys` along with it, then the checks in the documented order (contract: profiles.md §2).

        Raises NotAuthenticated, UnknownSite, ProfileIdMissing, ProfileGone, NotPermitted, ProfileReadFailed.
        """
        own = [self._profiles.key(claims.profile_id)] if claims.profile_id else []
        rows = self.rows(call, [*keys, *own])
        profile = self._profiles.profile(rows, claims.profile_id) if claims.profile_id else None
        if profile:
            profile.login_record.check_token(claims)
        configuration = self.configured(rows)
        site = configuration.site(call.site)
        if not claims.profile_id:
            raise ProfileIdMissing
        if profile is None:
            raise ProfileGone
        declared = self.declared(call, rows, profile.role_ids, owner=True)
        if declared.denied_names(call.selection):
            raise NotPermitted(about="fields", expected="name no property whose reading is denied to this shopper")
        return Reading(rows, profile, configuration, site, declared)

    def read_new(self, call: Call, profile_id: str, keys: Sequence[Key] = ()) -> Reading:
        """The same for a profile that there is not yet: nothing is stored of it, and nobody holds anything.

        Raises UnknownSite, NotPermitted (nobody may register), ProfileReadFailed.
        """
        rows = self.rows(call, keys)
        configuration = self.configured(rows)
        site = configuration.site(call.site)
        if not configuration.self_registration:
            raise NotPermitted(expected="be a shopper already: this store lets nobody register")
        declared = self.declared(call, rows, frozenset(), owner=True)
        nothing = Profile(LoginRecord(self._profiles.key(profile_id), {}), {}, 0)
        return Reading(rows, nothing, configuration, site, declared)
