"""Promotions.

A discount stands in an export as a template and its values. One form is read: `rawPmdlTemplate` with a pricing model
that has no qualifier, so that every order qualifies, and one discount of the whole order or of shipping. What buys or
gets which goods is said in a language of its own, by collections that are not kept here: such promotions are told, for
somebody to write their reward.
"""

from __future__ import annotations

import re
from typing import Final

from backoffice.conversion.exports import Entry
from backoffice.conversion.members import Members, given
from backoffice.conversion.report import Report
from commerce.exact_json import JsonObject, UnusableJson, read_number

RAW_TEMPLATE: Final = "rawPmdlTemplate"
ADJUSTMENTS: Final = {"percentOff": "percent", "amountOff": "amount", "fixedPrice": "fixedPrice"}
REWARDS: Final = {"order": ("percent", "amount"), "shipping": ("percent", "amount", "fixedPrice")}
_MODEL: Final = re.compile(
    r"""\s*<pricing-model>\s*<qualifier\s*(?:/>|>\s*</qualifier>)\s*<offer>\s*
    <discount-structure\s+([^<>]*?)\s*(?:/>|>\s*</discount-structure>)\s*</offer>\s*</pricing-model>\s*""",
    re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(r"""([\w-]+)\s*=\s*["']([^"']*)["']""")


def promotion_of(entry: Entry, locale: str, report: Report) -> JsonObject | None:
    """The promotion, or None, and a remark, where its discount cannot be told in a store's files."""
    members = Members(entry, report)
    record = given(
        id=members.text("id", "repositoryId"),
        displayName=members.texts(locale, "displayName"),
        priority=members.whole("priority"),
        enabled=members.flag("enabled"),
        startDate=members.date("startDate"),
        endDate=members.date("endDate"),
        sites=members.references("sites"),
        audiences=members.references("audiences"),
        priceListGroups=members.references("priceListGroups"),
    )
    methods = members.references("shippingMethods")
    reward = _reward(members, members.text("templatePath") or "", members.text("templateName") or "")
    if reward is None:
        members.tell("templateValues", "only a discount without conditions of a whole order or of shipping: left out")
        return None
    if methods and reward["kind"] == "shipping":
        reward["methods"] = methods
    elif methods:
        members.tell("shippingMethods", "a discount of orders is the same for all methods")
    members.end()
    return record | {"reward": reward}


def _reward(members: Members, path: str, template: str) -> JsonObject | None:
    kind = path.strip("/").partition("/")[0]
    values = members.take("templateValues")
    model = values.get("pmdl") if isinstance(values, dict) and len(values) == 1 else None
    text = model.get("xml") if isinstance(model, dict) else model
    found = _MODEL.fullmatch(text) if isinstance(text, str) else None
    if found is None or kind not in REWARDS or template.partition(".")[0] != RAW_TEMPLATE:
        return None
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    adjustment = ADJUSTMENTS.get(attributes.pop("discount-type", ""), "")
    if attributes.pop("calculator-type", "standard") != "standard" or adjustment not in REWARDS[kind]:
        return None
    try:
        value = read_number(attributes.pop("adjuster", ""))
    except UnusableJson:
        return None
    return {"kind": kind, "adjustment": adjustment, "value": value} if not attributes else None
