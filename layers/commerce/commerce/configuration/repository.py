"""Where the configuration stands: one document of the catalogue table, cached under its version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from commerce.configuration.model import Site, StoreConfiguration, read_configuration
from commerce.errors import Contention, DependencyDown
from commerce.exact_json import JsonObject
from commerce.origins import NONE_ALLOWED, AllowedOrigins
from commerce.storage import CachedDocument, Item, Key, StorageFailure, Store

NAME: Final = "configuration"
MAX_AGE_SECONDS: Final = 60.0


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

    def keys_when_due(self) -> list[Key]:
        """As `keys`, for calls that take what is a minute old; none while what is kept is younger."""
        return self._document.keys_when_older(MAX_AGE_SECONDS)

    def recent(self) -> StoreConfiguration:
        """The configuration, at most a minute old; read only when none is kept that is."""
        return self._document.recent(MAX_AGE_SECONDS)

    def origins(self) -> AllowedOrigins:
        """From which origins browsers may call, at most a minute old.

        Where that cannot be read, what is known: the call itself has been decided on.
        """
        try:
            return self.recent().origins
        except (Contention, DependencyDown, StorageFailure):
            kept = self._document.kept
            return kept.origins if kept else NONE_ALLOWED

    def check_site(self, name: str | None) -> Site | None:
        """For calls that read nothing else: no read for the default site, at most one a minute for the others.

        Raises UnknownSite.
        """
        if name in (None, self._default_site):
            return None
        return self.recent().site(name)

    def replace(self, document: JsonObject) -> None:
        """Store a new configuration; calls that start afterwards use it."""
        self._document.replace(document)

    def revise(self, change: Callable[[JsonObject], JsonObject]) -> None:
        """Store what `change` makes of the stored configuration. Raises WriteLost against a rival."""
        self._document.revise(change)
