"""Which profiles a `q` looks for, and how they are found (contract: companions.md §7)."""

import re
from typing import Any

import pytest

from commerce.errors import SearchNotAnswered
from commerce.listing import MAX_NESTING
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.search import (
    MAX_TERMS,
    NOBODY,
    ByIdentifiers,
    ByIds,
    Filtered,
    Named,
    Sought,
    matching,
    ordered_by,
    sought_profiles,
    unreadable,
)
from commerce.shopper_types.model import LabelledType, read_type
from commerce.shopper_types.security import Holdings
from commerce.storage import Store
from commerce.storage.indexes import AllOf, AnyOf, Compared, IndexRange, NoneOf, Present, Walk


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
        ('ID eq "a" or Login eq "B" or EMAIL eq "C"', named("a", login="b", email="c")),
        ('(id eq "a")', named("a")),
        ("id eq 7", named("7")),
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
        (r'login sw "M\u00fcll\u00E9r \/\b\f\n\r\t\\u0041"', ByIdentifiers("login", "Müllér /\b\f\n\r\t\\u0041")),
        (r'login sw "\ud83d\ude00😀"', ByIdentifiers("login", "😀😀")),
    ],
)
def test_what_keys_answer(query: str | None, sought: Sought) -> None:
    assert sought_profiles(query, unique_emails=True) == sought


# --- what goes through the filter, and along which ids


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ('lastName eq "Anderson"', ByIds()),
        ('email co "kim"', ByIds()),
        ('login gt "a"', ByIds()),
        ('id lt "a"', ByIds()),
        ("id pr", ByIds()),
        ('id eq "a" or login sw "b"', ByIds()),
        ('id gt "a" or id gt "b"', ByIds()),
        ('not (id gt "a")', ByIds()),
        ('id eq "a" and login eq "b"', ByIds(prefix="a")),
        ('firstName pr and id sw "a"', ByIds(prefix="a")),
        ('firstName pr and ID GT "a"', ByIds(after="a")),
        ('id gt "a" and id sw "b"', ByIds(after="a")),
        ('id gt "a" and id eq "b"', ByIds(prefix="b")),
        ('firstName pr and (id gt "a" or lastName pr)', ByIds()),
        (f'firstName pr and id gt "{"x" * 255}"', ByIds()),
    ],
)
def test_what_the_rest_goes_by(query: str, where: ByIds) -> None:
    sought = sought_profiles(query, unique_emails=True)
    assert isinstance(sought, Filtered)
    assert sought.where == where


def test_shared_addresses_are_in_no_rows_of_their_own() -> None:
    for query in ('email eq "kim@example.com"', 'email sw "kim"', 'id eq "a" or email eq "b@example.com"'):
        assert isinstance(sought_profiles(query, unique_emails=False), Filtered)
    assert sought_profiles('login eq "a"', unique_emails=False) == named(login="a")


@pytest.mark.parametrize(
    "query",
    [
        "id eq a",
        'lastName eq "\ud800"',
        'id eq "\ud800"',
        "\udc00 pr",
        'id eq "a',
        "kim@example.com",
        "id",
        'id eq "a" and',
        'and id eq "a"',
        "not id pr",
        "(id pr",
    ],
)
def test_what_cannot_be_read(query: str) -> None:
    with pytest.raises(SearchNotAnswered) as refused:
        sought_profiles(query, unique_emails=True)
    assert "joined by and, or, not" in refused.value.dev_message
    assert "kim@" not in refused.value.dev_message


@pytest.mark.parametrize(
    ("sought", "member"),
    [
        (ByIds(), "id"),
        (named("a"), "id"),
        (ByIdentifiers("login", ""), "login"),
        (ByIdentifiers("email", ""), "email"),
        (sought_profiles("lastName pr", unique_emails=True), "id"),
    ],
)
def test_the_order_is_that_of_the_index(sought: Sought, member: str) -> None:
    assert ordered_by(sought) == member


# --- what a row must say


def declared(**properties: Any) -> DeclaredProperties:
    """For an administrator, of a shopper type with these properties as they are stored."""
    shopper_type = read_type({"properties": properties}, 1)
    return DeclaredProperties(
        LabelledType(shopper_type, "en", "en", {}, {}), Holdings(frozenset({"adminRole"}), frozenset(), owner=False)
    )


def filtered(query: str) -> Filtered:
    sought = sought_profiles(query, unique_emails=True)
    assert isinstance(sought, Filtered)
    return sought


LAST, FIRST = ("searched", "lastName"), ("searched", "firstName")
NOTE = ("searched", "custom", "x_note")
NO_NOTE = NoneOf(
    AnyOf((Present(NOTE), Present(("searched", "others", "x_note")), Compared(("searched", "rest"), "<=", "x_note")))
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('lastName eq "ANDERSON"', Compared(LAST, "=", "anderson")),
        ('lastName ne "a"', NoneOf(Compared(LAST, "=", "a"))),
        ('lastName co "a"', Compared(LAST, "contains", "a")),
        ('lastName sw "a"', Compared(LAST, "begins_with", "a")),
        ('lastName ge "a"', Compared(LAST, ">=", "a")),
        ("lastName pr", Present(LAST)),
        ('id co "A"', Compared(("searched", "id"), "contains", "A")),
        ('parentOrganization.id eq "A"', Compared(("searched", "parentOrganization"), "=", "A")),
        (
            'registrationDate gt "2026-03-14"',
            Compared(("searched", "registrationDate"), ">", "2026-03-14t00:00:00.000z"),
        ),
        ("active eq false", Compared(("active",), "=", value=False)),
        ("active eq true", AnyOf((Compared(("active",), "=", value=True), NoneOf(Present(("active",)))))),
        (
            'firstName pr or firstName pr and not (lastName pr or id eq "a")',
            AnyOf(
                (
                    Present(FIRST),
                    AllOf(
                        (
                            Present(FIRST),
                            NoneOf(AnyOf((Present(LAST), Compared(("searched", "id"), "=", "a")))),
                        )
                    ),
                )
            ),
        ),
        ('x_note eq "Own"', Compared(NOTE, "=", "own")),
        ('x_note sw "Com"', AnyOf((Compared(NOTE, "begins_with", "com"), NO_NOTE))),
        ("x_note pr", AnyOf((Present(NOTE), NO_NOTE))),
        ('not (not (lastName eq "a"))', Compared(LAST, "=", "a")),
        ('not (lastName ne "a")', Compared(LAST, "=", "a")),
        ('lastName sw "ΠΑΠΑΣ"', Compared(LAST, "begins_with", "παπασ")),
    ],
)
def test_what_a_query_becomes(query: str, expected: Any) -> None:
    store = declared(x_note={"type": "shortText", "default": "Common"})
    assert matching(filtered(query), store) == AllOf((Present(("searched",)), expected))


def test_terms_are_bounded() -> None:
    most = " and ".join(["lastName pr"] * MAX_TERMS)
    assert isinstance(matching(filtered(most), declared()), AllOf)
    with pytest.raises(SearchNotAnswered):
        matching(filtered(f"{most} and lastName pr"), declared())


class Client:
    """Takes what DynamoDB takes: 4 KB of expression with 300 operators and functions."""

    def query(self, **parameters: Any) -> dict[str, Any]:
        expression = parameters["FilterExpression"]
        operators = re.findall(r"\b(?:AND|OR|NOT)\b|[<>=]+|attribute_exists|begins_with|contains", expression)
        assert len(operators) <= 300
        assert len(expression) <= 4096
        return {"Items": []}


@pytest.mark.parametrize("term", ['{} eq "d"', '{} ne "d"', "{} pr", '{} sw "d"'])
@pytest.mark.parametrize("word", [" or ", " and "])
def test_whatever_may_be_asked_dynamodb_takes(term: str, word: str) -> None:
    names = [f"x_{'n' * 36}{number:02}" for number in range(MAX_TERMS)]
    store = declared(**{name: {"type": "shortText", "default": "d"} for name in names})
    terms = [term.format(name) for name in names]
    # Each term as deep as may be; all of them in each other, as deep as may be.
    inside = terms[:]
    while len(inside) > MAX_TERMS - MAX_NESTING:
        *inside, one, other = inside
        inside.append(f"not ({one}{word}{other})")
    for query in (word.join(f"{'not (' * MAX_NESTING}{text}{')' * MAX_NESTING}" for text in terms), word.join(inside)):
        rows = Walk(Store(Client()), IndexRange("profiles", "ByKind", "profile"), matching(filtered(query), store))
        assert rows.read(1) == []


@pytest.mark.parametrize("query", ["x_note pr", 'not (X_NOTE eq "a")', 'id eq "a" or (id pr and x_note ne "a")'])
def test_every_term_is_looked_at_for_what_may_not_be_read(query: str) -> None:
    assert not unreadable(filtered(query), declared(x_note={"type": "shortText"}))
    assert unreadable(filtered(query), declared(x_note={"type": "shortText", "readRole": "another"}))


def test_identifiers_may_be_closed_too() -> None:
    closed = declared(login={"readRole": "another"})
    for query in ('login eq "a"', 'login sw "a"', 'id eq "a" or login eq "b"', 'login co "a"'):
        assert unreadable(sought_profiles(query, unique_emails=True), closed)
    for other in (None, 'id eq "a"', 'id gt "a"', 'email eq "a"', 'email co "a"'):
        assert not unreadable(sought_profiles(other, unique_emails=True), closed)
