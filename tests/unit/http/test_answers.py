"""An outcome as the gateway's answer: links, tags, replays and cookies are the frame's."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from commerce.call import Call, Cookie, EntityVersion, Outcome, TimeBudget
from commerce.delivery import AnswerTooLarge, deliverable
from commerce.errors import CouponInvalid
from commerce.http.answer import failure, success
from commerce.http.event import Envelope, read_call, read_envelope
from commerce.http.routes import route_of
from commerce.origins import NONE_ALLOWED
from commerce.settings import Settings

EVENT = {"httpMethod": "GET", "path": "/ccstoreui/v1/orders/current", "headers": {"Host": "shop.example.com"}}
LINK = {"rel": "self", "href": "http://shop.example.com/ccstoreui/v1/orders/current"}


class Ring:
    def __init__(self, *keys: bytes) -> None:
        self.keys = keys

    def tag_keys(self) -> Sequence[bytes]:
        return self.keys


def call(*keys: bytes, fields: str | None = None, **headers: str) -> tuple[Call, Envelope]:
    event = EVENT | {
        "headers": {"Host": "shop.example.com", **headers},
    }
    if fields is not None:
        event["queryStringParameters"] = {"fields": fields}
    envelope = read_envelope(event, Settings(), mapped=True)
    ring = Ring(*keys) if keys else None
    return read_call(event, envelope, Settings(), TimeBudget(), route_of("getIncompleteOrder"), ring), envelope


def answer(outcome: Outcome, *keys: bytes, fields: str | None = None, **headers: str) -> dict[str, Any]:
    sent = success(outcome, *call(*keys, fields=fields, **headers), Settings(), NONE_ALLOWED)
    return sent | {"body": json.loads(sent["body"]) if sent["body"] else None}


def test_a_body_gets_its_link_and_its_entity_s_tag() -> None:
    shown = answer(Outcome({"a": 1}, EntityVersion("o1", 3)), b"k1")
    assert (shown["statusCode"], shown["body"]) == (200, {"a": 1, "links": [LINK]})
    assert shown["headers"]["ETag"] != answer(Outcome({"a": 1}, EntityVersion("o1", 4)), b"k1")["headers"]["ETag"]
    for untagged in (answer(Outcome({}), b"k1"), answer(Outcome({}, EntityVersion("o1", 3)))):
        assert "ETag" not in untagged["headers"]
    assert (answer(Outcome(None))["statusCode"], answer(Outcome(None))["body"]) == (204, None)


def test_a_kept_answer_is_replayed_as_it_was_finished() -> None:
    """Whatever has become of the keys, and however the service is called this time."""
    kept = call(b"k1")[0].finish({"a": 1}, EntityVersion("o1", 3))
    first = answer(Outcome({"a": 1}, EntityVersion("o1", 3)), b"k1")
    again = answer(Outcome(kept, replayed=True), b"k2", Host="other.example.com")
    assert again["headers"].pop("Idempotency-Replayed") == "true"
    assert again == first


def test_a_tag_is_known_again_by_an_older_key() -> None:
    tag = call(b"k1")[0].finish({}, EntityVersion("o1", 3)).tag
    assert call(b"k2", b"k1", **{"If-Match": tag})[0].precondition.holds("o1", 3)
    assert not call(b"k2", **{"If-Match": tag})[0].precondition.holds("o1", 3)


def test_cookies() -> None:
    cookies = [Cookie("a", "1", max_age=60, domain="example.com"), Cookie("b", "2", hidden=True)]
    sent = [
        answer(Outcome({}, cookies=cookies), **headers)["multiValueHeaders"]["Set-Cookie"]
        for headers in ({}, {"X-Forwarded-Proto": "https"})
    ]
    assert sent == [
        ["a=1; Path=/; Max-Age=60; SameSite=Lax; Domain=example.com", "b=2; Path=/; HttpOnly; SameSite=Lax"],
        [
            "a=1; Path=/; Max-Age=60; SameSite=Lax; Secure; Domain=example.com",
            "b=2; Path=/; HttpOnly; SameSite=Lax; Secure",
        ],
    ]


def test_the_first_answer_that_can_be_delivered_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def body(letter: str, length: int) -> dict[str, str]:
        made.append(letter)
        return {letter: letter * length}

    monkeypatch.setattr("commerce.delivery.MAX_ANSWER_BYTES", 1_000)
    shorter = [partial(body, "b", 990), partial(body, "c", 9), partial(body, "d", 1)]
    sent = answer(Outcome(body("a", 2_000), EntityVersion("o1", 3), shorter=shorter), b"k1")
    assert (sent["body"].keys(), made) == ({"c", "links"}, ["a", "b", "c"])
    assert sent["headers"]["ETag"] == answer(Outcome({}, EntityVersion("o1", 3)), b"k1")["headers"]["ETag"]
    with pytest.raises(AnswerTooLarge):
        answer(Outcome({"a": "a" * 2_000}, shorter=[partial(body, "b", 990)]))
    assert answer(Outcome({"a": "a" * 2_000}), fields="b")["body"] == {}


@pytest.mark.parametrize("error", [CouponInvalid("x" * 4_000_000), CouponInvalid('"' * 2_000_000)])
def test_an_error_about_a_long_name_can_be_delivered(error: CouponInvalid) -> None:
    assert deliverable(failure(error, call()[1], Settings(), "en", NONE_ALLOWED)["body"])
    short = json.loads(failure(CouponInvalid("x" * 9_000), call()[1], Settings(), "en", NONE_ALLOWED)["body"])
    assert short["moreInfo"] == "x" * 9_000
