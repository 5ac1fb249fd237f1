"""Each event gets in a container, from the built layer and function, the answer that the handler gives on moto."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import with_sample
from tests.support.deployment import Product
from tests.support.events import EVENTS, SETTINGS, STATUSES, name_of

TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
COOKIE = re.compile(r"FILE_OAUTH_TOKEN=[^;]+")
NEW_ID = re.compile(r"\b[0-9a-f]{32}\b")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOW_IS_WITHIN = timedelta(minutes=5)


@pytest.mark.parametrize("path", EVENTS, ids=name_of)
def test_event(
    invoke: Callable[[Path], dict[str, Any]],
    make_product: Callable[..., Product],
    sample_items: Mapping[str, list[dict[str, Any]]],
    path: Path,
) -> None:
    product = with_sample(make_product(**SETTINGS), sample_items)
    expected = product.app(path.parent.name).handler(json.loads(path.read_text(encoding="utf-8")), None)
    answer = invoke(path)
    assert answer["statusCode"] == STATUSES[path.stem], answer
    assert _comparable(answer, datetime.now(UTC)) == _comparable(expected, product.clock.now)


def _comparable(answer: dict[str, Any], now: datetime) -> Any:
    """An answer with its new tokens, cookies and ids, and the times that are its own now, under names of their kind."""

    def moment(match: re.Match[str]) -> str:
        return "<now>" if abs(datetime.fromisoformat(match[0]) - now) < NOW_IS_WITHIN else match[0]

    text = json.dumps({**answer, "body": json.loads(answer["body"])}, sort_keys=True)
    text = COOKIE.sub("FILE_OAUTH_TOKEN=<random>", TOKEN.sub("<token>", text))
    return json.loads(MOMENT.sub(moment, NEW_ID.sub("<id>", text)))
