"""Translations of error texts (contract: common.md §6)."""

import json
import re
from pathlib import Path

import pytest

from commerce import errors
from commerce.errors import LoginRefused, NotAString, UnknownSite
from commerce.http.error_body import error_body
from commerce.http.error_table import TABLE, WORDED_BY_CONTRACT

FILES = sorted(Path(errors.__file__).with_name("http").glob("messages/*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_error_has_a_text_with_the_same_blanks_to_fill(file: Path) -> None:
    texts = json.loads(file.read_text(encoding="utf-8"))
    english = {
        kind.__name__: row.text
        for kind, row in TABLE.items()
        if not issubclass(kind, LoginRefused) and kind not in WORDED_BY_CONTRACT
    }
    assert texts.keys() == english.keys()
    for name, text in texts.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english[name])), name


def test_a_regional_locale_reads_its_language_and_any_other_reads_english() -> None:
    assert error_body(UnknownSite(), "fr_CA")["message"] == "Le site n'est pas valide."
    assert error_body(UnknownSite(), "ja")["message"] == "The site is not valid."


def test_values_are_filled_in_once_and_shortened() -> None:
    error = NotAString(property="firstName", value={"{property}": "x" * 500})
    message = error_body(error, "en")["message"]
    assert message.startswith('firstName({"{property}":"xxx')
    assert len(message) < 200
