"""Countries and their regions: ISO 3166-1 and 3166-2, English names (contract: profiles.md §3).

`tools/region_data.py` makes the two data files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final

_DATA = Path(__file__).parent
# Where a postal address is not complete without its region. Elsewhere the text of `state` is kept as it is.
REGION_COUNTRIES: Final = frozenset({"AU", "BR", "CA", "IN", "MX", "US"})


class Regions:
    """`allowed`: codes of the countries that addresses may lie in, all when empty.

    `with_regions`: codes of the countries whose region list holds.
    """

    def __init__(
        self, allowed: Collection[str] = frozenset(), with_regions: Collection[str] = REGION_COUNTRIES
    ) -> None:
        self._allowed = allowed
        self._with_regions = with_regions

    def country(self, text: str) -> str | None:
        """The code of a country given by alpha-2 code or English name, in any case; None if unknown or not allowed."""
        code = _code(text) if _code(text) in _country_names() else _country_codes().get(folded(text))
        return code if code and (not self._allowed or code in self._allowed) else None

    def country_by_code(self, text: str) -> str | None:
        """The same for a code alone."""
        return self.country(text) if _code(text) in _country_names() else None

    def has_regions(self, country: str) -> bool:
        return country in self._with_regions and bool(_regions(country))

    def region(self, country: str, text: str) -> str | None:
        """The bare code of a region given by code, else by name, else by code as an abbreviation: ``N.C.``"""
        found = self.region_by_code(country, text) or _region_codes(country).get(folded(text))
        return found or self.region_by_code(country, folded(text))

    def region_by_code(self, country: str, text: str) -> str | None:
        """The same for a code alone, which may be a former one."""
        code = _code(text)
        return code if code in _regions(country) else _former_codes(country).get(code)


def country_name(code: str | None) -> str | None:
    """The display name of a country, None for an unknown code."""
    return _country_names().get(code or "")


def region_name(country: str | None, code: str | None) -> str | None:
    """The display name of a region, None for an unknown one."""
    return _regions(country or "").get(code or "")


def needs_postal_code(country: str | None) -> bool:
    """Whether an address there is not complete without one; an unknown country may need it."""
    return country not in _without_postal_codes()


def folded(text: str) -> str:
    """What tells names apart: not case, accents, blanks, punctuation, a ``the`` in front, nor ``&`` for ``and``."""
    words = unicodedata.normalize("NFKD", text.strip().casefold().replace("&", " and ")).removeprefix("the ")
    return "".join(sign for sign in words if sign.isalnum())


def _code(text: str) -> str:
    """Without blanks around it; upper-case, where that keeps the letters: ``ß`` is not SS."""
    text = text.strip()
    return text.upper() if text.isascii() else text


@cache
def _country_rows() -> list[list[str]]:
    text = (_DATA / "countries.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


@cache
def _country_names() -> Mapping[str, str]:
    return {code: name for code, name, *_ in _country_rows()}


@cache
def _without_postal_codes() -> frozenset[str]:
    return frozenset(code for code, _, needed, *_ in _country_rows() if not needed)


@cache
def _country_codes() -> Mapping[str, str]:
    return {folded(name): code for code, shown, _, *others in _country_rows() for name in (shown, *others)}


@cache
def _regions_text() -> str:
    return "\n" + (_DATA / "regions.tsv").read_text(encoding="utf-8")


@cache
def _region_rows(country: str) -> list[list[str]]:
    """Code, shown name, former codes, other names.

    The file is sorted, so that one country's lines are cut out without parsing the others.
    """
    text = _regions_text()
    start = text.find(f"\n{country}\t")
    if len(country) != 2 or start < 0:
        return []
    end = text.rfind(f"\n{country}\t")
    lines = text[start + 1 : text.index("\n", end + 1)].split("\n")
    return [line.split("\t")[1:] for line in lines]


@cache
def _regions(country: str) -> Mapping[str, str]:
    return {code: name for code, name, *_ in _region_rows(country)}


@cache
def _former_codes(country: str) -> Mapping[str, str]:
    return {former: code for code, _, formers, *_ in _region_rows(country) for former in formers.split()}


@cache
def _region_codes(country: str) -> Mapping[str, str]:
    """Folded name → code; where two regions share a spelling, the shown name decides."""
    rows = _region_rows(country)
    others = {folded(name): code for code, _, _, *names in rows for name in names}
    return others | {folded(name): code for code, name, *_ in rows}
