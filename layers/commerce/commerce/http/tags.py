"""Entity tags, `If-Match`, and how an answer is finished with its link and tag (contract: common.md §10).

A tag is the Base64 of ``{"version","uri","hash","user"}``. `hash` is ``<check>.<mac>``: a check value of the entity's
id, and a keyed one over uri, check value and version, so that a tag of ours is known as such whoever's entity it names.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

from commerce.call import EntityVersion, FinishedAnswer, Selection
from commerce.errors import StaleTag
from commerce.exact_json import JsonObject, dumps
from commerce.http.selection import select

_WRITER: Final = json.JSONEncoder(separators=(",", ":"))


class TagKeys(Protocol):
    """Where the keyed half of a tag gets its keys: all that still count, the current one first."""

    def tag_keys(self) -> Sequence[bytes]: ...


def issue_tag(keys: TagKeys, uri: str, entity_id: str, version: int, user: str) -> str:
    """A strong tag, quotes included. `uri` is the canonical path."""
    check = _check_value(entity_id)
    mac = _mac(keys.tag_keys()[0], uri, check, version)
    text = _WRITER.encode({"version": version, "uri": uri, "hash": f"{check}.{mac}", "user": user})
    return f'"{base64.b64encode(text.encode()).decode()}"'


class Finishing(Struct, frozen=True):
    """How the answers of one call are finished. `link`: the address that was called; `uri`: the one that tags name.

    `keys` is None where answers carry no tag. `selection`: what the caller wants to see of a body.
    """

    link: str
    uri: str
    keys: TagKeys | None
    selection: Selection

    def __call__(self, body: JsonObject, entity: EntityVersion | None) -> FinishedAnswer:
        """What is selected of the body and its links, and its tag."""
        linked = body | {"links": [{"rel": "self", "href": self.link}]}
        text = dumps(select(linked, self.selection))
        if entity is None or self.keys is None:
            return FinishedAnswer(text, "")
        return FinishedAnswer(text, issue_tag(self.keys, self.uri, entity.entity_id, entity.version, entity.modifier))


class IfMatch:
    """The header of one call; `uri` is the canonical path it was sent to."""

    def __init__(self, header: str, uri: str, keys: TagKeys) -> None:
        self._tags = [tag for tag in (part.strip() for part in header.split(",")) if tag]
        self._uri = uri
        self._keys = keys

    def holds(self, entity_id: str, version: int) -> bool:
        ours = [known for known in map(self._read, self._tags) if known]
        if not ours:
            return False
        if (_check_value(entity_id), version) not in ours:
            raise StaleTag
        return True

    def _read(self, tag: str) -> tuple[str, int] | None:
        text = tag.removeprefix("W/").strip().strip('"')
        try:
            value = json.loads(base64.b64decode(text, validate=True))
        except (ValueError, binascii.Error, RecursionError):
            return None
        if not isinstance(value, dict) or value.get("uri") != self._uri:
            return None
        version, check_and_mac = value.get("version"), value.get("hash")
        if type(version) is not int or not isinstance(check_and_mac, str) or not check_and_mac.isascii():
            return None
        check, _, mac = check_and_mac.partition(".")
        if any(hmac.compare_digest(mac, _mac(key, self._uri, check, version)) for key in self._keys.tag_keys()):
            return check, version
        return None


def _check_value(entity_id: str) -> str:
    return hashlib.sha256(entity_id.encode()).hexdigest()[:16]


def _mac(key: bytes, uri: str, check: str, version: int) -> str:
    return hmac.digest(key, f"{uri}\n{check}\n{version}".encode(), "sha256").hex()[:32]
