"""A stored document: exact JSON, compressed. DynamoDB bills by size, and reads it back as one value."""

from __future__ import annotations

import zlib
from typing import Final

from commerce.exact_json import JsonObject, encoded, loads

COMPRESSION_LEVEL: Final = 6
SMALLEST_WINDOW: Final = 9  # zlib's, in bits


def encode_document(document: JsonObject) -> bytes:
    """The bytes of a document attribute."""
    return _compressed(encoded(document))


def encode_text(text: str) -> bytes:
    """The bytes of an attribute that holds JSON text, as `encode_document` makes them of what it says."""
    return _compressed(text.encode())


def decode_text(data: bytes) -> str:
    """The text of `encode_text`."""
    return zlib.decompress(data).decode()


def encode_within(document: JsonObject, *, text_bytes: int, stored_bytes: int) -> bytes | None:
    """As `encode_document`; None when the text or what is stored of it would be larger."""
    text = encoded(document)
    data = _compressed(text)
    return data if len(text) <= text_bytes and len(data) <= stored_bytes else None


def _compressed(text: bytes) -> bytes:
    """The window covers the text and no more: the usual quarter of a megabyte, cleared for each small document, takes
    more time than compressing it.
    """
    window = min(max(len(text).bit_length(), SMALLEST_WINDOW), zlib.MAX_WBITS)
    compressor = zlib.compressobj(COMPRESSION_LEVEL, zlib.DEFLATED, window, memLevel=window - 7)
    return compressor.compress(text) + compressor.flush()


def decode_document(data: bytes) -> JsonObject:
    """The document of `encode_document`."""
    document = loads(decode_text(data))
    if not isinstance(document, dict):
        raise TypeError("a stored document is a JSON object")
    return document
