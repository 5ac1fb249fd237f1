"""DynamoDB: the client, exact documents, batched reads, conditional writes. Knows no aggregate."""

from commerce.storage.cached import CachedDocument
from commerce.storage.documents import decode_document, decode_text, encode_document, encode_text, encode_within
from commerce.storage.items import Attribute, Item, Key
from commerce.storage.remote import Session, StorageFailure, open_session
from commerce.storage.retry import retry_on_lost_write
from commerce.storage.secrets import secret_reader
from commerce.storage.store import Meter, Store, open_store
from commerce.storage.writes import Condition, Delete, Put, Update, Write, WriteLost

__all__ = [
    "Attribute",
    "CachedDocument",
    "Condition",
    "Delete",
    "Item",
    "Key",
    "Meter",
    "Put",
    "Session",
    "StorageFailure",
    "Store",
    "Update",
    "Write",
    "WriteLost",
    "decode_document",
    "decode_text",
    "encode_document",
    "encode_text",
    "encode_within",
    "open_session",
    "open_store",
    "retry_on_lost_write",
    "secret_reader",
]
