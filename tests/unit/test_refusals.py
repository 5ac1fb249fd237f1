"""The tests' own eye on refusals sees one that does not teach, and one that repeats what was sent."""

import json
from typing import Any

import pytest

from tests.support.refusals import fault

SENT = {
    "body": json.dumps(
        {"firstName": 4711, "address": [{"city": "Ticklerton"}], "gender": "male", "motto": {"id": "motto"}}
    ),
    "headers": {"Authorization": "Bearer abcd.efgh.ijkl", "X-CCAgentContext": '{"shopperProfileId":"bb-110000"}'},
    "multiValueQueryStringParameters": {"name": ["Perpetua"]},
    "pathParameters": {"id": "home-77"},
}


def seen(message: str | None) -> str:
    body = {"errorCode": "1", "message": "Text", "status": "400"}
    return fault(SENT, 400, json.dumps(body if message is None else body | {"devMessage": message}))


@pytest.mark.parametrize("message", [None, "", "Wrong.", "address.city must .", " must be text.", "city must be text"])
def test_what_does_not_teach(message: str | None) -> None:
    assert seen(message)


@pytest.mark.parametrize(
    "value",
    ["Ticklerton", "4711", "abcd.efgh.ijkl", "bb-110000", "Perpetua", "home-77", '{"shopperProfileId":"bb-110000"}'],
)
def test_what_repeats_a_value(value: str) -> None:
    assert value in seen(f"address.city must be a city, not {value}.")


def test_what_teaches() -> None:
    assert seen("address.city must be text of at most 254 characters.") == ""
    # A word of the product's own, whoever says it too.
    assert seen("gender must be male, female, unknown or null.") == ""
    # A member's name, though its id is a value.
    assert seen("motto.type must be shortText.") == ""


@pytest.mark.parametrize("text", [None, 'must hold "quotes".', "must hold ümlauts."])
def test_a_description_is_made_of_what_oauth_allows(text: str | None) -> None:
    body: dict[str, Any] = {"error": "invalid_request"} | ({"error_description": f"It {text}"} if text else {})
    assert fault({}, 400, json.dumps(body))


def test_every_entry_of_several_must_teach() -> None:
    good, bad = {"devMessage": "email must be text."}, {"message": "Text"}
    assert fault({}, 400, json.dumps({**good, "errors": [good]})) == ""
    assert fault({}, 400, json.dumps({**good, "errors": [good, bad]}))
