"""Error texts: translations (contract: common.md §6), and what developers are told (§5.1)."""

from commerce.errors import (
    Contention,
    EmailRequired,
    InvalidRequest,
    NotAString,
    OrderUpdateFailed,
    PropertyErrors,
    UnknownSite,
    WriteDenied,
)
from commerce.http.error_body import error_body


def test_a_regional_locale_reads_its_language_and_any_other_reads_english() -> None:
    assert error_body(UnknownSite(), "fr_CA")["message"] == "Le site n'est pas valide."
    assert error_body(UnknownSite(), "ja")["message"] == "The site is not valid."


def test_values_are_filled_in_once_and_shortened() -> None:
    error = NotAString(property="firstName", value={"{property}": "x" * 500})
    message = error_body(error, "en")["message"]
    assert message.startswith('firstName({"{property}":"xxx')
    assert len(message) < 200


def test_developers_are_told_in_english_and_nothing_where_nothing_helps() -> None:
    told = "The header x-ccsite must name a site of the store, or be left out for the default one."
    assert error_body(UnknownSite(), "fr")["devMessage"] == told
    assert "devMessage" not in error_body(Contention(), "en")
    assert error_body(InvalidRequest(), "en") == {"error": "invalid_request"}
    wrong = InvalidRequest(expected="be password")
    assert error_body(wrong, "de") == {"error": "invalid_request", "error_description": "grant_type must be password."}


def test_the_sentence_names_what_is_told_of_else_the_path_else_what_the_kind_is_about() -> None:
    named = OrderUpdateFailed(path="items[0]", about="items[0].price", expected="be a number")
    assert (named.dev_message, error_body(named, "en")["o:errorPath"]) == (
        "items[0].price must be a number.",
        "items[0]",
    )
    assert OrderUpdateFailed(path="items[0]", expected="be a number").dev_message == "items[0] must be a number."
    assert OrderUpdateFailed(expected="be small").dev_message == "The order must be small."


def test_each_of_several_errors_has_its_own_and_the_whole_has_the_first_one_s() -> None:
    body = error_body(PropertyErrors([EmailRequired(path="email"), WriteDenied(path="x_a", property="x_a")]), "en")
    first, second = (entry["devMessage"] for entry in body["errors"])
    assert body["devMessage"] == first
    assert (first.split()[0], second.split()[0]) == ("email", "x_a")
