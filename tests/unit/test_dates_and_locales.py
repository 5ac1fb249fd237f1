"""Dates of the wire and locales: common.md §3, §6."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from commerce.dates import canonical_date, format_date, parse_date
from commerce.locales import ALL_LOCALES, canonical_locale, negotiated_locale, supported_locale


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024-02-29", "2024-02-29T00:00:00.000Z"),
        ("2024-02-29T23:59", "2024-02-29T23:59:00.000Z"),
        ("2024-02-29T23:59:58", "2024-02-29T23:59:58.000Z"),
        ("2024-02-29T23:59:58.9", "2024-02-29T23:59:58.900Z"),
        ("2024-02-29T23:59:58.999999999Z", "2024-02-29T23:59:58.999Z"),
        ("2024-02-29T23:59+23:59", "2024-02-29T00:00:00.000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00-00:01", "0001-01-01T00:01:00.000Z"),
        ("9999-12-31T23:59:59.999+00:01", "9999-12-31T23:58:59.999Z"),
    ],
)
def test_accepted_dates(text: str, shown: str) -> None:
    assert canonical_date(text) == shown
    moment = parse_date(shown)
    assert moment is not None
    assert (moment.tzinfo, format_date(moment)) == (UTC, shown)


@pytest.mark.parametrize(
    "text",
    ["", "2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "2024-01-01T", "2024-01-01T1:00", "2024-01-01T24:00",
     "2024-01-01T00:60", "2024-01-01T00:00:60", "2024-01-01T00:00:00.", "2024-01-01T00:00:00,5", "2024-01-01T00Z",
     "2024-01-01Z", "2024-01-01T00:00+0100", "2024-01-01T00:00+24:00", "2024-01-01T00:00+01:60", "2024-01-01t00:00z",
     "0001-01-01T00:00+00:01", "9999-12-31T23:59-00:01", "0000-01-01", "2024-01-01\n", "２０２４-01-01"],
)  # fmt: skip
def test_other_texts(text: str) -> None:
    assert canonical_date(text) is None


def test_moments_of_other_zones_are_shown_in_utc() -> None:
    moment = datetime(2024, 1, 1, 1, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert format_date(moment) == "2023-12-31T23:00:00.999Z"


def test_one_form_for_a_locale() -> None:
    assert {canonical_locale(each) for each in ("pt_BR", "pt-BR", "PT_br", "Pt-bR")} == {"pt_BR"}
    assert len(ALL_LOCALES) == len(set(ALL_LOCALES)) == 37
    assert all(canonical_locale(each) == each for each in ALL_LOCALES)


@pytest.mark.parametrize(
    ("header", "locale"),
    [("de", "de"), ("de-AT", "de"), ("DE_de", "de"), ("fr-CA", "fr_CA"), ("fr_BE", "fr"), ("zh", "pt_BR"),
     ("xx", "pt_BR"), ("", "pt_BR"), (None, "pt_BR"), ("zh-Hant-TW", "pt_BR"), ("-", "pt_BR"), ("zh-tw", "zh_TW")],
)  # fmt: skip
def test_the_locale_of_an_optional_header(header: str | None, locale: str) -> None:
    assert negotiated_locale(header, ALL_LOCALES, "pt_BR") == locale


def test_a_required_header_falls_back_to_nothing() -> None:
    assert supported_locale("PT-br", ALL_LOCALES) == "pt_BR"
    for header in (None, "", "de-AT", "xx"):
        assert supported_locale(header, ALL_LOCALES) is None
