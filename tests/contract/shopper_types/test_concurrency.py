"""No update is lost, whoever goes first (contract: shopper-types.md §3, common.md §10)."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest

from tests.contract.shopper_types.conftest import PATH, Put
from tests.support.deployment import Product
from tests.support.rivals import rival_before
from tests.support.virtual_time import VirtualTime

Get = Callable[..., Mapping[str, Any]]
NEW = {"type": "shortText"}


@pytest.fixture
def rival(product: Product) -> Product:
    """Another execution environment of the same functions: nothing kept, a store of its own."""
    return Product(product.environment, product.clock)


@pytest.fixture
def rival_put(rival: Product, merchant: str) -> Put:
    def send(properties: Any, locale: str | None = "en", /, **members: Any) -> Any:
        body = {"properties": properties, **members}
        answer = rival.call("PUT", PATH, body, token=merchant, headers={"X-CCAsset-Language": locale or "en"})
        assert answer.status == 200, answer.text
        return answer

    return send


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize(
    ("own", "locale", "other", "other_locale"),
    [
        ({"x_a": NEW | {"label": "A"}}, "en", {"x_b": NEW | {"label": "B"}}, "en"),
        ({"x_a": NEW | {"label": "A"}}, "de", {"x_b": NEW | {"label": "B"}}, "fr"),
        ({"favorite_color": {"label": "Farbe"}}, "de", {"favorite_color": {"label": "Couleur"}}, "fr_CA"),
        ({"favorite_color": {"default": "red"}}, "en", {"favorite_color": {"required": False, "label": "Color"}}, "en"),
        ({"login": {"searchable": True}}, "en", {"login": {"label": "Kennung"}}, "de"),
    ],
)
def test_a_rival_before_each_repository_call(
    product: Product,
    put: Put,
    rival_put: Put,
    get: Get,
    nth: int,
    warm: bool,
    own: Any,
    locale: str,
    other: Any,
    other_locale: str,
) -> None:
    if warm:
        get(locale)
        assert put({}, locale).code == "75002"
    store = product.app("update_shopper_type").parts.store
    with rival_before(store, nth, lambda: rival_put(other, other_locale)):
        answer = put(own, locale)
    assert answer.status == 200
    for sent, language in ((own, locale), (other, other_locale)):
        for name, attributes in sent.items():
            shown = get(language)["properties"][name]
            assert shown | attributes == shown


def test_a_rival_between_the_rows_of_one_reading(
    product: Product, put: Put, rival_put: Put, get: Get, merchant: str
) -> None:
    """A row of labels that is newer than the version read with it: read again until all belong together."""
    assert put({"x_a": NEW | {"label": "A"}}).status == 200
    cold = Product(product.environment, product.clock)
    store = cold.app("update_shopper_type").parts.store
    original: Callable[..., Any] = store.get
    torn: list[Any] = []

    def tearing(keys: Any) -> Any:
        wanted = list(keys)
        labels = [key for key in wanted if key.sk.startswith("labels#")]
        if torn or not labels:
            return original(wanted)
        torn.append(labels)
        early = original(wanted)
        rival_put({"x_a": {"label": "Aa"}})
        late = original(wanted)
        return early | {key: late[key] for key in labels}

    store.get = tearing
    body = {"properties": {"x_b": NEW}}
    answer = cold.call("PUT", PATH, body, token=merchant, headers={"X-CCAsset-Language": "en"})
    assert torn
    assert answer.status == 200
    assert get()["properties"]["x_a"]["label"] == "Aa"
    assert get()["properties"]["x_b"]["type"] == "shortText"


def test_thirty_environments_with_one_property_each(
    product: Product, merchant: str, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each goes between another's read and write: the deepest possible queue of rivals."""
    VirtualTime().rule(monkeypatch)
    environments = [Product(product.environment, product.clock) for _ in range(30)]

    def put_from(index: int) -> None:
        body = {"properties": {f"x_{index}": NEW | {"label": f"Label {index}"}}}
        headers = {"X-CCAsset-Language": ("en", "de", "fr")[index % 3]}
        answer = environments[index].call("PUT", PATH, body, token=merchant, headers=headers)
        assert answer.status == 200, answer.text

    def nested(index: int) -> None:
        if index == len(environments):
            return
        store = environments[index].app("update_shopper_type").parts.store
        with rival_before(store, 2, lambda: nested(index + 1)):
            put_from(index)

    nested(0)
    shown = {locale: get(locale)["properties"] for locale in ("en", "de", "fr")}
    for index in range(30):
        assert shown[("en", "de", "fr")[index % 3]][f"x_{index}"]["label"] == f"Label {index}"


def test_if_match(product: Product, put: Put, rival_put: Put, merchant: str, get: Get) -> None:
    def send(properties: Any, tag: str) -> Any:
        headers = {"X-CCAsset-Language": "en", "If-Match": tag}
        return product.call("PUT", PATH, {"properties": properties}, token=merchant, headers=headers)

    tags = [put({name: NEW}).headers["etag"] for name in ("x_a", "x_b")]
    assert all(one != other for one, other in pairwise(tags))
    assert send({"x_c": NEW}, tags[0]).code == "00000412"
    assert "x_c" not in get()["properties"]
    for accepted in (tags[1], f"W/{tags[1]}", tags[1].strip('"'), f'"other", {tags[1]}', "*", '"unknown"'):
        answer = send({"x_a": {}}, accepted)
        assert (answer.status, answer.headers["etag"]) == (200, tags[1])

    store = product.app("update_shopper_type").parts.store
    with rival_before(store, 2, lambda: rival_put({"x_d": NEW})):
        assert send({"x_c": NEW}, tags[1]).code == "00000412"
    assert "x_c" not in get()["properties"]
    assert "x_d" in get()["properties"]


def test_endless_contention_ends_with_503(
    product: Product, put: Put, rival_put: Put, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    VirtualTime().rule(monkeypatch)
    store = product.app("update_shopper_type").parts.store
    original, lost = store.write, []

    def always_late(*writes: Any) -> None:
        lost.append(True)
        rival_put(
            {"x_rival": NEW | {"default": str(len(lost))}}
            if len(lost) == 1
            else {"x_rival": {"default": str(len(lost))}}
        )
        original(*writes)

    store.write = always_late
    answer = put({"x_a": NEW})
    del store.write
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
    assert len(lost) > 10
    assert "x_a" not in get()["properties"]
