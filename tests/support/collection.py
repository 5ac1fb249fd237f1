"""The collection of examples/bruno, as its files say: https://docs.usebruno.com describes their form."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.workspace import ROOT

COLLECTION = ROOT / "examples" / "bruno"
METHODS = ("get", "post", "put", "delete")
BLOCK = re.compile(r"^([\w:-]+) [{[]\n(.*?)^[}\]]", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Request:
    """A request of the collection. `path` is what follows {{baseUrl}}, `asserts` has one text an expression."""

    file: Path
    method: str
    path: str
    body: Any
    asserts: dict[str, str]
    stores: frozenset[str]
    uses: frozenset[str]

    @property
    def expected(self) -> tuple[int, str]:
        """The status and the error code that it asserts; no code for what succeeds and for logins."""
        status = int(self.asserts["res.status"].removeprefix("eq "))
        return status, self.asserts.get("res.body.errorCode", "").removeprefix("eq ").strip("'")


def blocks(file: Path) -> dict[str, str]:
    """What each block of a file holds, by its name."""
    return dict(BLOCK.findall(file.read_text(encoding="utf-8")))


def pairs(block: str) -> dict[str, str]:
    """The lines `name: value` of a block."""
    return dict(line.strip().split(": ", 1) for line in block.splitlines())


def _request(file: Path) -> Request:
    found = blocks(file)
    (method,) = [name for name in METHODS if name in found]
    return Request(
        file.relative_to(COLLECTION),
        method,
        pairs(found[method])["url"].removeprefix("{{baseUrl}}"),
        json.loads(found["body:json"]) if "body:json" in found else None,
        pairs(found["assert"]),
        frozenset(pairs(found.get("vars:post-response", ""))),
        frozenset(VARIABLE.findall(file.read_text(encoding="utf-8"))),
    )


def _place(file: Path) -> tuple[int, int]:
    folder, own = (pairs(blocks(path)["meta"]) for path in (file.parent / "folder.bru", file))
    return int(folder["seq"]), int(own["seq"])


def requests() -> list[Request]:
    """All of them, in the order in which a run makes them."""
    files = [
        file for file in COLLECTION.glob("*/*.bru") if file.name != "folder.bru" and file.parent.name != "environments"
    ]
    return [_request(file) for file in sorted(files, key=_place)]
