"""Whatever `q` says, it finds what a plain reading of it finds in the profiles that the list shows, page by page.

The reading here knows nothing of DynamoDB, of the index or of the product's parser: queries are made as trees, written
out, and held against the members that everybody's list has.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.people import Person, put_person
from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from commerce.storage import indexes
from tests.support.deployment import Product

DECLARED: Mapping[str, Mapping[str, Any]] = {
    "x_text": {"type": "shortText", "default": "ab"},
    "x_points": {"type": "number"},
    "x_flag": {"type": "checkbox", "default": False},
    "x_day": {"type": "date"},
}
WORDS = st.text('abAB"\\ é', min_size=1, max_size=3)
POINTS = st.integers(-12, 12) | st.decimals(-3, 3, places=1).filter(lambda value: value != int(value))
DAYS = st.sampled_from(["2026-03-14", "2026-03-15", "1999-12-31"]).map(lambda day: f"{day}T00:00:00.000Z")
ORGANIZATIONS = st.sampled_from(["100002", "100003", "Org-a", "org-A"])
IDS = ["a", "A", "b1", "b2", "B", "c-1", "c-10", "c-2"]

PROFILES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "firstName": WORDS | st.just(""),
            "lastName": WORDS,
            "registrationDate": DAYS,
            "parentOrganization": ORGANIZATIONS.map(lambda name: {"repositoryId": name}),
            "active": st.booleans(),
            "custom": st.fixed_dictionaries(
                {}, optional={"x_text": WORDS | st.just(""), "x_points": POINTS, "x_flag": st.booleans(), "x_day": DAYS}
            ),
        },
    ),
    min_size=1,
    max_size=len(IDS),
)

Value: TypeAlias = Any
Comparison: TypeAlias = Callable[[Value, Value], bool]

ORDERS: Mapping[str, Comparison] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
TEXTS: Mapping[str, Comparison] = {**ORDERS, "co": operator.contains, "sw": str.startswith}


@dataclass(frozen=True)
class Sort:
    """Members that are compared alike: with what, by which operators, and how both sides are read before."""

    members: tuple[str, ...]
    operands: st.SearchStrategy[Value]
    operators: Mapping[str, Comparison]
    read: Callable[[Value], Value]


SORTS = (
    Sort(("firstName", "lastName", "x_text", "login"), WORDS | st.sampled_from(IDS), TEXTS, str.lower),
    Sort(("id",), st.sampled_from([*IDS, "c-"]), TEXTS, str),
    Sort(("parentOrganization", "parentOrganization.id"), ORGANIZATIONS | st.just("org"), TEXTS, str),
    Sort(("x_points",), POINTS, ORDERS, float),
    Sort(("x_flag", "active"), st.booleans(), {"eq": operator.eq}, bool),
    Sort(("registrationDate", "x_day"), DAYS, ORDERS, str),
)


@dataclass(frozen=True)
class Query:
    """A query as it is written, and which profiles it is about, as they are shown. `looseness`: 0 of a term or what is
    in parentheses, 1 of what `and` joins, 2 of what `or` joins.
    """

    text: str
    fits: Callable[[Mapping[str, Value]], bool]
    looseness: int = 0

    def within(self, looseness: int) -> str:
        return self.text if self.looseness <= looseness else f"( {self.text})"


def shown_value(shown: Mapping[str, Value], member: str) -> Value:
    if member.startswith("parentOrganization"):
        organization = shown["parentOrganization"]
        return organization and organization["id"]
    if member.startswith("x_"):
        return next(entry["value"] for entry in shown["dynamicProperties"] if entry["id"] == member)
    return shown[member]


def written(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


@st.composite
def terms(draw: st.DrawFn) -> Query:
    sort = draw(st.sampled_from(SORTS))
    member = draw(st.sampled_from(sort.members))
    name = draw(st.sampled_from([*sort.operators, "ne", "pr"]))
    start = f"{draw(st.sampled_from([member, member.upper()]))} {draw(st.sampled_from([name, name.upper()]))}"
    if name == "pr":
        return Query(start, lambda shown: shown_value(shown, member) not in (None, ""))
    operand = draw(sort.operands)
    compare = sort.operators["eq" if name == "ne" else name]

    def fits(shown: Mapping[str, Value]) -> bool:
        value = shown_value(shown, member)
        return (value not in (None, "") and compare(sort.read(value), sort.read(operand))) is (name != "ne")

    return Query(f"{start} {written(operand)}", fits)


def negated(part: Query) -> Query:
    return Query(f"not ({part.text})", lambda shown: not part.fits(shown))


def joined(parts: list[Query]) -> st.SearchStrategy[Query]:
    return st.sampled_from(
        [
            Query(" and ".join(part.within(0) for part in parts), lambda shown: all(p.fits(shown) for p in parts), 1),
            Query(" OR ".join(part.within(1) for part in parts), lambda shown: any(p.fits(shown) for p in parts), 2),
        ]
    )


QUERIES = st.recursive(
    terms(), lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(joined) | inner.map(negated), max_leaves=6
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(profiles=PROFILES, query=QUERIES, limit=st.integers(0, 4), offset=st.integers(0, 4), backwards=st.booleans())
def test_what_is_found_is_what_it_says(
    product: Product, profiles: list[dict[str, Any]], query: Query, limit: int, offset: int, backwards: bool
) -> None:
    token = product.issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",))

    def found(**parameters: Any) -> Any:
        answer = product.call("GET", f"/ccadmin/v1/profiles?{urlencode(parameters)}", token=token)
        assert answer.status == 200, answer.text
        return answer.body

    _put(product, token, profiles)
    everybody = found()["items"]
    assert len(everybody) == len(profiles)
    expected = [shown["id"] for shown in everybody if query.fits(shown)]
    ordered = expected[::-1] if backwards else expected
    # An identifier alone is looked for by keys, in an order of its own.
    q, sort = f"id pr and {query.within(0)}", "id:desc" if backwards else "id"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexes, "FIRST_STRIDE", 2)
        whole = found(q=q, sort=sort, totalResults="false")
        page = found(q=q, sort=sort, limit=limit, offset=offset)
    assert [item["id"] for item in whole["items"]] == ordered
    assert page["total"] == len(expected)
    assert [item["id"] for item in page["items"]] == ordered[offset : offset + limit]


TOKENS = st.sampled_from(
    ["(", ")", "((", "not", "not(", "and", "or", "id", "lastName", "active", "x", "parentOrganization.id", "eq", "ne",
     "co", "pr", "gt", '"a"', '""', '"\\""', '"', "true", "1", "-1e999", ".", "\x00", "#n0", ":v0", "é", "  "]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(TOKENS, max_size=12).map(" ".join)
    | st.text(max_size=40)
    | st.tuples(QUERIES, TOKENS).map(lambda pair: f"{pair[0].text} {pair[1]}")
)
def test_whatever_is_sent_is_answered_or_refused(product: Product, q: str) -> None:
    token = product.issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",))
    answer = product.call("GET", f"/ccadmin/v1/profiles?{urlencode({'q': q})}", token=token)
    assert answer.status in (200, 400), answer.text


def _put(product: Product, token: str, profiles: list[dict[str, Any]]) -> None:
    """These profiles and no others, and the properties that they have values of."""
    deployment = product.deployment
    if any(row.hash_key.value == "se-570031" for row in product.rows("PROFILES_TABLE")):
        properties = {name: {"label": name, "internalOnly": False, **one} for name, one in DECLARED.items()}
        answer = product.call(
            "PUT",
            "/ccadmin/v1/shopperTypes/user",
            {"properties": properties},
            token=token,
            headers={"X-CCAsset-Language": "en"},
        )
        assert answer.status == 200, answer.text
    product.clear("PROFILES_TABLE")
    for profile_id, record in zip(IDS, profiles, strict=False):
        document = {name: value for name, value in record.items() if name != "active"}
        # Logins that have the ids' order: no two are equal without case.
        person = Person(profile_id, f"{profile_id} {profile_id.encode().hex()}", document, active=record.get("active"))
        put_person(deployment, deployment.tables.profiles, "profile", person)
