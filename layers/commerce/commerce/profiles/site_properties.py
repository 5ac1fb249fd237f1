"""GET and PUT /ccstore/v1/profiles/current/siteProperties (contract: companions.md §2)."""

from __future__ import annotations

from commerce.call import Call, Outcome
from commerce.dates import Clock
from commerce.errors import UnusableBody
from commerce.exact_json import JsonObject, expected_object
from commerce.identity.authentication import authenticate
from commerce.identity.tokens import Claims, Tokens
from commerce.listing import page
from commerce.profiles.own import OwnProfiles, Reading
from commerce.profiles.parts import sent_site_properties, updated_site_properties
from commerce.profiles.presentation import shown_site_properties
from commerce.storage import retry_on_lost_write


class SitePropertiesService:
    """What the shopper's own profile says of each site."""

    def __init__(self, own: OwnProfiles, tokens: Tokens, clock: Clock) -> None:
        self._own = own
        self._tokens = tokens
        self._clock = clock

    def list(self, call: Call) -> Outcome:
        """Every site of the store. Raises as `OwnProfiles.read`."""
        return _shown(call, self._own.read(call, authenticate(call, self._tokens)))

    def update(self, call: Call) -> Outcome:
        """A partial update of some sites, re-applied on the newest state when a rival was faster.

        Raises as `list`, and UnusableBody, StaleTag, UnknownSite, PropertyErrors, ProfileSaveFailed, Contention.
        """
        claims = authenticate(call, self._tokens)
        return retry_on_lost_write(call.budget, lambda: self._attempt(call, claims))

    def _attempt(self, call: Call, claims: Claims) -> Outcome:
        reading = self._own.read(call, claims)
        profile, body = reading.profile, call.json_object
        if body is None:
            raise UnusableBody(expected=expected_object(call.body))
        strict = call.precondition.holds(profile.id, profile.version)
        entries = sent_site_properties(body, reading.site.id)
        for entry in entries:
            reading.configuration.site(entry.site, f"{entry.path}.site")
        draft = updated_site_properties(profile, entries, self._own.context(reading, self._clock()))
        return _shown(call, self._own.save(reading, draft, strict=strict))


def _shown(call: Call, reading: Reading) -> Outcome:
    items: list[JsonObject] = [
        shown_site_properties(reading.profile, site, reading.declared) for site in reading.configuration.sites
    ]
    return Outcome(page(items, call.parameters), reading.entity)
