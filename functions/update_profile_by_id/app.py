"""PUT /ccadmin/v1/profiles/{id} (contract: companions.md §7)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateProfileById", parts.profile_administration.update, parts)
