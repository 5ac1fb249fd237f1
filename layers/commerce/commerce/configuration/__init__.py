"""The store's own configuration: its sites, and which access rights its shoppers' roles carry."""

from commerce.configuration.model import Site, StoreConfiguration
from commerce.configuration.repository import ConfigurationRepository

__all__ = ["ConfigurationRepository", "Site", "StoreConfiguration"]
