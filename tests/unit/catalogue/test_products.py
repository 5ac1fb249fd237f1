"""Products, SKUs, links, shopper inputs and texts, as their records say."""

import pytest

from commerce.catalogue import Product, text_in
from commerce.catalogue.model import read_product

RECORD = {
    "displayName": {"en": "Bike", "de": "Fahrrad"},
    "skus": [{"id": "s1"}, {"id": "s2", "active": False}],
    "addOns": [
        {"configurablePropertyId": "bell", "options": [{"id": "loud", "productId": "bell_1", "skuId": "bell_1_sku"}]},
        {"configurablePropertyId": "light", "options": [{"id": "any", "productId": "light_1"}]},
    ],
    "shopperInputs": [
        {"id": "name", "required": True, "maxLength": 3},
        {"id": "font", "values": ["courier", "times"]},
    ],
}


def product(**more) -> Product:
    return read_product("p1", RECORD | more)


def test_what_a_record_leaves_out():
    bare = read_product("p1", {"displayName": {"en": "Bike"}, "skus": [{"id": "s1"}]})
    assert (bare.active, bare.sold_alone, bare.configurable, bare.order_limit) == (True, True, False, None)
    assert bare.slug == "p1"
    assert bare.description == {}
    assert bare.primary_thumb_image_url is None
    assert bare.add_ons == ()


def test_only_an_active_sku_of_the_product_is_one():
    assert product().sku("s1") is not None
    assert product().sku("s2") is None
    assert product().sku("s3") is None


@pytest.mark.parametrize(
    ("more", "sku", "offered"),
    [
        ({}, "s1", True),
        ({}, "s2", False),
        ({}, None, True),
        ({"active": False}, "s1", False),
        ({"active": False}, None, False),
        ({"skus": [{"id": "s2", "active": False}]}, None, False),
    ],
)
def test_what_can_be_had(more, sku, offered):
    assert product(**more).offers(sku) is offered


@pytest.mark.parametrize(
    ("arguments", "linked"),
    [
        (("bell_1", "bell_1_sku", "bell", "loud"), True),
        (("bell_1", "bell_1_sku"), True),
        (("bell_1", "bell_1_sku", "bell", None), True),
        (("bell_1", "other_sku", "bell", "loud"), False),
        (("bell_1", "bell_1_sku", "light", "loud"), False),
        (("bell_1", "bell_1_sku", "bell", "any"), False),
        (("light_1", "whatever", "light", "any"), True),
        (("horn_1", "horn_1_sku"), False),
    ],
)
def test_linked_add_ons(arguments, linked):
    assert product().links_add_on(*arguments) is linked


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ({"name": "Kim"}, True),
        ({"name": "Kim", "font": "times"}, True),
        ({"name": "Kim", "font": None}, True),
        ({"name": "Kimm"}, False),
        ({"name": "Kim", "font": "arial"}, False),
        ({"name": "Kim", "size": "1"}, False),
        ({"name": None}, False),
        ({}, False),
    ],
)
def test_shopper_input(given, accepted):
    assert product().accepts_shopper_input(given) is accepted


def test_a_text_falls_back_to_the_default_locale_and_no_further():
    texts = {"en": "Bike", "de": "Fahrrad"}
    assert text_in(texts, "de", "en") == "Fahrrad"
    assert text_in(texts, "fr", "en") == "Bike"
    assert text_in(texts, "fr", "es") is None
