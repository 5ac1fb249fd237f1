"""The five write operations, called at a deployed stack by throw-away users on throw-away records.

Whatever comes of the calls, what was made for them goes again. The shopper type, of which there is one, is sent no
change; of the store nothing changes but two versions, so that functions read its directory and its catalogue anew.
"""

from __future__ import annotations

import http.client
import json
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from backoffice.catalogue import repository_of
from backoffice.deployment import Deployment
from backoffice.findings import BadData
from backoffice.loading import load_store
from backoffice.writing import write_in_turn
from commerce.accounts.repository import DirectoryRepository
from commerce.configuration import ConfigurationRepository
from commerce.exact_json import JsonObject
from commerce.shopper_types.model import TYPE_ID

TIMEOUT_SECONDS: Final = 30.0
LIST_PRICE: Final = 12.5
LOGIN: Final = "login"
VISITOR: Final = "xd123_Smoke"  # the cookie's name

# Method, address, headers and body → status and text.
Send = Callable[[str, str, Mapping[str, str], bytes], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `token`: name of the login that it is made with. `form`: a login, whose token `keeps` names."""

    title: str
    method: str
    path: str
    body: JsonObject = field(default_factory=dict)
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    keeps: str = ""
    # What the answer must hold besides status 200.
    holds: Callable[[Any], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Made:
    """Names of what is made for one run; `name` begins all of them."""

    name: str
    password: str = field(repr=False)
    price_list_group: str

    @property
    def address(self) -> str:
        return f"{self.name}-address"

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    def files(self) -> Mapping[str, list[JsonObject]]:
        """As a store's folder has them."""
        address = {
            "address1": "1 Example Plaza",
            "city": "Atlanta",
            "state": "GA",
            "postalCode": "30303",
            "country": "US",
        }
        role = {"repositoryId": f"{self.name}-role", "function": "admin", "relativeTo": {"repositoryId": self.name}}
        return {
            "users.json": [{"id": self.name, "login": self.name, "password": self.password, "roles": ["adminRole"]}],
            "products.json": [{"id": self.name, "displayName": {"en": "Smoke"}, "skus": [{"id": self.name}]}],
            "prices.json": [{"productId": self.name, "priceListGroup": self.price_list_group, "list": LIST_PRICE}],
            "organizations.json": [
                {
                    "id": self.name,
                    "name": self.name,
                    "addresses": [
                        {
                            "repositoryId": self.address,
                            "addressType": "Office",
                            "companyName": self.name,
                            "phoneNumber": "404-555-0100",
                            **address,
                        }
                    ],
                }
            ],
            "shoppers.json": [
                {
                    "id": self.name,
                    "login": self.name,
                    "email": self.email,
                    "password": self.password,
                    "parentOrganization": {"id": self.name, "repositoryId": self.name, "name": self.name},
                    "roles": [role],
                }
            ],
        }

    def calls(self) -> Iterator[Call]:
        """The five, after the logins that they need."""
        form = {"grant_type": "password", "username": self.name, "password": self.password}
        yield Call(
            "visitor information",
            "PUT",
            "/ccstore/v1/visitorInfo/current",
            {"infoName": VISITOR},
            headers={"Cookie": f"{VISITOR}=1AbC%3A1700000000000%3A1700000000000%3A1700000000000%3A1%3A1"},
        )
        yield Call("a shopper's login", "POST", "/ccstore/v1/login", form=form, keeps="shopper")
        yield Call("the profile", "PUT", "/ccstore/v1/profiles/current", {"firstName": "Smoke"}, "shopper")
        yield Call("a merchant's login", "POST", "/ccadmin/v1/login", form=form, keeps="merchant")
        yield Call(
            "the shopper type, without a change",
            "PUT",
            f"/ccadmin/v1/shopperTypes/{TYPE_ID}",
            {"properties": {"email": {}}},
            "merchant",
            {"X-CCAsset-Language": "en"},
        )
        yield Call(
            "an address of an account",
            "PUT",
            f"/ccstore/v1/organizationAddresses/{self.address}",
            {"addressType": "Moved"},
            "shopper",
            {"X-CCOrganization": self.name},
        )
        yield Call(
            "the current order, with one line",
            "POST",
            "/ccstore/v1/orders/current",
            {"shoppingCart": {"items": [{"productId": self.name, "catRefId": self.name, "quantity": 1}]}},
            "shopper",
            holds=lambda answer: [it["productId"] for it in answer["shoppingCart"]["items"]] == [self.name],
        )


def smoke(deployment: Deployment, base_url: str, tell: Callable[[str], object], send: Send | None = None) -> list[str]:
    """Makes every call and tells a line of each; returns those that were not answered as they should be.

    base_url: what stands before /ccstore/v1/… in an address. Raises BadData for a store that nothing can be sold in.
    """
    failed: list[str] = []
    with _records(deployment) as made:
        tokens: dict[str, str] = {}
        for call in made.calls():
            said = _make(call, base_url, tokens, send or _send)
            tell(f"  {call.title}: {said or 'as it should be'}")
            if said:
                failed.append(f"{call.title}: {said}")
    return failed


def _make(call: Call, base_url: str, tokens: dict[str, str], send: Send) -> str:
    """What is wrong with the answer; nothing where it is right."""
    headers = dict(call.headers)
    if call.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(call.form).encode()
    else:
        headers["Content-Type"] = "application/json"
        body = json.dumps(call.body).encode()
    if call.token:
        if call.token not in tokens:
            return f"not made, for there is no {call.token}'s token"
        headers["Authorization"] = f"Bearer {tokens[call.token]}"
    try:
        status, text = send(call.method, base_url + call.path, headers, body)
        if status != http.client.OK:
            return f"{status} {text[:500]}"
        answer = json.loads(text)
        if call.keeps:
            tokens[call.keeps] = answer["access_token"]
        return "" if call.holds(answer) else f"{status}, but not with what was sent: {text[:500]}"
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        return f"{type(error).__name__} {error}"


def _send(method: str, address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, parts.path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


@contextmanager
def _records(deployment: Deployment) -> Iterator[Made]:
    """Records of one's own while the block runs. Raises BadData."""
    site = deployment.settings.default_site
    configuration = ConfigurationRepository(deployment.store, deployment.tables.catalogue, site)
    known = configuration.current(deployment.store.get(configuration.keys())).sites.get(site)
    if known is None or not known.price_list_groups:
        raise BadData(
            f"{site} has no price list group, so that nothing can be ordered: load a store first. Nothing was made."
        )
    made = Made(f"smoke-{secrets.token_hex(8)}", secrets.token_urlsafe(24), known.price_list_groups[0])
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, records in made.files().items():
                (Path(folder) / name).write_text(json.dumps(records), encoding="utf-8")
            load_store(Path(folder), deployment)
        yield made
    finally:
        _remove(deployment, made)


def _remove(deployment: Deployment, made: Made) -> None:
    """Every row of what was made, and of what the calls made of it."""
    tables, name = deployment.tables, made.name
    catalogue = repository_of(deployment)
    partitions = [
        (tables.identities, name),
        (tables.identities, f"{LOGIN}#{name}"),
        (tables.profiles, name),
        (tables.profiles, f"{LOGIN}#{name}"),
        (tables.profiles, f"email#{made.email}"),
        (tables.orders, name),
        (tables.expiring, f"guard#{name}"),
        (tables.organizations, name),
        (tables.catalogue, catalogue.product_key(name).pk),
        (tables.catalogue, catalogue.price_key(name, made.price_list_group).pk),
    ]
    directory = DirectoryRepository(deployment.store, tables.organizations)
    write_in_turn("the organizations", lambda: directory.remove([name]))
    for table, partition in partitions:
        pages = deployment.client.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        for item in [item for page in pages for item in page["Items"]]:
            deployment.client.delete_item(TableName=table, Key=item)
