"""Laws of the address book, for every list a client may send: profiles.md §3."""

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.shoppers import AddressRecord
from commerce.addresses.regions import Regions
from commerce.profiles.addresses import AddressBook, book_with_default, replaced_book, shown_address
from commerce.profiles.model import ADDRESS_MEMBERS

REGIONS = Regions()
ALIASES = st.sampled_from(["", "Home", "Work", "Address", "Home##0", "Home##1", "Address##0", "x" * 254]) | st.none()
PLACES = st.sampled_from(
    [{"country": "DE"}, {"country": "US", "state": "NC"}, {"selectedCountry": "CA", "state": "Ontario"}]
)
SHOWN = ["repositoryId", *ADDRESS_MEMBERS[:-1], "regionName", "countryName", "isDefaultAddress", "types"]
FIXED = {"address1": "1 Example Road", "city": "Bonn", "postalCode": "53111"}


def items(ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda alias, place, repository_id, default: {
            **FIXED, **place, "alias": alias, "repositoryId": repository_id, "isDefaultAddress": default,
        },
        ALIASES,
        PLACES,
        st.sampled_from([*ids, "unknown", ""]) | st.none(),
        st.booleans() | st.none(),
    )  # fmt: skip


def replaced(sent: list[dict[str, Any]], stored: AddressBook, prefix: str) -> AddressBook:
    numbers = itertools.count()
    book, errors = replaced_book(sent, stored, REGIONS, lambda: f"{prefix}{next(numbers)}", ("shippingAddresses",))
    assert not errors
    return book


def ids_of(book: AddressBook) -> list[str]:
    return [address["repositoryId"] for address in book.addresses]


@st.composite
def books(draw: st.DrawFn) -> AddressBook:
    return replaced(draw(st.lists(items([]), max_size=6)), AddressBook((), None), "old")


def test_a_loader_stores_no_other_members() -> None:
    assert set(AddressRecord.__annotations__) == {"repositoryId", *ADDRESS_MEMBERS}


@given(st.data(), books())
@settings(max_examples=200)
def test_a_sent_list_becomes_the_book(data: st.DataObject, stored: AddressBook) -> None:
    sent = data.draw(st.lists(items(ids_of(stored)), max_size=8))
    book = replaced(sent, stored, "new")
    ids, aliases = ids_of(book), [address["alias"] for address in book.addresses]
    # As many as were sent, in their order, each with an id and an alias of its own.
    assert len(book.addresses) == len(sent) == len(set(ids)) == len(set(aliases))
    assert all(1 <= len(alias) <= 254 for alias in aliases)
    # Ids are either stored ones or ours, never the client's.
    assert all(address_id in ids_of(stored) or address_id.startswith("new") for address_id in ids)
    # A stored id that was sent is found again, at the first item that names it.
    for wanted in {item["repositoryId"] for item in sent} & set(ids_of(stored)):
        first = next(index for index, item in enumerate(sent) if item["repositoryId"] == wanted)
        assert ids[first] == wanted
    # The default is one of the book; the last that is marked, else the one before, unless its item says no.
    marked = [index for index, item in enumerate(sent) if item["isDefaultAddress"]]
    if marked:
        assert book.default == ids[marked[-1]]
    else:
        here = stored.default in ids and sent[ids.index(stored.default)]["isDefaultAddress"] is not False
        assert book.default == (stored.default if here else None)


@given(books())
@settings(max_examples=100)
def test_a_book_that_comes_back_is_the_same(book: AddressBook) -> None:
    shown = [shown_address(address, default=book.default) for address in book.addresses]
    assert all(list(address) == SHOWN for address in shown)
    again = replaced(shown, book, "new")
    assert list(again.addresses) == list(book.addresses)
    assert again.default == book.default


@given(st.data(), books())
@settings(max_examples=100)
def test_sending_a_list_twice_changes_nothing_more(data: st.DataObject, stored: AddressBook) -> None:
    sent = data.draw(st.lists(items(ids_of(stored)), max_size=6))
    once = replaced(sent, stored, "new")
    shown = [shown_address(address, default=once.default) for address in once.addresses]
    assert list(replaced(shown, once, "newer").addresses) == list(once.addresses)


@given(st.data(), books())
@settings(max_examples=100)
def test_a_single_address_is_the_default_and_leaves_the_rest(data: st.DataObject, stored: AddressBook) -> None:
    item = data.draw(items(ids_of(stored)))
    book, errors = book_with_default(item, stored, REGIONS, lambda: "new", ("shippingAddress",))
    assert not errors
    assert book.default in ids_of(book)
    assert set(ids_of(stored)) <= set(ids_of(book))
    rest = [address for address in book.addresses if address["repositoryId"] != book.default]
    before = {address["repositoryId"]: {**address, "alias": None} for address in stored.addresses}
    assert all({**address, "alias": None} == before[address["repositoryId"]] for address in rest)
    assert len({address["alias"] for address in book.addresses}) == len(book.addresses)
