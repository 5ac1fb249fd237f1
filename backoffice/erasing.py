"""A shopper's rights: everything that the tables hold of one, to be handed over or erased.

What is keyed by a shopper: the profile, who owns its login and e-mail address, its orders, counters of its guesses,
answers kept for it, and its name on addresses of organizations that it has written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from backoffice.deployment import Deployment
from backoffice.people import freed
from backoffice.reading import rows_of
from backoffice.stored import Source
from backoffice.writing import write_in_turn
from commerce.dates import format_date
from commerce.exact_json import JsonObject
from commerce.identity.login_records import RAISED, LoginRecord
from commerce.orders.repository import ORDER
from commerce.organizations.model import Modifier
from commerce.organizations.repository import ADDRESS, address_item, read_address
from commerce.profiles.repository import PROFILE
from commerce.storage import Attribute, Condition, Delete, Item, Key, Put, Update, decode_document

SHOPPER: Final = "shopper"  # the kind of a modifier
CARD_GUARD: Final = "giftCardPin"


def erase_shopper(deployment: Deployment, shopper: str) -> Mapping[str, int]:
    """Remove every row of a shopper, and its name from those of others; how many of each kind.

    Its tokens end first; the profile, by which all the rest is found, goes last. Whatever stops this, doing it again
    finishes it. Raises BadData when others keep changing a row.
    """
    done: Counter[str] = Counter()
    key = Key(deployment.tables.profiles, shopper, PROFILE)

    def close() -> None:
        if key in deployment.store.get([key]):
            changes: dict[str, Attribute] = {"active": False, "exemptToken": ""}
            deployment.store.write(Update(key, Condition(exists=True), changes, RAISED, mark="operator"))

    write_in_turn(f"the attributes of {shopper}", close)
    _erase_rows(deployment, shopper, done)
    for row in _signed_addresses(deployment, shopper):
        write_in_turn("addresses of organizations", _unsigned(deployment, shopper, row))
        done["signatures of addresses"] += 1

    def erase() -> None:
        stored = deployment.store.get([key]).get(key)
        if stored is not None:
            deployment.store.write(
                Delete(key, Condition.version(int(stored["version"]))), *freed(deployment, key, stored, ())
            )
            done["profile"] += 1

    write_in_turn(f"the rows of {shopper}", erase)
    # A call that was under way when the tokens ended may have written since.
    _erase_rows(deployment, shopper, done)
    return done


def shopper_data(deployment: Deployment, shopper: str) -> JsonObject | None:
    """Everything of a shopper but secrets, in words of the store's files; None where there is nothing."""
    source = Source(deployment)
    key = Key(deployment.tables.profiles, shopper, PROFILE)
    row = deployment.store.get([key]).get(key)
    orders = [
        {"id": item["sk"].removeprefix(ORDER), "state": item["state"], **decode_document(item["document"])}
        for item in deployment.store.query(deployment.tables.orders, shopper, ORDER)
    ]
    addresses = [
        {"organization": item["pk"], "id": item["sk"].removeprefix(ADDRESS)}
        for item in _signed_addresses(deployment, shopper)
    ]
    guesses, answers = Counter[str](), 0
    for item in _expiring_rows(deployment, shopper):
        if item["pk"].startswith("guard#"):
            guesses[item["sk"].partition("#")[0]] += int(item.get("count", 0))
        else:
            answers += 1
    if row is None and not (orders or addresses or guesses or answers):
        return None
    return {
        "profile": source.shopper(shopper, row) if row is not None else None,
        "login": _login_state(LoginRecord(key, row)) if row is not None else None,
        "orders": orders,
        "organizationAddressesLastModified": addresses,
        "guessesOfTheLastHours": dict(guesses),
        "answersKeptForADay": answers,
    }


def _login_state(record: LoginRecord) -> JsonObject:
    def moment(seconds: int) -> str | None:
        return format_date(datetime.fromtimestamp(seconds, UTC)) if seconds else None

    return {
        "hasPassword": record.password_hash is not None,
        "passwordSetAt": moment(record.password_set_at),
        "failedAttempts": record.failed_attempts,
        "lastFailedAt": moment(record.last_failed_at),
        "tokensLoggedOut": len(record.revoked),
    }


def _erase_rows(deployment: Deployment, shopper: str, done: Counter[str]) -> None:
    """What lies in partitions of the shopper's own."""
    for kind, table, rows in (
        ("orders", deployment.tables.orders, deployment.store.query(deployment.tables.orders, shopper)),
        ("guards and kept answers", deployment.tables.expiring, _expiring_rows(deployment, shopper)),
    ):
        for row in rows:
            key = Key(table, row["pk"], row["sk"])
            write_in_turn(f"{kind} of {shopper}", lambda key=key: _delete(deployment, key))  # type: ignore[misc]
            done[kind] += 1


def _delete(deployment: Deployment, key: Key) -> None:
    """Whatever stands there, if anything does."""
    if key in deployment.store.get([key]):
        deployment.store.write(Delete(key, Condition(exists=True)))


def _expiring_rows(deployment: Deployment, shopper: str) -> Iterator[Item]:
    """Counters of guesses, and answers kept for the shopper's own calls and for those for an organization."""
    table = deployment.tables.expiring
    for row in deployment.store.query(table, f"guard#{shopper}"):
        # A card's number may be somebody's id.
        if not row["sk"].startswith(f"{CARD_GUARD}#"):
            yield row
    # No id holds the sign, but a word before it may be somebody's id: the number of words tells.
    for caller in (shopper, f"{SHOPPER}#{shopper}"):
        for row in rows_of(deployment, table, pk=f"{caller}#"):
            if row["pk"].count("#") == caller.count("#") + 2:
                yield row


def _signed_addresses(deployment: Deployment, shopper: str) -> Iterator[Item]:
    for row in rows_of(deployment, deployment.tables.organizations, sk=ADDRESS):
        modifier = decode_document(row["document"])["modifier"]
        if modifier[:2] == [SHOPPER, shopper]:
            yield row


def _unsigned(deployment: Deployment, shopper: str, row: Item) -> Callable[[], Any]:
    key = Key(deployment.tables.organizations, row["pk"], row["sk"])

    def write() -> None:
        item = deployment.store.get([key]).get(key)
        address = read_address(item) if item else None
        if address and (address.modifier.kind, address.modifier.id) == (SHOPPER, shopper):
            unsigned = replace(address, modifier=Modifier(), version=address.version + 1)
            deployment.store.write(Put(key, address_item(unsigned), Condition.version(address.version)))

    return write
