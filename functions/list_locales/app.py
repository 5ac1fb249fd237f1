"""GET /ccadmin/v1/locales (contract: common.md §1)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("listLocales", parts.locales.list, parts)
