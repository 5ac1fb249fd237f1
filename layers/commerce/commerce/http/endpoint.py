"""The frame around every handler: event in, action, answer out, one log line and the metrics of the call."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from logging import ERROR, INFO, getLevelName, makeLogRecord
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from commerce import snapshot
from commerce.call import Call, Outcome, TimeBudget
from commerce.errors import CommerceError, InternalFailure, MethodNotAllowed, UnknownRoute
from commerce.exact_json import dumps
from commerce.http.answer import GatewayAnswer, failure, preflight, success, without_body
from commerce.http.event import Envelope, Event, read_call, read_envelope
from commerce.http.routes import Route, route_of, routes_at, routes_beside, split_path
from commerce.http.tags import TagKeys
from commerce.origins import NONE_ALLOWED, AllowedOrigins
from commerce.settings import Settings

if TYPE_CHECKING:  # some functions need no table
    from commerce.storage import Store

Action: TypeAlias = Callable[[Call], Outcome]
Handler: TypeAlias = Callable[[Event, object], GatewayAnswer]


@cache
def _telemetry() -> tuple[Logger, Metrics]:
    """Made with the first handler: they read the environment, which tools that import this room need not have."""
    # Lambda takes a line for INFO, whatever it says, unless its time is of this form. A message is no JSON to be read.
    logger = Logger(location=None, use_rfc3339=True, json_serializer=dumps, json_deserializer=str)
    return logger, Metrics()


class Parts(Protocol):
    """What composed the action, as far as the frame needs it."""

    @property
    def settings(self) -> Settings: ...

    @property
    def opened_store(self) -> Store | None:
        """The store, once anything works on it: metered per call."""

    @property
    def keys(self) -> TagKeys:
        """The keys of entity tags."""

    def begin(self, budget: TimeBudget) -> None:
        """A new call, which `budget` bounds."""

    def allowed_origins(self) -> AllowedOrigins:
        """From which origins browsers may call. Raises nothing."""


def endpoint(operation: str, action: Action, parts: Parts) -> Handler:
    """The Lambda handler of one operation of the route table; `parts` composed the action."""
    return _framed(route_of(operation), action, parts)


def fallback(parts: Parts) -> Handler:
    """The handler of unknown routes and methods, and of preflights that reach no endpoint of their own."""

    def refuse(_call: Call) -> Outcome:
        raise UnknownRoute

    return _framed(None, refuse, parts)


def _framed(route: Route | None, action: Action, parts: Parts) -> Handler:
    _telemetry()
    settings = parts.settings
    keys = parts.keys if route and route.tagged else None

    def handler(event: Event, _context: object) -> GatewayAnswer:
        report = _Report(route, event, parts)
        envelope = read_envelope(event, settings, mapped=route is not None)
        budget = TimeBudget(envelope.api.budget_seconds)
        parts.begin(budget)
        language = settings.default_locale

        def allowed() -> AllowedOrigins:
            """Asked for when the answer is known: by then most calls have read them along."""
            return parts.allowed_origins() if "origin" in envelope.headers else NONE_ALLOWED

        try:
            if envelope.method == "OPTIONS" and _offered(envelope, route):
                return report.answered(preflight(envelope, settings, allowed()))
            _check_method(envelope, route)
            call = read_call(event, envelope, settings, budget, route, keys)
            language = call.language
            outcome = action(call)
            report.facts |= outcome.facts
            report.counted = outcome.counted
            answer = success(outcome, call, envelope, settings, allowed())
            return report.answered(without_body(answer) if envelope.method == "HEAD" else answer)
        except CommerceError as error:
            return report.failed(error, failure(error, envelope, settings, language, allowed()))
        except Exception as error:  # noqa: BLE001  # nothing that a caller sends may end in the gateway's own error
            unexpected = InternalFailure()
            unexpected.__cause__ = error
            return report.failed(unexpected, failure(unexpected, envelope, settings, language, allowed()))

    snapshot.get_ready(parts.opened_store)
    return handler


def _offered(envelope: Envelope, route: Route | None) -> list[str]:
    """The methods of the request's path; none when there is no such route.

    Where the gateway has chosen a route's function, that route it is, whatever the path's id holds.
    """
    if route is not None:
        return [method for beside in routes_beside(route, envelope.api) for method in beside.methods]
    place = split_path(envelope.path)
    return [method for found in routes_at(place[1], place[2]) for method in found.methods] if place else []


def _check_method(envelope: Envelope, route: Route | None) -> None:
    """Raises UnknownRoute or MethodNotAllowed unless the path offers the method."""
    offered = _offered(envelope, route)
    if not offered:
        raise UnknownRoute
    if envelope.method not in offered:
        raise MethodNotAllowed([*sorted(offered), "OPTIONS"])


def _measured(unit: MetricUnit, value: float) -> dict[str, Any]:
    """A metric as `Metrics.serialize_metric_set` takes it."""
    return {"Unit": unit.value, "Value": [float(value)]}


class _Report:
    """The log line and metrics of one call: ids, codes and costs only."""

    def __init__(self, route: Route | None, event: Event, parts: Parts) -> None:
        self._started = time.perf_counter()
        self._parts = parts
        self.counted: Sequence[str] = ()
        request_id = (event.get("requestContext") or {}).get("requestId")
        self.facts: dict[str, Any] = {"operation": route.operation if route else "fallback", "requestId": request_id}

    def answered(self, answer: GatewayAnswer) -> GatewayAnswer:
        logger, metrics = _telemetry()
        milliseconds = round((time.perf_counter() - self._started) * 1000, 1)
        status = answer["statusCode"]
        self.facts |= {"status": status, "durationMs": milliseconds}
        measured = {"Duration": _measured(MetricUnit.Milliseconds, milliseconds)}
        for name in self.counted:
            measured[name] = _measured(MetricUnit.Count, 1)
        if status >= 400:
            measured["Failed" if status >= 500 else "Refused"] = _measured(MetricUnit.Count, 1)
        if store := self._parts.opened_store:
            meter = store.meter
            self.facts |= {
                "dynamodbCalls": meter.calls,
                "readUnits": meter.read_units,
                "writeUnits": meter.write_units,
            }
            measured["ReadUnits"] = _measured(MetricUnit.Count, meter.read_units)
            measured["WriteUnits"] = _measured(MetricUnit.Count, meter.write_units)
        # All at once: collecting them one by one in `metrics` takes four times as long.
        dimensions = {"operation": self.facts["operation"], "service": metrics.service}
        described = metrics.serialize_metric_set(measured, dimensions, {})
        # A failure is for somebody to look at, whatever else is logged; a refusal is the caller's.
        level = ERROR if status >= 500 else INFO
        if logger.log_level <= level:
            # One line is both: CloudWatch reads metrics off any line that describes them. It says nothing of where in
            # the code it comes from, so nothing looks for that.
            logger.registered_handler.handle(
                makeLogRecord(
                    {"levelno": level, "levelname": getLevelName(level), "msg": "request", **self.facts, **described}
                )
            )
        else:
            # A line of metrics alone passes Lambda's filter with a level and a time, else it is taken for INFO.
            heard = {
                "level": "ERROR" if logger.log_level >= ERROR else "WARN",
                "timestamp": datetime.now(UTC).isoformat(),
            }
            print(json.dumps(heard | described, separators=(",", ":")))  # noqa: T201
        return answer

    def failed(self, error: CommerceError, answer: GatewayAnswer) -> GatewayAnswer:
        self.facts["errorCode"] = error.code
        if error.dev_message:
            self.facts["devMessage"] = error.dev_message
        if answer["statusCode"] >= 500:
            cause = error.__cause__ or error
            self.facts["cause"] = type(cause).__name__
            self.facts["code"] = None if cause is error else getattr(cause, "code", None)
            # Frames only: the text of an exception may hold what the caller sent.
            self.facts["where"] = "".join(traceback.format_tb(cause.__traceback__)[-3:])
        return self.answered(answer)
