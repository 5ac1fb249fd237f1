"""Pages and searches of lists: companions.md §1."""

from typing import Any

import pytest

from commerce.listing import address_page, page


def entry(nickname: str, **members: Any) -> dict[str, Any]:
    return {"address": {"repositoryId": nickname.lower(), "city": None, **members}, "addressType": nickname}


BOOK = [
    entry("Home", lastName="Anderson", address1='21 "Cedar" Ave', city="Syracuse", postalCode="13202"),
    entry("Work", lastName="anders", address1="7 Main St", city="Boston", postalCode="02108"),
    entry("Barn", lastName=None, address1="21 Cedar Ave", city="albany", types=[{"id": "SHIPPING"}]),
    entry("home", lastName="Zoë", address1="C:\\Road"),
]


def found(**parameters: str) -> list[str]:
    return [item["addressType"] for item in address_page(BOOK, parameters)["items"]]


@pytest.mark.parametrize(
    ("parameters", "shown", "offset", "limit"),
    [
        ({}, [0, 1, 2, 3, 4], 0, 250),
        ({"limit": "2"}, [0, 1], 0, 2),
        ({"limit": "2", "offset": "4"}, [4], 4, 2),
        ({"offset": "5"}, [], 5, 250),
        ({"limit": "0"}, [], 0, 0),
        ({"limit": "251"}, [0, 1, 2, 3, 4], 0, 250),
        ({"limit": "-1", "offset": "x"}, [0, 1, 2, 3, 4], 0, 250),
        ({"limit": "", "offset": "1.0"}, [0, 1, 2, 3, 4], 0, 250),
        ({"limit": "٣", "offset": "9" * 30}, [0, 1, 2, 3, 4], 0, 250),
    ],
)
def test_a_page(parameters: dict[str, str], shown: list[int], offset: int, limit: int) -> None:
    answer = page([{"n": number} for number in range(5)], parameters)
    assert answer == {
        "items": [{"n": number} for number in shown],
        "total": 5,
        "totalResults": 5,
        "offset": offset,
        "limit": limit,
        "count": len(shown),
        "sort": None,
    }


def test_a_nickname_is_found_exactly() -> None:
    assert found(addressType="Home") == ["Home"]
    assert found(addressType="hom") == []
    assert found(addressType="") == ["Home", "Work", "Barn", "home"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('lastName co "ANDERS"', ["Home", "Work"]),
        ('lastName eq "anders"', ["Work"]),
        ('lastName sw "zo"', ["home"]),
        ('lastName sw "nders"', []),
        ('city CO "b" or postalCode eq "13202"', ["Home", "Work", "Barn"]),
        ('address1 co "cedar" AND city eq "ALBANY"', ["Barn"]),
        ('city eq "boston" OR address1 co "cedar" AND city eq "albany"', ["Work", "Barn"]),
        ('address1 co "\\"cedar\\""', ["Home"]),
        ('address1 sw "c:\\\\r"', ["home"]),
        ('  city  eq  "boston"  ', ["Work"]),
        ('lastName co ""', ["Home", "Work", "home"]),
        (" ", ["Home", "Work", "Barn", "home"]),
    ],
)
def test_a_query(query: str, names: list[str]) -> None:
    assert found(q=query) == found(q=query, queryFormat="SCIM") == names


@pytest.mark.parametrize(
    "query",
    ["lastName", "lastName co Anderson", 'lastName gt "a"', 'nothing co "a"', 'repositoryId eq "home"',
     'addressType eq "Home"', 'types co "SHIPPING"', 'city eq "boston" city eq "boston"', 'city eq "boston" OR',
     'city eq "boston" ORcity eq "boston', '(city eq "boston")', 'city eq "boston\\"', 'not city eq "boston"',
     "OR " * 2000],
)  # fmt: skip
def test_a_query_that_means_nothing_finds_nothing(query: str) -> None:
    assert found(q=query) == []


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("city", ["Barn", "Work", "Home", "home"]),
        ("city:asc", ["Barn", "Work", "Home", "home"]),
        ("city:DESC", ["Home", "Work", "Barn", "home"]),
        ("lastName", ["Work", "Home", "home", "Barn"]),
        ("nothing", ["Home", "Work", "Barn", "home"]),
        ("city:up", ["Home", "Work", "Barn", "home"]),
        ("city,lastName", ["Home", "Work", "Barn", "home"]),
    ],
)
def test_an_order(order: str, names: list[str]) -> None:
    assert found(sort=order) == names
    assert address_page(BOOK, {"sort": order})["sort"] == order


def test_search_order_and_page_together() -> None:
    answer = address_page(BOOK, {"q": 'address1 co "a"', "sort": "address1", "limit": "2", "offset": "1"})
    assert [item["addressType"] for item in answer["items"]] == ["Barn", "Work"]
    assert (answer["total"], answer["totalResults"], answer["count"]) == (4, 4, 2)
