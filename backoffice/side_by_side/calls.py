"""The calls that are compared: a file of them, or those that this package brings, which only read.

No file holds a password, token or card: ``${env.NAME}`` takes a text from the environment, and a login's credentials
stand there under the login's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Required, cast

from typing_extensions import TypedDict

from backoffice.records import Record, read_object
from backoffice.side_by_side.paths import BadPattern, steps
from backoffice.side_by_side.secrecy import is_secret_member
from commerce.exact_json import JsonObject, JsonValue

READS: Final = Path(__file__).parent / "reads.json"
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# Where answers of two systems differ by nature: what each has counted, dated or named, addresses of its own, and texts
# for people, which nobody may match on.
IGNORED: Final = (
    "**.links",
    "**.message",
    "**.devMessage",
    "**.o:errorPath",
    "errors[*].moreInfo",
    "type",
    "orderId",
    "description",
    "**.commerceItemId",
    "**.commerceId",
    "**.items[*].id",
    "**.childItems[*].id",
    "**.shippingGroupId",
    "**.paymentGroupId",
    "**.creationDate",
    "**.lastModifiedDate",
    "**.lastModifierId",
    "**.registrationDate",
    "**.receiveEmailDate",
    "**.GDPRProfileP13nConsentDate",
    "**.firstVisitDate",
    "**.previousVisitDate",
    "**.lastVisitDate",
    "**.numberOfVisits",
    "properties.registrationDate.default",
    "properties.lastPasswordUpdate.default",
)
UNORDERED: Final[Mapping[str, str]] = {"**.dynamicProperties": "id", "**.roles": "repositoryId"}
HEADERS: Final = ("content-type",)

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")
_NAME: Final = re.compile(r"(?:env\.)?[A-Za-z_][A-Za-z0-9_]*")
_TARGET: Final = re.compile(r"/[^/\s][^\s#]*")


class LoginRecord(TypedDict, total=False):
    """A user or an application that calls are made as."""

    api: Required[Literal["ccstore", "ccadmin", "ccagent", "ccapp", "ccappagent"]]
    """Whose login."""
    optional: bool
    """Without credentials its calls are left out; else nothing is begun."""


class TwoValues(TypedDict):
    """A value that each side knows another of."""

    old: str
    new: str


class CallRecord(TypedDict, total=False):
    """One call. Texts of it may hold ``${name}`` of a kept value, and ``${env.NAME}``."""

    name: str
    """For people."""
    method: Required[Literal["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]]
    path: Required[str]
    """From the base URL on, with its query."""
    login: str
    """Whose token is sent."""
    headers: dict[str, str]
    body: Any
    """As JSON."""
    form: dict[str, str]
    """In place of `body`: as a form."""
    keep: dict[str, str]
    """Name → place in the answer, for calls after this one."""
    only: list[str]
    """Nothing else of the answer is compared."""
    ignore: list[str]
    unordered: dict[str, str]


class CallsRecord(TypedDict, total=False):
    """A file of calls."""

    logins: dict[str, LoginRecord]
    values: dict[str, TwoValues]
    """Values that the sides know by different names."""
    headers: list[str]
    """Headers of answers that are compared."""
    ignore: list[str]
    """Besides those that always are."""
    ignoreNothingElse: bool
    """True: nothing is ignored but what the file names."""
    unordered: dict[str, str]
    """Lists whose order does not count → the member that an entry is known by, or an empty text."""
    calls: Required[list[CallRecord]]


def read_calls(file: Path) -> CallsRecord:
    """A file of calls. Raises BadData: the first thing that is wrong with it."""
    record = read_object(file)
    record.check(CallsRecord)
    calls = cast("CallsRecord", record.value)
    for pattern in _patterns(calls):
        _check_pattern(record, pattern)
    known = {*calls.get("values", {})}
    for number, call in enumerate(calls["calls"]):
        _check_call(record, f"calls.{number}", call, calls, known)
        known |= {*call.get("keep", {})}
    return calls


def title(call: CallRecord) -> str:
    """A call as it is told of."""
    return f"{call['method']} {call['path']}" + (f" ({call['name']})" if call.get("name") else "")


def placeholders(value: JsonValue) -> Iterator[str]:
    """The names in all texts of a value."""
    if isinstance(value, str):
        yield from _PLACEHOLDER.findall(value)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from placeholders(name)
            yield from placeholders(part)
    elif isinstance(value, list):
        for part in value:
            yield from placeholders(part)


def filled(value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    """A value with its placeholders' values; a text that is one placeholder alone becomes that value, of its kind.

    Raises KeyError.
    """
    if isinstance(value, str):
        whole = _PLACEHOLDER.fullmatch(value)
        return values[whole[1]] if whole else filled_text(value, values)
    if isinstance(value, Mapping):
        return {filled_text(name, values): filled(part, values) for name, part in value.items()}
    return [filled(part, values) for part in value] if isinstance(value, list) else value


def filled_text(text: str, values: Mapping[str, JsonValue]) -> str:
    """The same for a text that stays one. Raises KeyError."""
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def _patterns(calls: CallsRecord) -> Iterator[str]:
    for part in (calls, *calls["calls"]):
        yield from part.get("ignore", ())
        yield from part.get("unordered", ())
    for call in calls["calls"]:
        yield from call.get("only", ())
        yield from call.get("keep", {}).values()


def _check_pattern(record: Record, pattern: str) -> None:
    try:
        steps(pattern)
    except BadPattern as error:
        raise record.bad(str(error)) from error


def _check_call(record: Record, place: str, call: CallRecord, calls: CallsRecord, known: set[str]) -> None:
    if not _TARGET.fullmatch(call["path"]):
        raise record.bad(f"{place}.path: a path such as /ccstore/v1/profiles/current is expected")
    if "login" in call and call["login"] not in calls.get("logins", {}):
        raise record.bad(f"{place}.login: the file's logins hold no {call['login']}")
    if "body" in call and "form" in call:
        raise record.bad(f"{place}: it has either a body or a form")
    for name in call.get("headers", {}):
        if name.lower() == "authorization":
            raise record.bad(f"{place}.headers: no token may stand in a file: name a login")
    for secret in _open_secrets(call.get("body"), call.get("form"), call.get("headers")):
        raise record.bad(f"{place}: {secret} may not stand in a file: take it from the environment, ${{env.NAME}}")
    for name in placeholders([call["path"], call.get("headers"), call.get("body"), call.get("form")]):
        if not _NAME.fullmatch(name):
            raise record.bad(f"{place}: ${{{name}}} names no value")
        if not name.startswith("env.") and name not in known:
            raise record.bad(f"{place}: no call before it keeps {name}")


def _open_secrets(*parts: JsonValue) -> Iterator[str]:
    """Members that hold a secret as it is."""
    for part in parts:
        if isinstance(part, Mapping):
            for name, value in part.items():
                if is_secret_member(name) and isinstance(value, str) and value and not _PLACEHOLDER.fullmatch(value):
                    yield name
                yield from _open_secrets(value)
        elif isinstance(part, Sequence) and not isinstance(part, str):
            yield from _open_secrets(*part)


def sent(call: CallRecord) -> JsonObject:
    """What of a call has placeholders."""
    return {name: call[name] for name in ("path", "headers", "body", "form") if name in call}
