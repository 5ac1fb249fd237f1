"""Makes the calls at both sides and tells in what the answers differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import Final, Literal, TypeAlias
from urllib.parse import quote, urlencode

from backoffice.side_by_side.bodies import ABSENT, Difference, Rules, differences
from backoffice.side_by_side.calls import (
    HEADERS,
    IGNORED,
    READING,
    UNORDERED,
    CallRecord,
    CallsRecord,
    filled,
    filled_text,
    placeholders,
    sent,
    title,
)
from backoffice.side_by_side.paths import Path, Patterns, steps
from backoffice.side_by_side.secrecy import Secrecy
from backoffice.side_by_side.sending import Answer, BaseUrl, NoAnswer
from commerce.exact_json import JsonValue, UnusableJson, encoded, loads

MOST_TOLD: Final = 50  # differences of one call
_OF_STORE: Final = re.compile(r"/ccstore(ui)?/")

SideName: TypeAlias = Literal["old", "new"]
SIDES: Final[tuple[SideName, SideName]] = ("old", "new")
Tell: TypeAlias = Callable[[str], object]


class NoCredentials(Exception):
    """Variables of the environment that must be set and are not; a line each."""


class _NotMade(Exception):
    """Why a call could not be made at both sides."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare. `ignore`: patterns besides those of the file. `timeout`: seconds of one call.

    `old_admin`, `new_admin`: where all APIs but the store's are, if they have an address of their own.
    """

    writes: bool = False
    ignore: Sequence[str] = ()
    null_is_absent: bool = False
    new_members_allowed: bool = False
    personal: bool = False
    timeout: float = 30.0
    old_admin: BaseUrl | None = None
    new_admin: BaseUrl | None = None


@dataclass(slots=True)
class Outcome:
    """How many calls ended how. `left_out`: as was asked for; `failed`: without an answer, or what they need."""

    same: int = 0
    differ: int = 0
    left_out: int = 0
    failed: int = 0

    @property
    def compared(self) -> int:
        return self.same + self.differ

    def __str__(self) -> str:
        parts = [f"{self.same:,} the same", f"{self.differ:,} different"]
        parts += [f"{self.left_out:,} left out"] if self.left_out else []
        parts += [f"{self.failed:,} could not be compared"] if self.failed else []
        return f"{self.compared + self.left_out + self.failed:,} calls: {', '.join(parts)}"


@dataclass(slots=True)
class _Side:
    name: SideName
    store: BaseUrl
    admin: BaseUrl
    environment: Mapping[str, str]
    values: dict[str, JsonValue]
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    secrets: set[str] = field(default_factory=set, repr=False)

    def base(self, target: str) -> BaseUrl:
        return self.store if _OF_STORE.match(target) else self.admin

    def variable(self, name: str) -> str | None:
        """A variable of this side's own, or of both."""
        return self.environment.get(f"{self.name.upper()}_{name}") or self.environment.get(name)

    def known(self, names: Iterator[str]) -> Mapping[str, JsonValue]:
        """The values of those names. Raises _NotMade."""
        found: dict[str, JsonValue] = {}
        for name in names:
            value = self.variable(name[4:]) if name.startswith("env.") else self.values.get(name)
            if value is None:
                raise _NotMade(f"{self.name} has no {name}")
            if name.startswith("env."):
                self.secrets.add(str(value))
            found[name] = value
        return found


class SideBySide:
    """One comparison. `environment`: where credentials are. Raises NoCredentials."""

    def __init__(
        self, calls: CallsRecord, old: BaseUrl, new: BaseUrl, environment: Mapping[str, str], options: Options
    ) -> None:
        self._calls = calls
        self._options = options
        given = calls.get("values", {})
        self._sides = (
            _Side("old", old, options.old_admin or old, environment, {key: two["old"] for key, two in given.items()}),
            _Side("new", new, options.new_admin or new, environment, {key: two["new"] for key, two in given.items()}),
        )
        self._absent: dict[str, list[str]] = {}  # optional logins → variables that they lack
        self._refused: dict[str, str] = {}  # logins that gave no token → why
        self._look_for_credentials()

    def run(self, tell: Tell) -> Outcome:
        """Make every call and tell a line of each, with the differences below it."""
        outcome = Outcome()
        for login, variables in self._absent.items():
            tell(f"  no login {login}: {', '.join(variables)} not set")
        for call in self._calls["calls"]:
            if call["method"] not in READING and not self._options.writes:
                outcome.left_out += 1
                tell(f"- {title(call)}: left out, for it writes: --writes makes it")
                continue
            if call.get("login") in self._absent:
                outcome.left_out += 1
                tell(f"- {title(call)}: left out, without the login {call['login']}")
                continue
            try:
                answers = self._made(call, tell)
            except (_NotMade, NoAnswer) as error:
                outcome.failed += 1
                tell(f"! {title(call)}: {error}")
                continue
            lines = self._told(call, answers)
            if lines:
                outcome.differ += 1
                tell(f"~ {title(call)}")
                for line in lines:
                    tell(f"    {line}")
            else:
                outcome.same += 1
                tell(f"= {title(call)}: {answers[0].status}")
        return outcome

    def _look_for_credentials(self) -> None:
        missing: list[str] = []
        asked_for = [call for call in self._calls["calls"] if self._is_asked_for(call)]
        for login in sorted({call["login"] for call in asked_for if "login" in call}):
            lacking = _named([_lacking(side, login) for side in self._sides])
            if lacking and self._calls["logins"][login].get("optional"):
                self._absent[login] = lacking
            else:
                missing += lacking
        names = [name[4:] for call in asked_for for name in placeholders(sent(call)) if name.startswith("env.")]
        missing += _named([[name for name in names if side.variable(name) is None] for side in self._sides])
        if missing:
            raise NoCredentials("\n".join(missing))

    def _is_asked_for(self, call: CallRecord) -> bool:
        return self._options.writes or call["method"] in READING

    def _made(self, call: CallRecord, tell: Tell) -> tuple[Answer, Answer]:
        """The call's two answers; values are kept. Raises _NotMade, NoAnswer."""
        if "login" in call:
            self._log_in(call["login"], tell)
        # Whether it can be made at both is known before it is made at one.
        requests = [_request(side, call) for side in self._sides]
        old, new = [
            _answer(side, call["method"], request, self._options.timeout)
            for side, request in zip(self._sides, requests, strict=True)
        ]
        self._keep(call, (old, new))
        return old, new

    def _log_in(self, login: str, tell: Tell) -> None:
        """A token at both sides. Raises _NotMade: one of them has none to give."""
        if login in self._refused:
            raise _NotMade(self._refused[login])
        if all(login in side.tokens for side in self._sides):
            return
        api = self._calls["logins"][login]["api"]
        for side in self._sides:
            path, headers, form = _login_form(side, login)
            side.secrets |= {value for name, value in form.items() if name in {"password", "totp_code"}}
            request = (f"/{api}/v1/{path}", headers, urlencode(form).encode())
            try:
                answer = _answer(side, "POST", request, self._options.timeout)
                token = _json_of(answer).get("access_token") if answer.status == HTTPStatus.OK else None
                why = f"{side.name} answers the login {login} with {answer.status}"
            except (NoAnswer, UnusableJson, AttributeError) as error:
                token, why = None, f"{error}" if isinstance(error, NoAnswer) else f"{side.name}: no JSON of a login"
            if not isinstance(token, str):
                self._refused[login] = why
                raise _NotMade(why)
            side.tokens[login] = token
            side.secrets.add(token)
        tell(f"  {login} is logged in at both")

    def _keep(self, call: CallRecord, answers: Sequence[Answer]) -> None:
        """A place that an answer does not have is no value; the call that needs it says so."""
        for name, place in call.get("keep", {}).items():
            for side, answer in zip(self._sides, answers, strict=True):
                side.values.pop(name, None)
                try:
                    found = _at(_json_of(answer), steps(place))
                except UnusableJson:
                    continue
                if isinstance(found, str | int) and not isinstance(found, bool):
                    side.values[name] = found

    def _told(self, call: CallRecord, answers: tuple[Answer, Answer]) -> list[str]:
        """A line for each difference."""
        secrets = {secret for side in self._sides for secret in side.secrets}
        secrecy = Secrecy(call["path"], secrets, personal=self._options.personal)
        old, new = answers
        lines = [*_of_status(old, new), *self._of_headers(old, new, secrecy)]
        if old.status != new.status and (_is_refusal(old) or _is_refusal(new)):
            # Their bodies have nothing in common: the line of the status says what there is to say.
            return lines
        found = [*self._of_bodies(call, old, new)]
        lines += [
            f"{secrecy.place(one.path)}: {secrecy.value(one.path, one.old)} | {secrecy.value(one.path, one.new)}"
            for one in islice(found, MOST_TOLD)
        ]
        return lines + ([f"… and {len(found) - MOST_TOLD:,} more"] if len(found) > MOST_TOLD else [])

    def _of_headers(self, old: Answer, new: Answer, secrecy: Secrecy) -> Iterator[str]:
        for name in map(str.lower, self._calls.get("headers", HEADERS)):
            one, other = _lines(old, name), _lines(new, name)
            if one != other:
                yield f"header {name}: {secrecy.header(name, one)} | {secrecy.header(name, other)}"

    def _of_bodies(self, call: CallRecord, old: Answer, new: Answer) -> Iterator[Difference]:
        if call["method"] == "HEAD" or old.body == new.body:
            return
        try:
            bodies = [_json_of(answer) if answer.body.strip() else ABSENT for answer in (old, new)]
        except UnusableJson:
            yield Difference((), *(_text_of(answer) for answer in (old, new)))
            return
        only = Patterns(call.get("only", ()))
        for one in differences(bodies[0], bodies[1], self._rules(call)):
            if not only or any(only.cover(one.path[:length]) for length in range(1, len(one.path) + 1)):
                yield one

    def _rules(self, call: CallRecord) -> Rules:
        ignored = [*self._calls.get("ignore", ()), *self._options.ignore, *call.get("ignore", ())]
        if not self._calls.get("ignoreNothingElse"):
            ignored += IGNORED
        old, new = self._sides
        return Rules(
            Patterns(ignored),
            {**UNORDERED, **self._calls.get("unordered", {}), **call.get("unordered", {})},
            frozenset((old.values[name], new.values[name]) for name in old.values.keys() & new.values.keys()),
            self._options.null_is_absent,
            self._options.new_members_allowed,
        )


_Request: TypeAlias = tuple[str, Mapping[str, str], bytes | None]


def _request(side: _Side, call: CallRecord) -> _Request:
    """Target, headers and body as this side gets them. Raises _NotMade."""
    values = side.known(placeholders(sent(call)))
    headers = {name: filled_text(value, values) for name, value in call.get("headers", {}).items()}
    body = None
    if "form" in call:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        body = urlencode({name: filled_text(value, values) for name, value in call["form"].items()}).encode()
    elif "body" in call:
        headers.setdefault("Content-Type", "application/json")
        body = encoded(filled(call["body"], values))
    if "login" in call:
        headers["Authorization"] = f"Bearer {side.tokens[call['login']]}"
    target = filled_text(call["path"], {name: quote(str(value), safe="") for name, value in values.items()})
    return target, headers, body


def _answer(side: _Side, method: str, request: _Request, timeout: float) -> Answer:
    target, headers, body = request
    try:
        return side.base(target).send(method, target, {"Accept": "application/json", **headers}, body, timeout)
    except NoAnswer as error:
        raise NoAnswer(f"{side.name} does not answer: {error}") from error


def _variables(login: str) -> tuple[str, str, str, str]:
    """What the environment calls a login's name, password, code of its authenticator, and application key."""
    name = re.sub(r"[^A-Z0-9]", "_", login.upper())
    return f"{name}_USERNAME", f"{name}_PASSWORD", f"{name}_TOTP_CODE", f"{name}_KEY"


def _named(lacking: Sequence[Sequence[str]]) -> list[str]:
    """Variables that the sides lack: by their plain names where both do."""
    old, new = lacking
    return list(
        dict.fromkeys(
            name if name in old and name in new else f"{side.upper()}_{name}"
            for side, names in zip(SIDES, lacking, strict=True)
            for name in names
        )
    )


def _lacking(side: _Side, login: str) -> Sequence[str]:
    username, password, _, key = _variables(login)
    return () if side.variable(key) else [name for name in (username, password) if not side.variable(name)]


def _login_form(side: _Side, login: str) -> tuple[str, Mapping[str, str], Mapping[str, str]]:
    """The endpoint, headers and form of a login."""
    username, password, code, key = _variables(login)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if application := side.variable(key):
        side.secrets.add(application)
        return "login", {**headers, "Authorization": f"Bearer {application}"}, {"grant_type": "client_credentials"}
    form = {
        "grant_type": "password",
        "username": side.variable(username) or "",
        "password": side.variable(password) or "",
    }
    if totp := side.variable(code):
        return "mfalogin", headers, {**form, "totp_code": totp}
    return "login", headers, form


def _of_status(old: Answer, new: Answer) -> Iterator[str]:
    if old.status != new.status:
        yield f"status: {_status(old)} | {_status(new)}"


def _status(answer: Answer) -> str:
    """With the error's code, which a client acts on."""
    try:
        code = str(_json_of(answer).get("errorCode", ""))
    except (UnusableJson, AttributeError):
        code = ""
    return f"{answer.status} ({code})" if re.fullmatch(r"\w{1,20}", code) else str(answer.status)


def _is_refusal(answer: Answer) -> bool:
    return answer.status >= HTTPStatus.BAD_REQUEST


def _lines(answer: Answer, name: str) -> list[str]:
    lines = [*answer.headers.get(name, ())]
    # Blanks, case and the character set, which JSON has but one of, say nothing.
    return [line.partition(";")[0].strip().lower() for line in lines] if name == "content-type" else lines


def _json_of(answer: Answer) -> JsonValue:
    """Raises UnusableJson."""
    return loads(_text_of(answer))


def _text_of(answer: Answer) -> str:
    return answer.body.decode("utf-8-sig", errors="replace")


def _at(value: JsonValue, path: Path) -> JsonValue:
    """What stands at a place; None for nothing."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and re.fullmatch(r"\[\d+\]", step) and int(step[1:-1]) < len(value):
            value = value[int(step[1:-1])]
        else:
            return None
    return value
