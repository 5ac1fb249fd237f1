"""What a caller asked and what it gets, free of HTTP and of the gateway.

A handler is a function from a `Call` to an `Outcome`; the `http` room makes the one from a gateway event and the
gateway's answer from the other.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from commerce.errors import Contention
from commerce.exact_json import JsonObject, JsonValue
from commerce.tags import NO_PRECONDITION, Precondition

TIME_BUDGET_SECONDS: Final = 8.0


class Api(enum.Enum):
    """The five APIs (contract: common.md §1); the value is the base path's first segment."""

    STORE = "ccstore"
    ADMIN = "ccadmin"
    AGENT = "ccagent"
    APP = "ccapp"
    APP_AGENT = "ccappagent"


class Unusable(enum.Enum):
    """The body is absent, blank, no JSON, or JSON that no endpoint accepts."""

    BODY = enum.auto()


class TimeBudget:
    """The seconds a call may still spend; counted from the handler's start (contract: common.md §10)."""

    def __init__(
        self,
        seconds: float = TIME_BUDGET_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._end = monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, 0 when spent."""
        return max(0.0, self._end - self._monotonic())

    def check(self) -> None:
        """Raises Contention when nothing is left."""
        if self._monotonic() >= self._end:
            raise Contention

    def wait(self, seconds: float) -> None:
        """Sleep; raises Contention instead when the budget would be spent by then."""
        if seconds >= self.remaining:
            raise Contention
        self._sleep(seconds)


@dataclass(frozen=True, slots=True)
class Selection:
    """The query's `fields` and `exclude` as member paths (contract: common.md §8). None = not sent."""

    fields: tuple[tuple[str, ...], ...] | None = None
    exclude: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request.

    `prefix` is the base path's first segment as called (``ccstoreui``). `headers` have lower-case names and no blank
    values. `body` is the parsed JSON, `text` the body as received (empty when absent, None where it was no UTF-8).
    `language` is the negotiated locale, `site` the header's value or None.
    """

    api: Api
    operation: str = ""
    prefix: str = ""
    url: str = "http://localhost/"
    path_id: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    language: str = "en"
    site: str | None = None
    body: JsonValue | Unusable = Unusable.BODY
    text: str | None = None
    host: str = "localhost"
    secure: bool = False
    selection: Selection = Selection()
    precondition: Precondition = NO_PRECONDITION
    budget: TimeBudget = field(default_factory=TimeBudget)

    @property
    def json_object(self) -> JsonObject | None:
        """The body if it is a JSON object, else None: the operation says with which error."""
        return self.body if isinstance(self.body, dict) else None

    def flag(self, name: str) -> bool:
        """A boolean query parameter: only the text ``true``, in any case, switches it on."""
        return self.query.get(name, "").lower() == "true"


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """What an `ETag` is made of: the entity, its version, and the last modifier's login where the caller may know."""

    entity_id: str
    version: int
    modifier: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer: the JSON object (None = no content), the entity for its ETag, cookies and headers to send with it.

    `facts` go to the log line: ids only, never names, addresses or secrets.
    """

    body: JsonObject | None
    entity: EntityVersion | None = None
    cookies: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
