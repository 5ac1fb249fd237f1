"""Tokens as they are made, and as they are read: auth.md §3."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from jwt import PyJWS

from commerce.errors import DependencyDown
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import KEY, KNOWN_TOKENS, NO_GENERATION, Claims, Tokens
from tests.support.deployment import Clock
from tests.support.standing import START
from tests.unit.identity.issuer import RING, Issuer

NOW = int(START.timestamp())

ABSENT = "hold Bearer and a token: it is absent, or holds none"
MALFORMED = "hold an access token as a login answered it: this one is malformed, or of another use or deployment"
EARLY = "hold a token that counts already: this one was issued in the future"
LATE = "hold a token that counts: this one has expired; log in, or refresh in time"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def decoded(part: str) -> Any:
    return json.loads(base64.b64decode(part))


def test_what_a_token_says(issuer: Issuer) -> None:
    token = issuer.issue()
    header, payload, _ = token.split(".")
    assert decoded(header) == {"alg": "HS256", "kid": "b", "typ": "JWT"}
    assert decoded(payload) == {
        "sub": "shopper",
        "iss": "storefrontUI",
        "iat": NOW,
        "exp": NOW + 900,
        "com.oracle.atg.cloud.commerce.roles": ["buyer", "admin"],
        "occs.admin.profileId": "110001",
        "jti": "id-1",
        "use": "access",
        "generation": 3,
        "auth_time": NOW,
    }
    assert issuer.tokens.signed_with(token) == "b"
    assert base64.b64decode(payload).rstrip() == json.dumps(decoded(payload), separators=(",", ":")).encode()


def test_what_the_token_of_an_application_leaves_out(issuer: Issuer) -> None:
    payload = decoded(issuer.issue(profile_id=None, life=None, use=KEY, login_at=0).split(".")[1])
    assert payload.keys().isdisjoint({"exp", "occs.admin.profileId"})
    assert (payload["use"], payload["auth_time"]) == (KEY, 0)


def test_a_token_is_issued_with_its_id(issuer: Issuer) -> None:
    given = {"issuer": "adminUI", "subject": "x", "profile_id": None, "roles": (), "life": None, "generation": 0}
    token, token_id = issuer.tokens.issue(**given)  # type: ignore[arg-type]
    assert token_id == issuer.tokens.read(token).token_id == "id-1"


def test_it_is_read_as_it_was_made(issuer: Issuer) -> None:
    token = issuer.issue(login_at=NOW - 60)
    assert issuer.tokens.read(token) == Claims(
        issuer="storefrontUI",
        subject="shopper",
        profile_id="110001",
        token_id="id-1",
        issued_at=NOW,
        expires_at=NOW + 900,
        login_at=NOW - 60,
        generation=3,
    )


@pytest.mark.parametrize("length", range(6))
def test_either_base64_alphabet_reads_it(length: int) -> None:
    issuer = Issuer({"current": "k>?~", "k>?~": RING["b"]})
    subject = ">>>???~~~\x7f\x7f\x7f" + "x" * length
    token = issuer.issue(subject=subject)
    for part in token.split(".")[:2]:
        assert len(part) % 4 == 0
        assert part.isalnum()
    assert issuer.tokens.read(token).subject == subject


def test_a_signature_in_the_other_alphabet_and_with_padding_counts(issuer: Issuer) -> None:
    tokens = [issuer.issue() for _ in range(40)]
    for sign, other in ("-+", "_/"):
        token = next(token for token in tokens if sign in token)
        signed, _, signature = token.rpartition(".")
        assert issuer.tokens.read(f"{signed}.{signature.replace(sign, other)}=").subject == "shopper"


@pytest.mark.parametrize("token", [None, ""])
def test_no_token(issuer: Issuer, token: str | None) -> None:
    assert issuer.refusal(token) == ABSENT


@pytest.mark.parametrize("token", ["x", ".", "..", "a.b", "a.b.c", "é.é.é"])
def test_no_token_at_all(issuer: Issuer, token: str) -> None:
    assert issuer.refusal(token) == MALFORMED


def test_another_deployment_has_other_keys(issuer: Issuer) -> None:
    same_id, other_id = ({"current": kid, kid: "another key of 32 bytes and more"} for kid in ("b", "x"))
    assert [issuer.refusal(Issuer(ring).issue()) for ring in (same_id, other_id)] == [MALFORMED, MALFORMED]


def test_a_token_counts_for_one_use(issuer: Issuer) -> None:
    access, key = issuer.issue(), issuer.issue(use=KEY)
    assert issuer.tokens.read(key, use=KEY).token_id == "id-2"
    assert (issuer.refusal(access, KEY), issuer.refusal(key)) == (MALFORMED, MALFORMED)


def test_a_token_without_the_id_of_a_key_is_the_current_ones(issuer: Issuer) -> None:
    payload = json.dumps({"use": "access", "sub": "shopper"}).encode()
    assert issuer.tokens.read(issuer.signed(payload, kid=None)).subject == "shopper"
    assert issuer.refusal(issuer.signed(payload, kid=None, key=RING["a"])) == MALFORMED


@pytest.mark.parametrize(("life", "passed", "counts"), [(60, 89, True), (60, 90, False), (None, 10**9, True)])
def test_when_it_expires(issuer: Issuer, life: int | None, passed: int, counts: bool) -> None:
    token = issuer.issue(life=None if life is None else timedelta(seconds=life))
    issuer.clock.move(seconds=passed)
    if counts:
        assert issuer.tokens.read(token).subject == "shopper"
    else:
        assert issuer.refusal(token) == LATE


def test_clocks_may_differ_by_half_a_minute(issuer: Issuer) -> None:
    token = issuer.issue()
    issuer.clock.move(seconds=-30)
    assert issuer.tokens.read(token).subject == "shopper"
    issuer.clock.move(seconds=-1)
    assert issuer.refusal(token) == EARLY


def test_what_a_payload_without_members_says(issuer: Issuer) -> None:
    claims = issuer.tokens.read(issuer.signed(b'{"use":"access"}'))
    assert claims == Claims("", "", None, "", 0, None, 0, NO_GENERATION)


@pytest.mark.parametrize(
    "payload",
    [
        "[]",
        "null",
        "no JSON",
        "[" * 100_000,
        '{"use":["access"]}',
        *[
            json.dumps({"use": "access", member: value})
            for member in ("iss", "sub", "jti", "occs.admin.profileId")
            for value in (7, ["x"], True)
        ],
        *[
            json.dumps({"use": "access", member: value})
            for member in ("iat", "exp", "auth_time", "generation")
            for value in ("7", 7.5, True, ["x"])
        ],
    ],
)
def test_signed_claims_of_another_kind(issuer: Issuer, payload: str) -> None:
    assert issuer.refusal(issuer.signed(payload.encode())) == MALFORMED


def test_verdicts_are_kept(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    decode = PyJWS.decode

    def noting(self: PyJWS, token: str, *arguments: Any, **named: Any) -> Any:
        verified.append(token)
        return decode(self, token, *arguments, **named)

    monkeypatch.setattr(PyJWS, "decode", noting)
    first = issuer.issue()
    claims = [issuer.tokens.read(first) for _ in range(3)]
    assert (claims[0], verified) == (claims[2], [first])
    for _ in range(KNOWN_TOKENS - 1):
        issuer.tokens.read(issuer.issue())
    issuer.tokens.read(first)
    assert verified.count(first) == 1
    issuer.tokens.read(issuer.issue())  # one too many: all are forgotten
    issuer.tokens.read(first)
    assert verified.count(first) == 2
    issuer.ring, issuer.seconds = {**RING, "current": "a"}, 300
    issuer.tokens.read(first)
    assert verified.count(first) == 2  # another key signs now, this one still counts


def test_a_verdict_ends_with_its_key(issuer: Issuer) -> None:
    token = issuer.issue()
    issuer.tokens.read(token)
    issuer.ring = {"current": "a", "a": RING["a"]}
    assert issuer.tokens.read(token).subject == "shopper"  # for five minutes the keys are those that were fetched
    issuer.seconds = 300
    assert issuer.refusal(token) == MALFORMED


def test_a_token_of_an_earlier_key_counts_while_the_ring_holds_that(issuer: Issuer) -> None:
    token = issuer.issue()
    issuer.ring, issuer.seconds = {**RING, "current": "a"}, 300
    assert issuer.tokens.read(token).subject == "shopper"
    assert issuer.tokens.signed_with(issuer.issue()) == "a"


def test_without_a_key_nothing_is_signed() -> None:
    def down() -> str:
        raise DependencyDown

    with pytest.raises(DependencyDown):
        Tokens(KeyRing(down), Clock(), str).get_ready()
