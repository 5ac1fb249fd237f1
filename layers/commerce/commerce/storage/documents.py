"""A stored document: exact JSON, compressed. DynamoDB bills by size, and reads it back as one value."""

from __future__ import annotations

import zlib
from typing import Final

from commerce.exact_json import JsonObject, dumps, loads

COMPRESSION_LEVEL: Final = 6


def encode_document(document: JsonObject) -> bytes:
    """The bytes of a document attribute."""
    return zlib.compress(dumps(document).encode(), COMPRESSION_LEVEL)


def encode_within(document: JsonObject, *, text_bytes: int, stored_bytes: int) -> bytes | None:
    """As `encode_document`; None when the text or what is stored of it would be larger."""
    text = dumps(document).encode()
    data = zlib.compress(text, COMPRESSION_LEVEL)
    return data if len(text) <= text_bytes and len(data) <= stored_bytes else None


def decode_document(data: bytes) -> JsonObject:
    """The document of `encode_document`."""
    document = loads(zlib.decompress(data).decode())
    if not isinstance(document, dict):
        raise TypeError("a stored document is a JSON object")
    return document
