"""From which origins browsers may call, and by which methods (contract: common.md §9)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from commerce.call import Api
from commerce.exact_json import JsonObject

Origins = Mapping[str, frozenset[str]]


class AllowedOrigins(Struct, frozen=True):
    """Origin → methods, of each site of the store and of the other APIs."""

    by_site: Mapping[str, Origins] = field(default_factory=dict)
    admin: Origins = field(default_factory=dict)
    agent: Origins = field(default_factory=dict)

    def methods(self, origin: str, api: Api, site: str) -> frozenset[str]:
        """Those of a call that names its site."""
        return self._of(api, site).get(origin, frozenset())

    def methods_of_any_site(self, origin: str, api: Api) -> frozenset[str]:
        """Those of a preflight, which names none: of the union of all sites."""
        sites = self.by_site if api is Api.STORE else ("",)
        return frozenset[str]().union(*(self.methods(origin, api, site) for site in sites))

    def _of(self, api: Api, site: str) -> Origins:
        match api:
            case Api.STORE:
                return self.by_site.get(site, {})
            case Api.ADMIN | Api.APP:
                return self.admin
            case _:
                return self.agent


NONE_ALLOWED = AllowedOrigins()


def read_origins(document: JsonObject) -> AllowedOrigins:
    """What the configuration document allows: a site's `origins`, and `adminOrigins` and `agentOrigins` beside them."""
    return AllowedOrigins(
        {name: _methods_by_origin(site.get("origins", {})) for name, site in document.get("sites", {}).items()},
        _methods_by_origin(document.get("adminOrigins", {})),
        _methods_by_origin(document.get("agentOrigins", {})),
    )


def _methods_by_origin(value: Mapping[str, str]) -> Origins:
    return {
        origin.rstrip("/"): frozenset(method.strip().upper() for method in methods.split(",") if method.strip())
        for origin, methods in value.items()
    }
