"""A store's files out of Oracle Commerce Cloud's exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from backoffice.checking import CHECKS, OBJECTS, check_store
from backoffice.conversion.exports import Entry, Export, read_export
from backoffice.conversion.goods import Goods
from backoffice.conversion.people import People
from backoffice.conversion.promotions import promotion_of
from backoffice.conversion.report import Remark, Report
from backoffice.deployment import no_deployment
from backoffice.exporting import LARGE, whole, write_records
from backoffice.findings import BadData, Findings
from backoffice.records import LINES
from commerce.exact_json import JsonObject

REPORT: Final = "conversion.txt"


def convert_store(
    sources: Sequence[Path], directory: Path, *, locale: str, site: str = ""
) -> tuple[dict[str, int], Report, Findings]:
    """Write the files, and the report beside them; the records of each file, the report, what `check` says at the end.

    `locale`: of texts that do not say theirs. `site`: the store's one site, which gets all price list groups, the first
    as its default, and what shoppers said without a site. A record that `check` finds an error in is left
    out and told. Raises BadData for an export that cannot be read, or a folder that holds a store's files.
    """
    if taken := [name for name in _possible(directory) if name.exists()]:
        raise BadData(f"{taken[0]} is there already: convert into an empty folder")
    report = Report()
    exports = [export for file in _files(sources) if (export := read_export(file, report))]
    directory.mkdir(parents=True, exist_ok=True)
    files, origins = _converted(exports, report, locale, site)
    findings = _write_sound(directory, files, origins, report)
    _tell_needs(files, report)
    with whole(directory / REPORT) as opened:
        opened.writelines(f"{remark}\n" for remark in report.remarks)
    return {kind: len(records) for kind, records in files.items()}, report, findings


def _files(sources: Sequence[Path]) -> Iterable[Path]:
    for source in sources:
        yield from sorted(file for file in source.iterdir() if file.is_file()) if source.is_dir() else [source]


def _possible(directory: Path) -> Iterable[Path]:
    for kind in CHECKS:
        yield from (directory / f"{kind}.json", directory / f"{kind}{LINES}")
    yield directory / REPORT


def _converted(
    exports: Sequence[Export], report: Report, locale: str, site: str
) -> tuple[dict[str, list[JsonObject]], Mapping[str, Entry]]:
    """The records by kind of file, in the order of loading, and where records with an id come from."""
    goods, people = Goods(report, locale), People(report, no_deployment().regions, site)
    promotions: list[JsonObject] = []
    origins: dict[str, Entry] = {}

    def add_promotion(entry: Entry, said: str) -> None:
        promotion = promotion_of(entry, said or locale, report)
        if promotion is not None:
            promotions.append(promotion)
            origins[str(promotion.get("id"))] = entry

    # What names others comes after them.
    for kind, add in (
        ("priceListGroups", goods.add_group),
        ("products", goods.add_product),
        ("skus", goods.add_sku),
        ("prices", goods.add_price),
        ("promotions", add_promotion),
        ("accounts", people.add_account),
        ("profiles", people.add_profile),
    ):
        for export in exports:
            if export.kind == kind:
                for entry in export.entries:
                    add(entry, export.locale)
    properties = people.end()
    of_site = {"priceListGroups": [*goods.groups]}
    files = {
        "configuration": [{"sites": {site: of_site}}] if site and goods.groups else [],
        "priceListGroups": [*goods.groups.values()],
        "products": [*goods.products.values()],
        "prices": [*goods.price_records()],
        "promotions": promotions,
        "organizations": [*people.organizations.values()],
        "shopper_type": [{"properties": properties}] if properties else [],
        "shoppers": [*people.shoppers.values()],
    }
    return {kind: records for kind, records in files.items() if records}, goods.origins | people.origins | origins


def _write_sound(
    directory: Path, files: dict[str, list[JsonObject]], origins: Mapping[str, Entry], report: Report
) -> Findings:
    """Write the records that `check` finds no error in; what it says at the end."""
    while True:
        names = {_write(directory, kind, records): kind for kind, records in files.items()}
        findings = check_store(directory, no_deployment())
        wrong: dict[tuple[str, int], list[str]] = {}
        for finding in findings.errors:
            kind = names.get(finding.file)
            if kind and kind not in OBJECTS and finding.line:
                # A record a line, after the bracket.
                at = finding.line - (1 if finding.file.endswith(LINES) else 2)
                wrong.setdefault((kind, at), []).append(finding.text)
        if not wrong:
            return findings
        for (kind, at), texts in wrong.items():
            record = files[kind][at]
            name = str(record.get("id") or record.get("productId") or "")
            entry = origins.get(name) if "id" in record else None
            file, place = (entry.file, entry.place) if entry else (f"{kind}.json", "")
            report.add(Remark(file, place, name, "", f"left out: {'; '.join(texts)}"))
        _leave_out_prices(wrong, files, report)
        for kind in list(files):
            files[kind] = [record for at, record in enumerate(files[kind]) if (kind, at) not in wrong]
            if not files[kind]:
                del files[kind]
        for name, kind in names.items():
            if kind not in files or name.endswith(LINES):
                (directory / name).unlink()


def _leave_out_prices(
    wrong: dict[tuple[str, int], list[str]], files: Mapping[str, Sequence[JsonObject]], report: Report
) -> None:
    """Prices of products that are left out are too."""
    products = {str(files["products"][at].get("id")) for kind, at in wrong if kind == "products"}
    for at, record in enumerate(files.get("prices", ())):
        if record["productId"] in products and ("prices", at) not in wrong:
            wrong["prices", at] = []
            report.add(Remark("prices.json", "", record["productId"], "", "left out, since its product is"))


def _write(directory: Path, kind: str, records: Sequence[JsonObject]) -> str:
    suffix = LINES if len(records) >= LARGE and kind not in OBJECTS else ".json"
    with whole(directory / f"{kind}{suffix}") as opened:
        write_records(opened, records, kind, suffix)
    return f"{kind}{suffix}"


def _tell_needs(files: Mapping[str, Sequence[JsonObject]], report: Report) -> None:
    """What exports do not hold, and the store needs."""
    groups = {record["id"] for record in files.get("priceListGroups", ())}
    missing = dict.fromkeys(
        record["priceListGroup"] for record in files.get("prices", ()) if record["priceListGroup"] not in groups
    )
    for group in missing:
        why = "its currency is in no bulk export: add it, or convert with the answer of GET /ccadmin/v1/priceListGroups"
        report.add(Remark("priceListGroups.json", "", group, "", why))
    if groups and "configuration" not in files:
        why = "no export holds sites: name one with --site, or write which price list groups which site has"
        report.add(Remark("configuration.json", "", "", "sites", why))
    if count := len(files.get("shoppers", ())):
        why = f"no export holds passwords: nobody can log in as one of these {count:,} until it has a new one"
        report.add(Remark("shoppers.json", "", "", "password", why))
