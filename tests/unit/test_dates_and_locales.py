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


@pytest.mark.parametrize(
    ("texts", "locale"),
    [
        ("pt_BR pt-BR PT_br Pt-bR", "pt_BR"),
        ("no nb NN", "no"),
        ("nb-NO nn_no no-NO", "no_NO"),
        ("iw he HE", "he"),
        ("in id", "id"),
        ("in-ID id_id", "id_ID"),
        ("zh-Hans zh_hans_CN zh-Hans-HK zh-SG zh_Hans_SG zh-CN", "zh_CN"),
        ("zh-Hant zh_hant_TW zh-Hant-CN zh-HK zh_MO zh-Hant-HK zh-TW", "zh_TW"),
        ("zh ZH", "zh"),
        ("en en-Latn en-x-private en_Latn_u_ca_gregory", "en"),
        ("sr-RS sr-Latn-RS sr_Cyrl_RS sr-Latn-RS-ekavsk sr-RS-t-it-x-a-b", "sr_RS"),
        ("es-419 es_Latn_419", "es_419"),
        ("de-1996 de-Latn-1996-u-co-phonebk", "de"),
    ],
)
def test_one_form_for_a_locale(texts: str, locale: str) -> None:
    assert {canonical_locale(text) for text in texts.split()} == {locale}


def test_every_locale_of_the_list_has_its_one_form() -> None:
    assert len(ALL_LOCALES) == len(set(ALL_LOCALES)) == 37
    assert all(canonical_locale(locale) == locale for locale in ALL_LOCALES)


@pytest.mark.parametrize(
    ("header", "locale"),
    [("de", "de"), ("de-AT", "de"), ("DE_de", "de"), ("fr-CA", "fr_CA"), ("fr_BE", "fr"), ("zh", "pt_BR"),
     ("xx", "pt_BR"), ("", "pt_BR"), (None, "pt_BR"), ("zh-Hant-TW", "zh_TW"), ("-", "pt_BR"), ("zh-tw", "zh_TW"),
     ("nn-NO", "no"), ("fr-CA-u-ca-gregory", "fr_CA"), ("de-AT-1996", "de"), ("zh-Hant-SG", "zh_TW"), ("DE-@", "de")],
)  # fmt: skip
def test_the_locale_of_an_optional_header(header: str | None, locale: str) -> None:
    assert negotiated_locale(header, ALL_LOCALES, "pt_BR") == locale


def test_a_required_header_falls_back_to_nothing() -> None:
    assert supported_locale("PT-br", ALL_LOCALES) == "pt_BR"
    assert supported_locale("zh-Hant-HK", ALL_LOCALES) == "zh_TW"
    assert supported_locale("nb", ALL_LOCALES) == "no"
    for header in (None, "", "de-AT", "xx", "nb-NO", "de-@", "de,en", "en_", "_", "en__US", "en-US-"):
        assert supported_locale(header, ALL_LOCALES) is None
