"""The key ring: auth.md §3."""

import hashlib
import json

import pytest

from commerce.errors import DependencyDown
from commerce.identity.keyring import KeyRing
from commerce.storage import StorageFailure

RING = {"current": "b", "a": "key of a", "b": "key of b"}


class Secret:
    """A secret store and a clock of the test's own."""

    def __init__(self) -> None:
        self.text: str | None = json.dumps(RING)
        self.fetched = 0
        self.now = 0.0

    def __call__(self) -> str:
        self.fetched += 1
        if self.text is None:
            raise DependencyDown
        return self.text

    def ring(self) -> KeyRing:
        return KeyRing(self, lambda: self.now)


def test_the_current_key_signs_and_all_verify() -> None:
    ring = Secret().ring()
    assert ring.current() == ("b", b"key of b")
    assert (ring.find("a"), ring.find("b"), ring.find(None)) == (b"key of a", b"key of b", b"key of b")
    assert ring.find("current") is ring.find("c") is None
    assert ring.tag_keys() == [hashlib.sha256(b"tag\nkey of " + name).digest() for name in (b"b", b"a")]


def test_it_is_fetched_every_five_minutes_and_for_unknown_keys_at_most_every_ten_seconds() -> None:
    secret = Secret()
    ring = secret.ring()
    for _ in range(3):
        ring.current()
        ring.find("unknown")
    assert secret.fetched == 1
    secret.now = 9.9
    ring.find("unknown")
    assert secret.fetched == 1
    secret.now = 10
    secret.text = json.dumps({**RING, "current": "c", "c": "key of c"})
    assert ring.find("c") == b"key of c"
    assert ring.current() == ("c", b"key of c")
    assert secret.fetched == 2
    secret.now = 309.9
    ring.current()
    assert secret.fetched == 2
    secret.now = 310
    ring.current()
    assert secret.fetched == 3


@pytest.mark.parametrize(
    "broken",
    [None, "", "x", "[]", "7", "{}", '{"current":"a"}', '{"current":"a","a":7}', '{"a":"b"}', '{"current":[],"a":"x"}'],
)
def test_a_broken_secret_ends_no_session_whose_keys_are_at_hand(broken: str | None) -> None:
    secret = Secret()
    ring = secret.ring()
    ring.current()
    secret.text, secret.now = broken, 1000
    assert ring.current() == ("b", b"key of b")
    assert ring.find("a") == b"key of a"
    assert secret.fetched == 2
    secret.now = 1010
    ring.current()
    assert secret.fetched == 3
    with pytest.raises(DependencyDown if broken is None else StorageFailure) as caught:
        KeyRing(secret, lambda: 0.0).current()
    if broken is not None:
        assert str(caught.value) == "NoKeyRing: the secret of the signing keys is no key ring"
