"""Reading whole tables, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backoffice.deployment import Deployment
from commerce.exact_json import JsonObject
from commerce.storage import Item, Key, decode_document
from commerce.storage.cached import CONTENT
from commerce.storage.items import from_wire


def rows_of(deployment: Deployment, table: str, *, pk: str = "", sk: str = "") -> Iterator[Item]:
    """The rows whose partition and sort key begin with what is given, in no order; each row as it stands when read.

    The store may be in use meanwhile: what is added or changed during the scan may be among them or not.
    """
    if not deployment.is_there:
        return
    wanted = {name: prefix for name, prefix in (("pk", pk), ("sk", sk)) if prefix}
    request: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    if wanted:
        request["FilterExpression"] = " AND ".join(f"begins_with({name}, :{name})" for name in wanted)
        request["ExpressionAttributeValues"] = {f":{name}": {"S": prefix} for name, prefix in wanted.items()}
    pages = deployment.client.get_paginator("scan").paginate(**request)
    for page in pages:
        yield from map(from_wire, page["Items"])


def cached_document(deployment: Deployment, table: str, name: str) -> JsonObject:
    """A document that stands under its version, as it is stored; empty when there is none."""
    key = Key(table, name, CONTENT)
    row = deployment.store.get([key]).get(key)
    return decode_document(row["document"]) if row else {}
