"""What one answer can hold, measured on the bytes (contract: common.md §15)."""

from __future__ import annotations

import sys
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Final

# Lambda's limit is 6,291,556 bytes. The rest is for status and headers, of which the longest repeat what came in with
# at most the 10,240 bytes that the gateway takes.
MAX_ANSWER_BYTES: Final = 6_291_556 - 65_536

# Lambda's runtime for Python 3.11 escapes all that is not ASCII; later ones send it as UTF-8.
_ESCAPES: Final = sys.version_info < (3, 12)
_MOST_BYTES_OF_A_CHARACTER: Final = 12 if _ESCAPES else 4
# A quote, a backslash, and what JSON has as it is and ASCII calls a control character.
_MOST_BYTES_OF_AN_ASCII_CHARACTER: Final = 6 if _ESCAPES else 2
# Of a text that is no JSON yet.
MOST_BYTES_OF_A_RAW_CHARACTER: Final = 12
_CONTROLS: Final = bytes(range(32))


class AnswerTooLarge(Exception):
    """An answer is larger than what can be delivered or kept; where no error says it, for the log and its alarm."""


def answer_bytes(text: str) -> int:
    """Bytes of a body inside the JSON that Lambda's runtime makes of an answer."""
    if _ESCAPES:
        return len(encode_basestring_ascii(text))
    data = text.encode()
    if len(data.translate(None, _CONTROLS)) < len(data):
        return len(encode_basestring(text).encode())
    # As JSON has it, where control characters are escaped already: quotes, and one more byte for each of these two.
    return len(data) + data.count(b'"') + data.count(b"\\") + 2


def most_answer_bytes(text: str) -> int:
    """No fewer than the `answer_bytes` of a JSON text, told by its length alone."""
    most = _MOST_BYTES_OF_AN_ASCII_CHARACTER if text.isascii() else _MOST_BYTES_OF_A_CHARACTER
    return 2 + most * len(text)


def deliverable(text: str) -> bool:
    """Whether a body, JSON or nothing, reaches its caller."""
    return most_answer_bytes(text) <= MAX_ANSWER_BYTES or answer_bytes(text) <= MAX_ANSWER_BYTES
