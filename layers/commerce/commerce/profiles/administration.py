"""GET /ccadmin/v1/profiles, GET and PUT /ccadmin/v1/profiles/{id} (contract: companions.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from commerce.accounts.directory import Directory
from commerce.accounts.repository import DirectoryRepository
from commerce.call import Call, EntityVersion, Outcome, Selection
from commerce.dates import Clock
from commerce.deferred import Deferred
from commerce.delivery import deliverable
from commerce.errors import NotPermitted, PageTooLarge, UnknownProfile, UnusableBody
from commerce.exact_json import JsonObject, expected_object
from commerce.identity.callers import Caller, InternalCallers
from commerce.listing import Window, page_of, read_sort, window
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.index import ProfileIndex
from commerce.profiles.model import Profile
from commerce.profiles.own import ProfilesInContext, Reading
from commerce.profiles.passwords import administered_identity
from commerce.profiles.presentation import administered_profile, without_repetition
from commerce.profiles.repository import ProfileRepository
from commerce.profiles.rules import administered_update, given_password
from commerce.profiles.search import Filtered, Named, Sought, matching, ordered_by, sought_profiles, unreadable
from commerce.settings import Settings
from commerce.storage import Item, Key, Store, retry_on_lost_write
from commerce.values import possible_id

ADMINISTRATORS: Final = frozenset({"adminRole"})
_READABLE: Final = "name no property whose reading is denied to the caller"


class _Found(Struct, frozen=True):
    """The profiles of one page, and how many all pages have; None where nobody counted."""

    profiles: Sequence[Profile]
    total: int | None


class ProfileAdministration:
    """Administrators and applications list, read and change profiles of shoppers."""

    def __init__(
        self,
        *,
        store: Store,
        callers: InternalCallers,
        profiles: ProfilesInContext,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._callers = callers
        self._clock = clock
        self._profiles = profiles
        self._settings = settings
        self._repository = ProfileRepository(store, settings.tables.profiles)
        self._index = ProfileIndex(store, settings.tables.profiles)
        self._directory = DirectoryRepository(store, settings.tables.organizations)

    def list(self, call: Call) -> Outcome:
        """One page of the profiles that the query asks for.

        Raises NotAuthenticated, NotPermitted, SearchNotAnswered, SearchTooLong, PageTooLarge, ProfileReadFailed.
        """
        caller = self._callers.authenticate(call)
        query, unique_emails = call.parameters.get("q"), self._settings.unique_emails
        sent = Deferred(lambda: sought_profiles(query, unique_emails=unique_emails))
        rows = self._rows(call, caller, self._named_keys(sent.peek()))
        declared = self._admitted(call, caller, rows)
        _check_selection(declared, _of_items(call.selection))
        sought = sent.value()
        matches = matching(sought, declared) if isinstance(sought, Filtered) else None
        if unreadable(sought, declared):
            raise NotPermitted(about="q", expected=_READABLE)

        sort = read_sort(call.parameters.get("sort", ""))
        backwards = sort is not None and sort.backwards and sort.member == ordered_by(sought)
        counted = call.flag("totalResults", default=True)
        asked = window(call.parameters)
        if isinstance(sought, Named):
            found = self._named(sought, rows, asked, backwards=backwards, counted=counted)
        else:
            where = sought.where if isinstance(sought, Filtered) else sought
            ids, total = self._index.page(where, asked, matches, backwards=backwards, counted=counted)
            found = _Found(self._read(ids), total)
        site, directory = self._profiles.configured(rows).default_site, self._directory.current(rows)
        shown = [administered_profile(profile, site, declared, directory) for profile in found.profiles]
        return _delivered(call, shown, found.total, {"callerId": caller.id})

    def get(self, call: Call) -> Outcome:
        """Raises NotAuthenticated, NotPermitted, UnknownProfile, ProfileReadFailed."""
        caller = self._callers.authenticate(call)
        rows = self._rows(call, caller, self._profile_keys([call.entity_id]))
        return _shown(self._reading(call, caller, rows), self._directory.current(rows), caller)

    def update(self, call: Call) -> Outcome:
        """A partial update, re-applied on the newest state when a rival was faster.

        Raises as `get`, and UnusableBody, StaleTag, PropertyErrors, PasswordError, ProfileSaveFailed, Contention.
        Nothing is stored then.
        """
        caller = self._callers.authenticate(call)
        return retry_on_lost_write(call.budget, lambda: self._attempt(call, caller))

    def _attempt(self, call: Call, caller: Caller) -> Outcome:
        now, body = self._clock(), call.json_object
        keys = [*self._profile_keys([call.entity_id]), *self._profiles.identifier_keys(body or {})]
        rows = self._rows(call, caller, keys)
        reading = self._reading(call, caller, rows)
        profile = reading.profile
        if body is None:
            raise UnusableBody(expected=expected_object(call.body))
        strict = call.precondition.holds(profile.id, profile.version)
        draft = administered_update(profile, body, self._profiles.context(reading, now))
        policy = reading.configuration.password_policy
        identity = administered_identity(profile, draft, given_password(body), policy, now)
        saved = self._profiles.save(reading, draft, identity, strict=strict, modifier=caller.login)
        return _shown(saved, self._directory.current(rows), caller)

    def _rows(self, call: Call, caller: Caller, keys: Sequence[Key]) -> Mapping[Key, Item]:
        """The first batch."""
        return self._profiles.rows(call, [caller.key, *self._directory.keys(), *keys])

    def _admitted(self, call: Call, caller: Caller, rows: Mapping[Key, Item]) -> DeclaredProperties:
        """What the caller may see of declared properties. Raises NotAuthenticated, NotPermitted."""
        record = self._callers.check(caller, rows, ADMINISTRATORS)
        roles = ADMINISTRATORS if caller.is_application else record.roles
        return self._profiles.declared(call, rows, roles, owner=False)

    def _reading(self, call: Call, caller: Caller, rows: Mapping[Key, Item]) -> Reading:
        """The profile that the path names, after the checks that come before the body's."""
        declared = self._admitted(call, caller, rows)
        profile = self._repository.profile(rows, call.entity_id) if possible_id(call.entity_id) else None
        if profile is None:
            raise UnknownProfile(call.entity_id)
        _check_selection(declared, call.selection)
        configuration = self._profiles.configured(rows)
        return Reading(rows, profile, configuration, configuration.site(None), declared)

    def _profile_keys(self, ids: Sequence[str]) -> Sequence[Key]:
        return [self._repository.key(profile_id) for profile_id in ids if possible_id(profile_id)]

    def _named_keys(self, sought: Sought | None) -> Sequence[Key]:
        """What a search for named profiles adds to the first batch."""
        if not isinstance(sought, Named):
            return []
        owners = [self._repository.identifier_key(kind, text) for kind, text in sought.identifiers]
        return [*self._profile_keys(sorted(sought.ids)), *owners]

    def _named(
        self, sought: Named, rows: Mapping[Key, Item], asked: Window, *, backwards: bool, counted: bool
    ) -> _Found:
        owners = [self._repository.identifier_key(kind, text) for kind, text in sought.identifiers]
        owned = {str(rows[owner]["account"]) for owner in owners if owner in rows}
        known = [profile for name in sought.ids if (profile := self._repository.profile(rows, name))]
        found = [*known, *self._read(sorted(owned - sought.ids))]
        found.sort(key=lambda profile: profile.id, reverse=backwards)
        return _Found(found[asked.offset : asked.offset + asked.limit], len(found) if counted else None)

    def _read(self, ids: Sequence[str]) -> Sequence[Profile]:
        """Those of the profiles that are still there, in that order."""
        rows = self._repository.read(self._profile_keys(ids))
        found = (self._repository.profile(rows, profile_id) for profile_id in ids)
        return [profile for profile in found if profile is not None]


def _of_items(selection: Selection) -> Selection:
    """What a selection of a list asks of each item."""
    named = tuple(path[1:] for path in selection.fields or () if path[0] == "items" and path[1:])
    return Selection(fields=named or None)


def _check_selection(declared: DeclaredProperties, selection: Selection) -> None:
    if declared.denied_names(selection):
        raise NotPermitted(about="fields", expected=_READABLE)


def _delivered(call: Call, shown: Sequence[JsonObject], total: int | None, facts: Mapping[str, str]) -> Outcome:
    """The page, without its repetitions where it would be too large. Raises PageTooLarge."""
    for items in (shown, (without_repetition(profile) for profile in shown)):
        finished = call.finish(page_of(list(items), total, call.parameters), None)
        if deliverable(finished.text):
            return Outcome(finished, facts=facts)
    raise PageTooLarge


def _shown(reading: Reading, directory: Directory, caller: Caller) -> Outcome:
    profile = reading.profile
    body = administered_profile(profile, reading.site.id, reading.declared, directory)
    modifier = profile.document.get("modifiedBy", profile.login)
    return Outcome(
        body,
        EntityVersion(profile.id, profile.version, modifier),
        shorter=[partial(without_repetition, body)],
        facts={"callerId": caller.id, "profileId": profile.id},
    )
