"""The events for `sam local invoke` are what they are called."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from commerce.http.routes import ROUTES, Route
from local.template import resources
from local.wiring import folder
from tests.conftest import with_sample
from tests.support.deployment import Product
from tests.support.events import EVENTS, SETTINGS, STATUSES, function_of, name_of


@pytest.mark.parametrize("path", EVENTS, ids=name_of)
def test_event(
    make_product: Callable[..., Product], sample_items: Mapping[str, list[dict[str, Any]]], path: Path
) -> None:
    product = with_sample(make_product(**SETTINGS), sample_items)
    answer = product.app(path.parent.name).handler(json.loads(path.read_text(encoding="utf-8")), None)
    assert answer["statusCode"] == STATUSES[path.stem], answer["body"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_each_action_s_store_is_bounded_and_metered(make_product: Callable[..., Product], route: Route) -> None:
    """The frame sees the store of whatever was composed; the registry alone works on none."""
    parts = getattr(make_product().app(folder(route)), "parts", None)
    assert (parts is None or parts.opened_store is None) == (route.operation == "getRegistry")


def test_each_function_has_events() -> None:
    assert {function_of(path) for path in EVENTS} == set(resources("AWS::Serverless::Function"))


def test_each_event_has_a_known_outcome() -> None:
    assert {path.stem for path in EVENTS} <= set(STATUSES)
