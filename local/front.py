"""The local cloud's front: on one port the API, where a storefront looks for it, the pages, and AWS's own calls.

A program of the emulator's virtual environment, started by local/cloud.py; nothing of the project can be imported here.
The emulator is part of it, so that a call passes through no second process.

- What is signed for AWS, or lies at one of the emulator's own paths, is the emulator's.
- A browser that navigates to a place outside the APIs sees the pages.
- All else is the deployed API's: the gateway's stage is put before the path.
"""

import argparse
import asyncio
import json
import os
import re
import resource
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from markdown_it import MarkdownIt
from ministack.app import app as emulator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

EMULATOR_PATHS = ("/_localstack/", "/_ministack/", "/_aws/", "/restapis/")
SIGNED_QUERY = re.compile(rb"(^|&)X-Amz-(Signature|Credential)=", re.IGNORECASE)
# The port of a development server is anybody's guess, and the product allows whole origins only. It is told this one,
# which local/deploy.py allows, and the browser is answered its own.
LOCAL_ORIGIN = re.compile(rb"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
DEPLOYED_ORIGIN = b"http://localhost"
KEEP_ALIVE_SECONDS = 75
# Each call under way has a process of its own, which starts while the emulator should answer others: a script's hundred
# calls at once would keep a small machine busy, and tables and secrets silent, for longer than any call has time. Calls
# beyond these wait for their turn, and find processes that are up.
CALLS_UNDER_WAY = max(8, 2 * (os.cpu_count() or 1))
ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "local" / "pages"
CONTRACT = ROOT / "docs" / "contract"
LOGINS = ROOT / ".local" / "store" / "sample.json"
SCALAR = ROOT / ".local" / "pages" / "flask_openapi_scalar" / "templates" / "scalar" / "js" / "scalar.standalone.js"
# A page asks nobody but this cloud for anything.
POLICY = "default-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-eval'"
API_PATH = re.compile(r"/cc[a-z]+/")
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>")


class Front:
    """Says whose each request is. `stage_file` holds {"path": "/restapis/…"}, what leads to the deployed API."""

    def __init__(self, stage_file: Path) -> None:
        self._stage_file = stage_file
        self._stage = (0, "")
        self._turns = asyncio.Semaphore(CALLS_UNDER_WAY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_for_emulator(scope):
            await emulator(scope, receive, send)
        elif _is_for_pages(scope):
            await pages(scope, receive, send)
        elif stage := self._stage_path():
            async with self._turns:
                await _call_api(stage, scope, receive, send)
        else:
            await _say_nothing_is_deployed(send)

    def _stage_path(self) -> str:
        """Empty before the first deployment; looked up again when another one was noted."""
        try:
            noted = self._stage_file.stat().st_mtime_ns
        except FileNotFoundError:
            return ""
        if noted != self._stage[0]:
            self._stage = (noted, json.loads(self._stage_file.read_text(encoding="utf-8"))["path"])
        return self._stage[1]


def _is_for_emulator(scope: Scope) -> bool:
    authorization = _header(scope, b"authorization")
    return (
        scope["path"].startswith(EMULATOR_PATHS)
        or authorization.startswith((b"AWS4-", b"AWS "))
        or SIGNED_QUERY.search(scope["query_string"]) is not None
    )


def _is_for_pages(scope: Scope) -> bool:
    """What a browser navigates to outside the APIs, and what such a page consists of."""
    path: str = scope["path"]
    navigates = scope["method"] == "GET" and b"text/html" in _header(scope, b"accept") and not API_PATH.match(path)
    return navigates or path.startswith("/_pages/")


async def _contract(request: Request) -> Response:
    """A document of the contract, as a page; an example as it is."""
    file = (CONTRACT / request.path_params["name"]).resolve()
    if not (file.is_relative_to(CONTRACT) and file.is_file()):
        return PlainTextResponse("There is no such document.", status_code=404)
    if file.suffix != ".md":
        return PlainTextResponse(file.read_text(encoding="utf-8"))
    body = MarkdownIt("commonmark").enable("table").render(file.read_text(encoding="utf-8"))
    page = (PAGES / "contract.html").read_text(encoding="utf-8")
    return HTMLResponse(page.replace("{body}", HEADING.sub(_with_anchor, body)))


def _with_anchor(heading: re.Match[str]) -> str:
    text = re.sub(r"<[^>]+>", "", heading[2]).lower()
    anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
    return f'<h{heading[1]} id="{anchor}">{heading[2]}</h{heading[1]}>'


async def _logins(request: Request) -> Response:
    """Those that the loaded store has for these pages."""
    del request
    return FileResponse(LOGINS) if LOGINS.is_file() else JSONResponse({})


def _file(file: Path) -> Callable[[Request], Response]:
    return lambda _: FileResponse(file)


_pages = Starlette(
    routes=[
        Route("/", _file(PAGES / "reference.html")),
        Route("/cart", _file(PAGES / "cart.html")),
        Route("/contract/{name:path}", _contract),
        Route("/_pages/openapi.json", _file(ROOT / "docs" / "openapi.json")),
        Route("/_pages/sample.json", _logins),
        Route("/_pages/scalar.js", _file(SCALAR)),
        Mount("/_pages", StaticFiles(directory=PAGES)),
    ]
)


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """The reference, a cart explained, the contract."""

    async def answer(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            added = [(b"content-security-policy", POLICY.encode()), (b"cache-control", b"no-cache")]
            message["headers"] = [*message["headers"], *added]
        await send(message)

    await _pages(scope, receive, answer)


async def _call_api(stage: str, scope: Scope, receive: Receive, send: Send) -> None:
    origin = _header(scope, b"origin")
    asked = {**scope, "path": stage + scope["path"], "raw_path": stage.encode() + scope["raw_path"]}
    if not LOCAL_ORIGIN.fullmatch(origin):
        await emulator(asked, receive, send)
        return
    others = [(name, value) for name, value in scope["headers"] if name != b"origin"]
    asked["headers"] = [*others, (b"origin", DEPLOYED_ORIGIN)]

    async def answer(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, origin if name.lower() == b"access-control-allow-origin" else value)
                for name, value in message["headers"]
            ]
        await send(message)

    await emulator(asked, receive, answer)


async def _say_nothing_is_deployed(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b"The API is not deployed yet.\n"})


def _header(scope: Scope, name: bytes) -> bytes:
    values = [value for known, value in scope["headers"] if known == name]
    return bytes(values[-1]) if values else b""


def main() -> None:
    """The program; it ends by SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bind", action="append", required=True, help="address and port; may be given again")
    parser.add_argument("--bind-https", action="append", default=[], help="the same, answering HTTPS")
    parser.add_argument("--certificate", help="of HTTPS: PEM files of certificate and key")
    parser.add_argument("--key")
    parser.add_argument("--stage-file", type=Path, required=True)
    chosen = parser.parse_args()
    config = Config()
    config.loglevel = "INFO"
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    if chosen.bind_https:
        config.bind, config.insecure_bind = chosen.bind_https, chosen.bind
        config.certfile, config.keyfile = chosen.certificate, chosen.key
    else:
        config.bind = chosen.bind
    # Every call under way holds a file; the usual limit of 1024 is soon reached.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(Front(chosen.stage_file), config))


if __name__ == "__main__":
    main()
