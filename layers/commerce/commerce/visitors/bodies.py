"""Bodies of updateVisitorInfo (contract: visitor-info.md §1, §4)."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from commerce.bodies import Linked


class VisitorInfoUpdate(TypedDict):
    """Which cookie is to be issued again, and for which domain."""

    infoName: str
    """Name of the visitor cookie that the request carries: `xd<tenant>_<site>`."""
    infoDomain: NotRequired[str | None]
    """Domain to set it for: the host that was called, or a parent of it."""


class VisitorInfo(Linked):
    """What was asked for, as it was sent."""

    infoName: str
    infoDomain: NotRequired[str]
