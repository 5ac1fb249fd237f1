"""Translations of error texts (contract: common.md §6)."""

from commerce.errors import NotAString, UnknownSite
from commerce.http.error_body import error_body


def test_a_regional_locale_reads_its_language_and_any_other_reads_english() -> None:
    assert error_body(UnknownSite(), "fr_CA")["message"] == "Le site n'est pas valide."
    assert error_body(UnknownSite(), "ja")["message"] == "The site is not valid."


def test_values_are_filled_in_once_and_shortened() -> None:
    error = NotAString(property="firstName", value={"{property}": "x" * 500})
    message = error_body(error, "en")["message"]
    assert message.startswith('firstName({"{property}":"xxx')
    assert len(message) < 200
