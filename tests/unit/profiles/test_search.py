"""Which profiles a `q` looks for, and by which index (contract: companions.md §7)."""

import pytest

from commerce.errors import SearchNotAnswered
from commerce.profiles.search import NOBODY, ByIdentifiers, ByIds, Named, Sought, ordered_by, sought_profiles


def named(*ids: str, **identifiers: str) -> Named:
    return Named(frozenset(ids), frozenset(identifiers.items()))


@pytest.mark.parametrize(
    ("query", "sought"),
    [
        (None, ByIds()),
        ("", ByIds()),
        ("  ", ByIds()),
        ('id eq "se-570031"', named("se-570031")),
        ('id EQ "SE-570031"', named("SE-570031")),
        (' login eq "Shopper" ', named(login="shopper")),
        ('email eq "Kim@Example.com"', named(email="kim@example.com")),
        ('email eq "STRAẞE@example.com"', named(email="straße@example.com")),
        ('id eq "a" OR id eq "b" or login eq "c"', named("a", "b", login="c")),
        ('id eq "no id"', NOBODY),
        ('id eq ""', NOBODY),
        ('login eq ""', NOBODY),
        (f'login eq "{"x" * 255}"', NOBODY),
        ('id sw "se-"', ByIds(prefix="se-")),
        ('id sw ""', ByIds()),
        ('id gt "se-570031"', ByIds(after="se-570031")),
        ('id gt ""', ByIds()),
        (f'id gt "{"x" * 300}"', ByIds(after="x" * 254)),
        (f'id sw "{"x" * 255}"', NOBODY),
        ('login sw "Sho"', ByIdentifiers("login", "Sho")),
        ('email sw "kim@"', ByIdentifiers("email", "kim@")),
        ('email sw ""', ByIdentifiers("email", "")),
        (f'email sw "{"x" * 255}"', NOBODY),
        (r'login sw "a\"b\\c"', ByIdentifiers("login", r'a"b\c')),
    ],
)
def test_what_an_index_answers(query: str | None, sought: Sought) -> None:
    assert sought_profiles(query, unique_emails=True) == sought


@pytest.mark.parametrize(
    "query",
    [
        'lastName eq "Anderson"',
        'firstName sw "K"',
        'parentOrganization eq "100002"',
        'email co "kim"',
        'login gt "a"',
        'email gt "a"',
        'id lt "a"',
        'Id eq "a"',
        'id eq "a" and login eq "b"',
        'id eq "a" or login sw "b"',
        'id gt "a" or id gt "b"',
        '(id eq "a")',
        "id eq a",
        'id eq "a',
        "id pr",
        "kim@example.com",
    ],
)
def test_what_none_answers(query: str) -> None:
    with pytest.raises(SearchNotAnswered) as refused:
        sought_profiles(query, unique_emails=True)
    assert "id, login or email" in refused.value.dev_message
    assert "kim@" not in refused.value.dev_message


def test_shared_addresses_are_in_no_index() -> None:
    for query in ('email eq "kim@example.com"', 'email sw "kim"', 'id eq "a" or email eq "b@example.com"'):
        with pytest.raises(SearchNotAnswered, match="SearchNotAnswered") as refused:
            sought_profiles(query, unique_emails=False)
        assert "shared" in refused.value.dev_message
    assert sought_profiles('login eq "a"', unique_emails=False) == named(login="a")


@pytest.mark.parametrize(
    ("sought", "member"),
    [(ByIds(), "id"), (named("a"), "id"), (ByIdentifiers("login", ""), "login"), (ByIdentifiers("email", ""), "email")],
)
def test_the_order_is_that_of_the_index(sought: Sought, member: str) -> None:
    assert ordered_by(sought) == member
