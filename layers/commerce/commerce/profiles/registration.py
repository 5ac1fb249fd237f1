"""POST /ccstore/v1/profiles: a shopper registers (contract: companions.md §6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from commerce.call import Call, Outcome
from commerce.configuration import PasswordPolicy
from commerce.dates import Clock
from commerce.deferred import Deferred
from commerce.errors import IdentifierTaken, PasswordPolicyBroken, PropertyErrors, UnusableBody
from commerce.exact_json import JsonObject, expected_object
from commerce.idempotency import Attempts, IdempotencyKey, KeptAnswers
from commerce.identity.guards import Guard, Guess
from commerce.identity.login_records import new_password_attributes
from commerce.identity.passwords import hash_password, policy_allows, policy_expects
from commerce.profiles.own import OwnProfiles, Reading
from commerce.profiles.repository import saving
from commerce.profiles.rules import FIRST_PASSWORD, Draft, first_password, registered_profile
from commerce.storage import Key, WriteLost

# Whose answers are kept, where nobody is logged in. No id holds this sign.
ANYBODY: Final = "@anybody"
# One subscriber has all addresses that begin alike.
IPV6_PREFIX: Final = 64


class RegistrationService:
    """Profiles that shoppers make themselves. Who calls counts for nothing."""

    def __init__(
        self, own: OwnProfiles, kept_answers: KeptAnswers, guard: Guard, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._own = own
        self._kept_answers = kept_answers
        self._guard = guard
        self._clock = clock
        self._new_id = new_id

    def create(self, call: Call) -> Outcome:
        """A new profile, under an idempotency key one for all requests alike; its id.

        Raises UnknownSite, NotPermitted, IdempotencyKeyMalformed, IdempotencyKeyReused, IdempotencyKeyInUse,
        UnusableBody, PropertyErrors, RateLimited, PasswordMissing, PasswordPolicyBroken, ProfileReadFailed,
        ProfileSaveFailed, Contention. Nothing is stored then.
        """
        # They are the same for all attempts: one guess, one profile, and a hash that takes its time.
        guess = self._guard.guess(f"@{_neighbourhood(call.source_address)}", self._clock())
        profile_id, hashed, attempts = self._new_id(), cache(hash_password), Attempts()
        return attempts.until_saved(call.budget, lambda: self._create(call, profile_id, guess, hashed, attempts))

    def _create(
        self, call: Call, profile_id: str, guess: Guess, hashed: Callable[[str], str], attempts: Attempts
    ) -> Outcome:
        now, body = self._clock(), call.json_object
        sent_key = Deferred(lambda: self._kept_answers.key(call, ANYBODY, call.site or ""))
        known = sent_key.peek()
        keys = [*self._own.identifier_keys(body or {}), *([known.head] if known else [])]
        reading = self._own.read_new(call, profile_id, keys)
        key = sent_key.value()
        kept_answer = key.kept_answer(reading.rows, now) if key else None
        if kept_answer is not None:
            return Outcome(kept_answer, replayed=True)
        if body is None:
            raise UnusableBody(expected=expected_object(call.body))
        draft = self._decided(reading, body, guess, key)
        password = _allowed(first_password(body), reading.configuration.password_policy, draft.login)
        identity = new_password_attributes(None, hashed(password), now)
        answer = call.finish({"id": profile_id}, None)
        with attempts.writing(key):
            self._own.add(reading, draft, identity, key.puts(answer, now) if key else [])
        return Outcome(answer, facts={"shopperId": profile_id})

    def _decided(self, reading: Reading, body: JsonObject, guess: Guess, key: IdempotencyKey | None) -> Draft:
        """The new profile. Raises PropertyErrors, RateLimited, WriteLost."""
        now = self._clock()
        guessed: list[Key] = []
        try:
            return registered_profile(reading.profile, body, self._own.context(reading, now, guessed))
        except PropertyErrors as errors:
            taken = any(isinstance(error, IdentifierTaken) for error in errors.errors)
            if taken and key and self._kept_answers.arrived(key, now):
                # A rival under the same key has taken it, while this attempt was reading: its answer is ours.
                raise WriteLost({}) from None
            raise
        finally:
            # Whatever the answer: it tells whether the identifier is taken.
            if guessed:
                with saving():
                    guess.count()


def _allowed(password: str, policy: PasswordPolicy, login: str) -> str:
    """Raises PasswordPolicyBroken."""
    if not policy_allows(password, policy, login=login):
        raise PasswordPolicyBroken(about=FIRST_PASSWORD, expected=policy_expects(policy))
    return password


def _neighbourhood(address: str) -> str:
    """What is counted as one caller: an IPv4 address, or the first half of an IPv6 address; all that name none."""
    try:
        source = ip_address(address)
    except ValueError:
        return ""
    if isinstance(source, IPv6Address):
        return str(source.ipv4_mapped or ip_network((source, IPV6_PREFIX), strict=False))
    return str(source)
