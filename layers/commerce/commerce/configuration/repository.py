"""Where the configuration stands: one document of the catalogue table, cached under its version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commerce.configuration.model import Site, StoreConfiguration, read_configuration
from commerce.exact_json import JsonObject
from commerce.storage import CachedDocument, Item, Key, Store

NAME: Final = "configuration"
SITE_AGE_SECONDS: Final = 60.0


class ConfigurationRepository:
    """Reads the configuration with an operation's own batch, or by itself."""

    def __init__(self, store: Store, table: str, default_site: str) -> None:
        self._default_site = default_site
        self._document = CachedDocument(
            store, table, NAME, lambda document, _version: read_configuration(document, default_site)
        )

    def keys(self) -> list[Key]:
        return self._document.keys()

    def current(self, rows: Mapping[Key, Item]) -> StoreConfiguration:
        """The configuration as of a batch that held `keys`."""
        return self._document.current(rows)

    def check_site(self, name: str | None) -> Site | None:
        """For calls that read nothing else: no read for the default site, at most one a minute for the others.

        Raises UnknownSite.
        """
        if name in (None, self._default_site):
            return None
        return self._document.recent(SITE_AGE_SECONDS).site(name)

    def replace(self, document: JsonObject) -> None:
        """Store a new configuration; calls that start afterwards use it."""
        self._document.replace(document)
