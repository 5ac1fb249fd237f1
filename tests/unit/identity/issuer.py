"""A deployment's tokens, with a secret, a clock and ids of the test's own."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from jwt import PyJWS

from commerce.errors import NotAuthenticated
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import ACCESS, Tokens
from tests.support.deployment import Clock

RING = {"current": "b", "a": "a key of 32 bytes and more, for a", "b": "a key of 32 bytes and more, for b"}


class Issuer:
    """`ring` is the secret, `seconds` the time by which it is kept."""

    def __init__(self, ring: dict[str, str] | None = None) -> None:
        self.ring = ring or RING
        self.clock = Clock()
        self.seconds = 0.0
        numbers = count(1)
        keys = KeyRing(lambda: json.dumps(self.ring), lambda: self.seconds)
        self.tokens = Tokens(keys, self.clock, lambda: f"id-{next(numbers)}")

    def issue(self, **changed: Any) -> str:
        given = {"issuer": "storefrontUI", "subject": "shopper", "profile_id": "110001", "roles": ("buyer", "admin")}
        return self.tokens.issue(**{**given, "life": timedelta(minutes=15), "generation": 3, **changed})[0]

    def signed(self, payload: bytes, kid: str | None = "b", key: str = RING["b"]) -> str:
        """A token whose payload no deployment would issue."""
        return PyJWS().encode(payload, key, "HS256", {"kid": kid} if kid else None)

    def refusal(self, token: str | None, use: str = ACCESS) -> str:
        with pytest.raises(NotAuthenticated) as caught:
            self.tokens.read(token, use)
        return caught.value.expected
