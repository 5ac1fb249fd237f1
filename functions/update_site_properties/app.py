"""PUT /ccstore/v1/profiles/current/siteProperties (contract: companions.md §2)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateSiteProperties", parts.site_properties.update, parts)
