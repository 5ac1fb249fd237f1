"""Dates of the wire: aware UTC inside, ``YYYY-MM-DDTHH:mm:ss.SSSZ`` outside (contract: common.md §3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, TypeAlias

Clock: TypeAlias = Callable[[], datetime]

EXPECTED_DATE: Final = "be a date from the year 1 to 9999, like 2026-03-14 or 2026-03-14T09:26:53.589Z"

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def utc_now() -> datetime:
    """The clock that production passes in."""
    return datetime.now(UTC)


def parse_date(text: str) -> datetime | None:
    """An accepted date or date-time as an aware UTC instant, cut to milliseconds; None for any other text."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    milliseconds = int(((fraction or "") + "000")[:3])
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), milliseconds * 1000,
            tzinfo=_zone(zone),
        )  # fmt: skip
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_date(moment: datetime) -> str:
    """``2015-08-04T03:42:42.876Z``."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z".rjust(24, "0")


def canonical_date(text: str) -> str | None:
    """An accepted date in the form it is stored and shown in; None for any other text."""
    moment = parse_date(text)
    return format_date(moment) if moment else None


def epoch_seconds(moment: datetime) -> int:
    """Whole seconds since 1970, as DynamoDB's TTL and tokens count them."""
    return int(moment.timestamp())


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("offset out of range")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
