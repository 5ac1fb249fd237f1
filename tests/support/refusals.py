"""Whether a refusal teaches: says which part of the call must be what, and repeats nothing that was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import commerce

# Shorter ones stand in many a word.
SHORTEST = 4
SENTENCE = re.compile(r"(?P<about>[^ ].*?) must (?P<expected>.*[^ .])\.", re.DOTALL)
# RFC 6749 §5.2: what an `error_description` may be made of.
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")


def check(sent: Mapping[str, Any], status: int, text: str) -> None:
    """Fails the test for a refusal that lacks anything; of other answers nothing is asked."""
    if 400 <= status < 500 and text:
        lacking = fault(sent, status, text)
        assert not lacking, lacking


def over_http(path: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
    """A request as far as the gateway's event would hold its values."""
    path, _, query = path.partition("?")
    return {
        "body": (body or b"").decode(errors="replace"),
        "headers": headers,
        "queryStringParameters": dict(parse_qsl(query)),
        "pathParameters": {"id": path.rpartition("/")[2]},
    }


def fault(sent: Mapping[str, Any], status: int, text: str) -> str:
    """What a refusal (400 to 499) lacks; empty where nothing is. `sent`: the gateway's event of the call."""
    body = json.loads(text)
    if "error" in body:
        messages = [body.get("error_description", "")]
        if not DESCRIPTION.fullmatch(messages[0]):
            return f"no description: {text}"
    else:
        messages = [entry.get("devMessage", "") for entry in [body, *body.get("errors", ())]]
    values = sent_values(sent)
    for message in messages:
        if not SENTENCE.fullmatch(message):
            return f"{status} says not what must be: {text[:500]}"
        told = [value for value in values if repeats(message, value)]
        if told:
            return f"{message!r} repeats {told}"
    return ""


def beside_sentence(body: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal's members beside the sentence for developers, which it must have."""
    name = "error_description" if "error" in body else "devMessage"
    assert SENTENCE.fullmatch(body[name])
    return {member: value for member, value in body.items() if member != name}


def repeats(message: str, value: str) -> bool:
    """Whether a message holds a value of the request that is no word of the product's own."""
    if value not in message or value in _own_words():
        return False
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", message) is not None


def sent_values(event: Mapping[str, Any]) -> set[str]:
    """The values, not the names, of all that an event brings along; a value that is a name too counts as a name."""
    body = event.get("body")
    names, values = _told(_parsed(body))
    if isinstance(body, str):
        values |= {text for _, text in parse_qsl(body)}
    for name in ("headers", "queryStringParameters", "pathParameters"):
        for value in (event.get(name) or {}).values():
            values |= {value, *_told(_parsed(value))[1]}
    for name in ("multiValueHeaders", "multiValueQueryStringParameters"):
        for several in (event.get(name) or {}).values():
            values |= set(several or ())
    words = {word for value in values for word in re.split(r"[\s,;]+", value)}
    return {value for value in (values | words) - names if value and len(value) >= SHORTEST}


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None


def _told(value: Any) -> tuple[set[str], set[str]]:
    """Names of members of a JSON value, and its texts and numbers, however deep."""
    names, texts = set[str](), set[str]()
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            names.update(node)
            pending += node.values()
        elif isinstance(node, list):
            pending += node
        elif isinstance(node, str):
            texts.add(node)
        elif isinstance(node, int | float) and not isinstance(node, bool):
            texts.add(str(node))
    return names, texts


@cache
def _own_words() -> str:
    """All that the product's sources say, numbers as people and as Python write them."""
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(Path(commerce.__file__).parent.rglob("*.py"))
    )
    return sources + re.sub(r"(?<=\d)_(?=\d)", "", sources) + re.sub(r"(?<=\d)_(?=\d)", ",", sources)
