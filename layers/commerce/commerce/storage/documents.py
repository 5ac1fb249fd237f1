"""A stored document: exact JSON, compressed. DynamoDB bills by size, and reads it back as one value."""

from __future__ import annotations

import zlib
from typing import Final

from commerce.exact_json import JsonObject, dumps, loads

COMPRESSION_LEVEL: Final = 6


def encode_document(document: JsonObject) -> bytes:
    """The bytes of a document attribute."""
    return zlib.compress(dumps(document).encode(), COMPRESSION_LEVEL)


def decode_document(data: bytes) -> JsonObject:
    """The document of `encode_document`."""
    document = loads(zlib.decompress(data).decode())
    if not isinstance(document, dict):
        raise TypeError("a stored document is a JSON object")
    return document
