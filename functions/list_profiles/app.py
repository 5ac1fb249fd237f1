"""GET /ccadmin/v1/profiles (contract: companions.md §7)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("listProfiles", parts.profile_administration.list, parts)
