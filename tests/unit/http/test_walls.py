"""HTTP ends at the http room: no other room speaks of headers, addresses or statuses, in code or in text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import commerce
from commerce.http.routes import PREFIXES

PRODUCT = Path(commerce.__file__).parent
# storage speaks HTTP to AWS, by way of botocore; errors.py says each error's status where the error stands; bodies.py
# describes links, for tools alone.
ROOMS_OF_HTTP = {"http", "storage", "bodies.py", "errors.py"}
FILES = [path for path in sorted(PRODUCT.rglob("*.py")) if path.relative_to(PRODUCT).parts[0] not in ROOMS_OF_HTTP]
HEADERS = (
    "authorization|cache-control|content-type|cookie|host|idempotency-key|idempotency-replayed|if-match|origin|"
    "retry-after|set-cookie|vary|www-authenticate|x-cc[a-z-]+|x-forwarded-[a-z]+"
)
ADDRESS = rf".*(https?://|/({'|'.join(PREFIXES)})/).*"
# A kept answer's row calls its tag "etag".
TEXT = re.compile(rf"ETag|href|(?i:{HEADERS})|{ADDRESS}", re.DOTALL)
NAMES = re.compile("headers?|href|url|uri|query_string|status_code|etag")


def words_of_http(source: str) -> Iterator[str]:
    """The names and texts of HTTP in a module; what its docstrings say is for people."""
    tree = ast.parse(source)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in told and TEXT.fullmatch(text):
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                if NAMES.fullmatch(name):
                    yield name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PRODUCT)))
def test_no_other_room_speaks_of_http(path: Path) -> None:
    assert not set(words_of_http(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "line",
    [
        'call.headers.get("x-ccsite")', "call.url", '{"rel": "self", "href": link}', 'Outcome(headers={"ETag": tag})',
        'URI = "/ccstore/v1/orders/current"', 'f"{name}={value}; Path=/" if "Set-Cookie" else 0', "answer.status_code",
        'f"https://{host}/"',
    ],
)  # fmt: skip
def test_such_words_are_seen(line: str) -> None:
    assert list(words_of_http(line))
