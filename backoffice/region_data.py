"""Rewrite the country and region data of the layer from maintained packages.

    pip install babel iso3166 iso3166-2
    python -m backoffice.region_data

Country names are CLDR's English ones (babel) with ISO's own as a second spelling, regions the ISO 3166-2 codes and
names (iso3166-2). Added by hand: the three Armed Forces regions of US mail, which ISO does not list.
"""

from __future__ import annotations

import importlib
from pathlib import Path

TARGET = Path(__file__).parent.parent / "layers" / "commerce" / "commerce" / "regions"
ARMED_FORCES = {"AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific"}


def main() -> None:
    """Write countries.tsv (code, name, other name) and regions.tsv (country, code, name)."""
    cldr = importlib.import_module("babel").Locale("en").territories
    official = {each.alpha2: each.name for each in importlib.import_module("iso3166").countries}
    subdivisions = importlib.import_module("iso3166_2").Subdivisions().all

    codes = sorted(official.keys() & subdivisions.keys())
    countries = [(code, cldr[code], official[code]) for code in codes]
    regions = [
        (country, code.partition("-")[2], entry["name"])
        for country in codes
        for code, entry in subdivisions[country].items()
    ]
    regions += [("US", code, name) for code, name in ARMED_FORCES.items()]

    _write("countries.tsv", countries)
    _write("regions.tsv", sorted(regions))


def _write(name: str, rows: list[tuple[str, str, str]]) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    (TARGET / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
