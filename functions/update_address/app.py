"""PUT …/organizationAddresses/{id} (contract: organization-addresses.md)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
addresses = parts.organization_addresses
handler = endpoint("updateAddress", addresses.update, parts.settings, store=parts.store, tag_keys=parts.keys)
