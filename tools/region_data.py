"""Rewrite the country and region data of the layer from maintained packages.

    pip install iso3166 iso3166-2
    npm pack cldr-localenames-full cldr-subdivisions-full      # and unpack both into one folder each
    python -m tools.region_data LOCALENAMES_FOLDER SUBDIVISIONS_FOLDER

Which countries and regions there are is ISO 3166-1 and 3166-2 (iso3166, iso3166-2). Their names are CLDR's English
ones, in English-speaking countries ISO's; the other spellings are read too. Added by hand: the three Armed Forces
regions of US mail, which ISO does not list, and two names that people use.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "layers" / "commerce" / "commerce" / "addresses"
ARMED_FORCES = {"AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific"}
ENGLISH_SPEAKING = {"AU", "CA", "GB", "IE", "NZ", "US"}
ALSO_KNOWN_AS = {"US": ["USA"], "GB": ["Great Britain"]}


def main(arguments: Sequence[str]) -> None:
    """Write countries.tsv (code, names) and regions.tsv (country, code, names); the first name is the one shown."""
    names, subdivisions = (Path(folder) / "package" for folder in arguments)
    territories = _read(names / "main" / "en" / "territories.json")["main"]["en"]["localeDisplayNames"]["territories"]
    english = _read(subdivisions / "subdivisions" / "en" / "en.json")["subdivisions"]["localeDisplayNames"][
        "subdivisions"
    ]
    official = {country.alpha2: country.name for country in importlib.import_module("iso3166").countries}
    regions = importlib.import_module("iso3166_2").Subdivisions().all

    codes = sorted(official.keys() & regions.keys())
    countries = [
        (
            code,
            *_distinct(
                [territories[code], official[code], *_variants(territories, code), *ALSO_KNOWN_AS.get(code, ())]
            ),
        )
        for code in codes
    ]
    rows = [
        (country, code.partition("-")[2], *_region_names(country, str(entry["name"]), english.get(_compact(code))))
        for country in codes
        for code, entry in regions[country].items()
    ]
    rows += [("US", code, name) for code, name in ARMED_FORCES.items()]
    _write("countries.tsv", countries)
    _write("regions.tsv", sorted(rows))


def _region_names(country: str, official: str, english: str | None) -> list[str]:
    return _distinct([official, english] if country in ENGLISH_SPEAKING else [english, official])


def _compact(code: str) -> str:
    return code.replace("-", "").lower()


def _variants(territories: dict[str, str], code: str) -> list[str]:
    return [name for key, name in territories.items() if key.startswith(f"{code}-alt-")]


def _distinct(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _write(name: str, rows: Iterable[tuple[str, ...]]) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    (TARGET / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
