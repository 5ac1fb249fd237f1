"""A storefront that knows no path: it looks every call up in the registry, by its id."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from tests.end_to_end.conftest import Answer

FORM = "application/x-www-form-urlencoded"


class Storefront:
    """One shopper's session. `site` and `organization` go along with every call once they are set."""

    def __init__(self, call: Callable[..., Answer]) -> None:
        self._call = call
        self._calls: Mapping[str, Any] = call("GET", "/ccstore/v1/registry").body["endpointMap"]
        self._token: str | None = None
        self.site: str | None = None
        self.organization: str | None = None

    def log_in(self, username: str, password: str) -> None:
        form = urllib.parse.urlencode({"grant_type": "password", "username": username, "password": password})
        row = self._calls["login"]
        answer = self._call(row["method"], row["url"], form, headers={"Content-Type": row["requestType"]})
        assert answer.status == 200, answer.text
        self._token = answer.body["access_token"]

    def ask(self, name: str, body: Any = None, **in_path: str) -> Any:
        """The body of a call's answer, which must be a success; `in_path`: what stands for its path parameters."""
        row = self._calls[name]
        assert row["hasPathParams"] is bool(in_path), row
        path = row["url"]
        for parameter in in_path.values():
            head, _, tail = path.partition("{")
            path = head + parameter + tail.partition("}")[2]
        named = {"x-ccsite": self.site, "X-CCOrganization": self.organization}
        headers = {header: value for header, value in named.items() if value is not None}
        answer = self._call(row["method"], path, body, token=self._token, headers=headers)
        assert 200 <= answer.status < 300, f"{name}: {answer.text}"
        return answer.body if answer.text else None
