"""What an answer takes is measured as Lambda's runtime writes it."""

import json
import sys

import pytest

from commerce import delivery
from commerce.exact_json import dumps

TEXTS = [
    "",
    "plain",
    '{"a":"\\u0001\\"\\\\"}',
    "é",
    "日本",
    "𝄞",
    "\x7f\u2028\u2029\x80",
    '"' * 99,
    "\\" * 99,
    "a\nb\tc\r",
]


@pytest.mark.parametrize("text", TEXTS)
def test_bytes_of_a_text(text: str) -> None:
    written = json.dumps(text, ensure_ascii=sys.version_info < (3, 12)).encode()
    assert delivery.answer_bytes(text) == len(written)
    assert len(written) <= 2 + len(text) * delivery._MOST_BYTES_OF_A_CHARACTER


@pytest.mark.parametrize("text", [*TEXTS, "\x00\x1f" * 9, "".join(map(chr, range(128)))])
def test_no_json_text_takes_more_than_its_length_tells(text: str) -> None:
    for value in (text, {text: [text, 1, None]}):
        written = dumps(value)
        assert delivery.answer_bytes(written) <= delivery.most_answer_bytes(written)


@pytest.mark.parametrize("text", ["x", '"', "é", "𝄞"])
def test_the_last_text_that_is_delivered(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = text * 100
    monkeypatch.setattr(delivery, "MAX_ANSWER_BYTES", delivery.answer_bytes(whole))
    assert delivery.deliverable(whole)
    assert not delivery.deliverable(whole + text)


def test_what_a_gateway_lets_in_fits_beside_the_body() -> None:
    """The longest headers repeat an origin and a link's entity, escaped and in Base64 at worst."""
    assert delivery.MAX_ANSWER_BYTES + 4 * 10_240 < 6_291_556
