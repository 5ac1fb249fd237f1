"""What a check knows: what the stack holds, and over it what the files read so far say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from backoffice.catalogue import MAX_DOCUMENT_BYTES, known_products, repository_of
from backoffice.deployment import Deployment
from backoffice.findings import Finding, Findings, suggestion
from backoffice.records import Record
from commerce.accounts.directory import Directory
from commerce.accounts.repository import DirectoryRepository
from commerce.addresses.regions import Regions
from commerce.configuration import ConfigurationRepository, StoreConfiguration
from commerce.configuration.model import read_configuration
from commerce.exact_json import JsonObject
from commerce.profiles.repository import ProfileRepository
from commerce.shopper_types.model import LabelledType
from commerce.shopper_types.repository import ShopperTypeRepository
from commerce.storage import encode_document

HERE: Final = " (in these files; name a stack to look there too)"


class Book:
    """The state of the store as a load of the files would leave it, as far as records refer to each other.

    `replace`: whether the load takes away what records leave out.
    """

    def __init__(self, deployment: Deployment, findings: Findings, *, replace: bool = False) -> None:
        self.deployment = deployment
        self.findings = findings
        self.replace = replace
        self.own_products: dict[str, frozenset[str]] = {}
        self.own_profiles: set[str] = set()

    # --- the stack, each part read when it is first asked for

    @cached_property
    def regions(self) -> Regions:
        return self.deployment.regions

    @cached_property
    def selling(self) -> JsonObject:
        """Kind → id → record."""
        return dict(repository_of(self.deployment).selling_document())

    @cached_property
    def configuration(self) -> StoreConfiguration:
        repository = ConfigurationRepository(
            self.deployment.store, self.deployment.tables.catalogue, self.deployment.settings.default_site
        )
        return repository.current(self.deployment.store.get(repository.keys()))

    @cached_property
    def directory(self) -> Directory:
        tree = DirectoryRepository(self.deployment.store, self.deployment.tables.organizations)
        return tree.current(self.deployment.store.get(tree.keys()))

    @cached_property
    def shopper_type(self) -> LabelledType:
        locale = self.deployment.settings.default_locale
        types = ShopperTypeRepository(self.deployment.store, self.deployment.tables.shopper_types, locale)
        return types.current(self.deployment.store.get(types.keys(locale)), locale)

    # --- what records may name

    @property
    def sites(self) -> Mapping[str, Sequence[str]]:
        """Sites with their price list groups."""
        return {site.id: site.price_list_groups for site in self.configuration.sites.values()}

    @property
    def currencies(self) -> Mapping[str, str]:
        """Price list groups with the codes of their currencies."""
        groups = self.selling.get("priceListGroups", {})
        return {name: group["currency"]["currencyCode"] for name, group in groups.items()}

    def kind(self, name: str) -> Mapping[str, JsonObject]:
        """Records of one kind of the selling document, by id."""
        records: Mapping[str, JsonObject] = self.selling.get(name, {})
        return records

    def skus_of(self, product_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """The products among the ids, with the ids of their SKUs."""
        wanted = set(product_ids)
        own = {name: self.own_products[name] for name in wanted & self.own_products.keys()}
        return known_products(self.deployment, wanted - own.keys()) | own

    def profiles(self, profile_ids: Iterable[str]) -> set[str]:
        """Those of the ids that there are."""
        wanted = set(profile_ids)
        repository = ProfileRepository(self.deployment.store, self.deployment.tables.profiles)
        keys = [repository.key(name) for name in wanted - self.own_profiles]
        return (wanted & self.own_profiles) | {key.pk for key in self.deployment.store.get(keys)}

    # --- what the files say

    def configure(self, document: JsonObject) -> None:
        """The file's configuration stands in place of the stored one."""
        self.configuration = read_configuration(document, self.deployment.settings.default_site)

    def sell(self, kind: str, records: Mapping[str, JsonObject]) -> None:
        """The file's records stand over the stored ones."""
        if records:
            self.selling = self.selling | {kind: self.selling.get(kind, {}) | dict(records)}

    # --- findings

    def check_known(self, record: Record, member: str, named: Iterable[str], known: Collection[str], kind: str) -> None:
        """Each name that is not known is an error of the record."""
        for name in named:
            if name not in known:
                self.refuse(record, f"{member}: {name} is no {kind}{suggestion(name, known)}")

    def refuse(self, record: Record, text: str) -> None:
        """A reference to what there is not: an error; where no stack was looked into, a warning."""
        if self.deployment.is_there:
            record.wrong(text)
        else:
            record.doubt(text + HERE)

    def check_sites(self) -> None:
        """Sites name price list groups that there are."""
        groups = self.kind("priceListGroups")
        named = [group for of_site in self.sites.values() for group in of_site]
        if not (groups or named) or not {"configuration.json", "priceListGroups.json"} & _bare(self.findings.counts):
            return
        for site, wanted in self.sites.items():
            for group in wanted:
                if group not in groups:
                    text = f"the price list group {group} of the site {site} is missing{suggestion(group, groups)}"
                    self._tell("priceListGroups.json", text)

    def check_size(self) -> None:
        """The selling document fits into an item."""
        if len(encode_document(self.selling)) > MAX_DOCUMENT_BYTES:
            what = "promotions, shipping methods, rates, locations, groups and properties together"
            self.findings.add(Finding("", 0, "", f"{what} are too large to store"))

    def _tell(self, file: str, text: str) -> None:
        if not self.deployment.is_there:
            text += HERE
        self.findings.add(Finding(file, 0, "", text, is_error=self.deployment.is_there))


def _bare(names: Iterable[str]) -> set[str]:
    """Names of files, in JSON Lines or not."""
    return {f"{name.partition('.')[0]}.json" for name in names}
