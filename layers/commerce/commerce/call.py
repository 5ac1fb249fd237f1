"""What a caller asked and what it gets, in the operations' own terms: no header, no address, no status.

An action is a function from a `Call` to an `Outcome`; the `http` room makes the one from a gateway event and the
gateway's answer from the other.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from msgspec import Struct, field

from commerce.errors import Contention
from commerce.exact_json import JsonObject, JsonValue, Unusable, dumps

# An administrator's scripts write one document by the dozen (contract: common.md §10).
BUDGET_SECONDS: Final = 8.0
ADMIN_BUDGET_SECONDS: Final = 20.0

NOTHING: Final = Unusable("nothing was sent")


class Api(enum.Enum):
    """The five APIs (contract: common.md §1); the value is the base path's first segment."""

    STORE = "ccstore"
    ADMIN = "ccadmin"
    AGENT = "ccagent"
    APP = "ccapp"
    APP_AGENT = "ccappagent"

    @property
    def budget_seconds(self) -> float:
        """What a call may take."""
        return ADMIN_BUDGET_SECONDS if self in (Api.ADMIN, Api.APP) else BUDGET_SECONDS


class TimeBudget:
    """The `seconds` that a call may spend; counted from the handler's start (contract: common.md §10)."""

    def __init__(
        self,
        seconds: float = BUDGET_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seconds = seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._end = monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, 0 when spent."""
        return max(0.0, self._end - self._monotonic())

    def wait(self, seconds: float) -> None:
        """Sleep; raises Contention instead when the budget would be spent by then."""
        if seconds >= self.remaining:
            raise Contention
        self._sleep(seconds)


class Selection(Struct, frozen=True):
    """The query's `fields` and `exclude` as member paths (contract: common.md §8). None = not sent."""

    fields: tuple[tuple[str, ...], ...] | None = None
    exclude: tuple[tuple[str, ...], ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.fields is None and not self.exclude

    def leaves_out(self, member: str) -> bool:
        """Whether nothing of a member of the body is shown."""
        unnamed = self.fields is not None and all(path[0] != member for path in self.fields)
        return unnamed or (member,) in self.exclude


class Precondition(Protocol):
    """The version of an entity that the caller expects to meet (contract: common.md §10)."""

    def holds(self, entity_id: str, version: int) -> bool:
        """True if the caller names exactly this version, so that losing a race is final; False if it names none.

        Raises StaleTag when it names another one.
        """


class _NoPrecondition:
    def holds(self, entity_id: str, version: int) -> bool:  # noqa: ARG002  # the protocol's names
        return False


NO_PRECONDITION: Final[Precondition] = _NoPrecondition()


class EntityVersion(Struct, frozen=True):
    """What an answer shows: the entity, its version, and the last modifier's login where the caller may know."""

    entity_id: str
    version: int
    modifier: str = ""


class FinishedAnswer(Struct, frozen=True):
    """An answer as it is sent: the JSON text with all that the frame adds to a body or leaves out of it, and the tag of
    the entity's version, empty where there is none.

    An operation that keeps it sends the same answer again, whatever has become of the entity.
    """

    text: str
    tag: str

    def with_member(self, name: str, value: str) -> FinishedAnswer:
        """With one member more, already encoded. `name`: of characters that JSON does not escape."""
        return FinishedAnswer(f'{self.text[:-1]},"{name}":{value}}}', self.tag)


Finish: TypeAlias = Callable[[JsonObject, EntityVersion | None], FinishedAnswer]


def _as_it_is(body: JsonObject, _entity: EntityVersion | None) -> FinishedAnswer:
    return FinishedAnswer(dumps(body), "")


class Call(Struct, frozen=True, kw_only=True):
    """One request. A text that was not sent, or blank, is None.

    Where: `api`, and `api_name` as it was called (``ccstoreui``); `host`, the name the caller knows this service by;
    `site` and `entity_id`, as the caller names them.

    Who and for whom: `token`; `source_address`, the network address that the request came from; `organization`, the id
    of the one the caller acts for; `agent_context`, JSON text that names an agent's shopper; `cookies`, name and value
    of each in the order sent.

    How: `language` is the negotiated locale, `asset_language` the supported one that the caller named;
    `price_list_group`; `idempotency_key`; `selection`; `precondition`; `parameters` are those sent beside the body, the
    last of each name.

    What: `body` is the parsed JSON; `form` a login's parameters, None where they cannot be read.

    `finish` makes an answer what it will be when it is sent, for operations that keep or measure it.
    """

    api: Api
    api_name: str = ""
    host: str = "localhost"
    site: str | None = None
    entity_id: str = ""
    token: str | None = None
    source_address: str = ""
    organization: str | None = None
    agent_context: str | None = None
    cookies: Sequence[tuple[str, str]] = ()
    language: str = "en"
    asset_language: str | None = None
    price_list_group: str | None = None
    idempotency_key: str | None = None
    selection: Selection = Selection()
    precondition: Precondition = NO_PRECONDITION
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue | Unusable = NOTHING
    form: Mapping[str, str] | None = None
    budget: TimeBudget = field(default_factory=TimeBudget)
    finish: Finish = _as_it_is

    @property
    def json_object(self) -> JsonObject | None:
        """The body if it is a JSON object, else None: the operation says with which error."""
        return self.body if isinstance(self.body, dict) else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean parameter: only the texts ``true`` and ``false``, in any case, say something."""
        text = self.parameters.get(name, "").lower()
        return text != "false" if default else text == "true"


class Cookie(Struct, frozen=True):
    """A cookie for every path of the service.

    `max_age` in seconds, None = until the browser closes. `domain`: None = the called host alone. `hidden`: scripts
    cannot read it.
    """

    name: str
    value: str
    max_age: int | None = None
    domain: str | None = None
    hidden: bool = False


class Outcome(Struct, frozen=True):
    """An answer: a JSON object with the version of the entity it shows, or a finished one; None = no content.

    `shorter`: bodies to send in its place, the first that can be delivered, where this one cannot; made when needed.
    `replayed`: this answer repeats an earlier one. `facts` go to the log line: ids and times only, never names,
    addresses or secrets. `counted`: metrics to which the call adds one.
    """

    body: JsonObject | FinishedAnswer | None
    entity: EntityVersion | None = None
    cookies: Sequence[Cookie] = ()
    shorter: Sequence[Callable[[], JsonObject]] = ()
    replayed: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    counted: Sequence[str] = ()
