"""Updates of different members commute, whatever they are: profiles.md §6."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.profiles.updates import apply, profile

TEXT = st.text(max_size=12) | st.none()
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("firstName", "middleName", "lastName", "daytimeTelephoneNumber", "locale"), TEXT),
    "gender": st.sampled_from(["male", "female", "unknown", None]),
    "dateOfBirth": st.dates().map(str) | st.sampled_from([None, "", "null"]),
    "receiveEmail": st.sampled_from(["yes", "no", None]),
    "GDPRProfileP13nConsentGranted": st.booleans() | st.none(),
    "login": st.text(min_size=1, max_size=12),
    "shippingAddresses": st.lists(
        st.sampled_from(
            [{"alias": alias, "address1": "1", "city": "Bonn", "country": "DE", "postalCode": "1"} for alias in "abc"]
        ),
        max_size=3,
        unique_by=lambda address: address["alias"],
    ),
}
UPDATES = st.fixed_dictionaries({}, optional=VALUES)


@given(UPDATES, UPDATES)
@settings(max_examples=150)
def test_merges_commute(one: dict[str, Any], two: dict[str, Any]) -> None:
    two = {name: value for name, value in two.items() if name not in one}
    assert apply(apply(profile(), one), two) == apply(apply(profile(), two), one)


@given(UPDATES)
@settings(max_examples=100)
def test_an_update_made_twice_is_made_once(update: dict[str, Any]) -> None:
    once = apply(profile(), update)
    twice = apply(once, update)
    assert (twice.document, twice.login) == (once.document, once.login)


@given(UPDATES, UPDATES)
@settings(max_examples=100)
def test_only_what_is_named_changes(first: dict[str, Any], update: dict[str, Any]) -> None:
    before = apply(profile(), first)
    after = apply(before, update)
    stored = {"receiveEmail": "sites", "GDPRProfileP13nConsentGranted": "sites", "shippingAddresses": "addresses"}
    named = {stored.get(name, name) for name in update} | {"defaultAddress"}
    for name in set(before.document) | set(after.document):
        if name not in named:
            assert after.document.get(name) == before.document.get(name), name
