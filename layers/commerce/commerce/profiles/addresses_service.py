"""The calls below /ccstore/v1/profiles/current/addresses (contract: companions.md §3)."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.accounts.member import Member
from commerce.accounts.repository import DirectoryRepository
from commerce.call import Call, Outcome
from commerce.dates import Clock
from commerce.deferred import Deferred
from commerce.exact_json import JsonObject
from commerce.idempotency import Attempts, KeptAnswers
from commerce.identity.authentication import authenticate
from commerce.identity.tokens import Claims, Tokens
from commerce.listing import address_page
from commerce.profiles.model import Profile
from commerce.profiles.own import OwnProfiles, Reading
from commerce.profiles.parts import (
    check_own_addresses,
    sent_address,
    stored_address,
    with_address,
    with_changed_address,
    without_address,
)
from commerce.profiles.presentation import shown_named_address
from commerce.storage import Key, retry_on_lost_write


class ProfileAddressService:
    """The addresses of the shopper's own profile, one at a time.

    Every call raises as `OwnProfiles.read`; a write that a rival beat is decided again on the newest profile.
    """

    def __init__(
        self, own: OwnProfiles, directory: DirectoryRepository, kept_answers: KeptAnswers, tokens: Tokens, clock: Clock
    ) -> None:
        self._own = own
        self._directory = directory
        self._kept_answers = kept_answers
        self._tokens = tokens
        self._clock = clock

    def list(self, call: Call) -> Outcome:
        """The addresses that the query asks for, in the profile's order."""
        profile = self._own.read(call, authenticate(call, self._tokens)).profile
        addresses = profile.document.get("addresses", ())
        return Outcome(address_page([_named(profile, address) for address in addresses], call.parameters))

    def get(self, call: Call) -> Outcome:
        """One address. Raises ProfileAddressUnknown."""
        return _shown(self._own.read(call, authenticate(call, self._tokens)), call.entity_id)

    def create(self, call: Call) -> Outcome:
        """Add an address; under an idempotency key one for all requests alike.

        Raises OwnAddressesNotManaged, IdempotencyKeyMalformed, IdempotencyKeyReused, IdempotencyKeyInUse,
        ProfileAddressIncomplete, PropertyErrors, ProfileSaveFailed, Contention.
        """
        claims, attempts = authenticate(call, self._tokens), Attempts()
        return attempts.until_saved(call.budget, lambda: self._create(call, claims, attempts))

    def update(self, call: Call) -> Outcome:
        """A partial update. Raises as `create`, and ProfileAddressUnknown, StaleTag."""
        claims = authenticate(call, self._tokens)
        return retry_on_lost_write(call.budget, lambda: self._update(call, claims))

    def delete(self, call: Call) -> Outcome:
        """Remove an address; its id. Raises OwnAddressesNotManaged, ProfileAddressUnknown, StaleTag, Contention."""
        claims = authenticate(call, self._tokens)
        return retry_on_lost_write(call.budget, lambda: self._delete(call, claims))

    def _create(self, call: Call, claims: Claims, attempts: Attempts) -> Outcome:
        now = self._clock()
        sent_key = Deferred(lambda: self._kept_answers.key(call, claims.profile_id or "", call.site or ""))
        known = sent_key.peek()
        reading = self._writable(call, claims, [known.head] if known else [])
        key = sent_key.value()
        kept_answer = key.kept_answer(reading.rows, now) if key else None
        if kept_answer is not None:
            return Outcome(kept_answer, replayed=True)
        sent = sent_address(call.body, new=True)
        draft, address = with_address(reading.profile, sent, self._own.context(reading, now))
        answer = call.finish(shown_named_address(address, draft.document.get("defaultAddress")), None)
        puts = key.puts(answer, now) if key else []
        with attempts.writing(key):
            self._own.save(reading, draft, strict=False, beside=puts)
        return Outcome(answer)

    def _update(self, call: Call, claims: Claims) -> Outcome:
        reading = self._writable(call, claims)
        profile = reading.profile
        stored = stored_address(profile, call.entity_id)
        sent = sent_address(call.body, new=False)
        strict = call.precondition.holds(profile.id, profile.version)
        draft = with_changed_address(profile, stored, sent, self._own.context(reading, self._clock()))
        return _shown(self._own.save(reading, draft, strict=strict), call.entity_id)

    def _delete(self, call: Call, claims: Claims) -> Outcome:
        reading = self._writable(call, claims)
        profile = reading.profile
        stored_address(profile, call.entity_id)
        strict = call.precondition.holds(profile.id, profile.version)
        draft = without_address(profile, call.entity_id, self._own.context(reading, self._clock()))
        self._own.save(reading, draft, strict=strict)
        return Outcome({"repositoryId": call.entity_id})

    def _writable(self, call: Call, claims: Claims, keys: Sequence[Key] = ()) -> Reading:
        """Raises OwnAddressesNotManaged."""
        reading = self._own.read(call, claims, [*self._directory.keys(), *keys])
        profile = reading.profile
        member = Member(profile.login_record.active, profile.document)
        check_own_addresses(member, call.organization, self._directory.current(reading.rows))
        return reading


def _shown(reading: Reading, address_id: str) -> Outcome:
    profile = reading.profile
    return Outcome(_named(profile, stored_address(profile, address_id)), reading.entity)


def _named(profile: Profile, address: JsonObject) -> JsonObject:
    return shown_named_address(address, profile.document.get("defaultAddress"))
