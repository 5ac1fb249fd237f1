"""Countries and their regions: ISO 3166-1 and 3166-2, English names (contract: profiles.md §3)."""

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
        code = _code(text) if _code(text) in _country_names() else _country_codes().get(_folded(text))
        return code if code and (not self._allowed or code in self._allowed) else None

    def country_by_code(self, text: str) -> str | None:
        """The same for a code alone."""
        return self.country(text) if _code(text) in _country_names() else None

    def has_regions(self, country: str) -> bool:
        return country in self._with_regions and bool(_regions(country))

    def region(self, country: str, text: str) -> str | None:
        """The bare code of a region given by code, else by name."""
        return self.region_by_code(country, text) or _region_codes(country).get(_folded(text))

    def region_by_code(self, country: str, text: str) -> str | None:
        code = _code(text)
        return code if code in _regions(country) else None


def country_name(code: str | None) -> str | None:
    """The display name of a country, None for an unknown code."""
    return _country_names().get(code or "")


def region_name(country: str | None, code: str | None) -> str | None:
    """The display name of a region, None for an unknown one."""
    return _regions(country or "").get(code or "")


def _code(text: str) -> str:
    """Upper-case, where that keeps the letters: ``ß`` is not SS."""
    return text.upper() if text.isascii() else text


def _folded(text: str) -> str:
    """Case and accents do not tell names apart."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@cache
def _country_rows() -> list[list[str]]:
    text = (_DATA / "countries.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


@cache
def _country_names() -> Mapping[str, str]:
    return {code: name for code, name, *_ in _country_rows()}


@cache
def _country_codes() -> Mapping[str, str]:
    return {_folded(name): code for code, *names in _country_rows() for name in names}


@cache
def _regions_text() -> str:
    return "\n" + (_DATA / "regions.tsv").read_text(encoding="utf-8")


@cache
def _region_rows(country: str) -> list[list[str]]:
    """Code and names. The file is sorted, so that one country's lines are cut out without parsing the others."""
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
def _region_codes(country: str) -> Mapping[str, str]:
    """Folded name → code; where two regions share a spelling, the shown name decides."""
    rows = _region_rows(country)
    others = {_folded(name): code for code, _, *names in rows for name in names}
    return others | {_folded(name): code for code, name, *_ in rows}
