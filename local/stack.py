"""Brings the local cloud up: the emulator, the deployed stack, a store."""

import re
import shlex
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local import deploy
from local.cloud import LOCAL_CLOUD
from local.workspace import (
    ENVIRONMENT_FILE,
    REGION,
    ROOT,
    SAMPLE_STORE,
    STACK_FILE,
    STACK_NAME,
    StepFailedError,
    alone,
    client_environment,
    read_json,
    run_step,
    say,
    write_json,
)

ANSWER_SECONDS = 30
SAMPLE = "sample.json"
TABLE_OUTPUT = "TableName"
DEFAULT_PORT = 4566
HIGHEST_PORT = 65535
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def up(port: int, *, https: bool = False, origins: Sequence[str] = (), store: Path = SAMPLE_STORE) -> dict[str, Any]:
    """Starts, deploys, loads a store, waits until calls answer; returns what it writes to .local/stack.json.

    https: answer HTTPS as well, on the next port; links in answers lead there.
    origins: of which browsers may call, besides http://localhost with any port.
    store: folder of the store's files, none of which need be there yet.
    Raises StepFailedError.
    """
    with alone():
        return _up(port, https, origins, store)


def _up(port: int, https: bool, origins: Sequence[str], store: Path) -> dict[str, Any]:
    endpoint = LOCAL_CLOUD.start(port, https=https)
    base_url = LOCAL_CLOUD.address()
    outputs = deploy.deploy(endpoint, base_url)
    key = _fill(endpoint, store, origins)
    _wait_until_it_answers(endpoint)
    stack = {
        "baseUrl": base_url,
        "endpointUrl": endpoint,
        "region": REGION,
        "stackName": STACK_NAME,
        "tables": {
            name.removesuffix(TABLE_OUTPUT): value for name, value in outputs.items() if name.endswith(TABLE_OUTPUT)
        },
        "sample": {
            **(read_json(store / SAMPLE) or {}),
            "applicationKey": key,
        },
    }
    write_json(STACK_FILE, stack)
    _write_environment(endpoint, base_url)
    return stack


def _fill(endpoint: str, store: Path, origins: Sequence[str]) -> str:
    """Loads a store; returns a key for the sample application, which goes to no log."""
    command: list[str | Path] = [sys.executable, "-m", "local.filling", store, *origins]
    return run_step("load store", command, client_environment(endpoint), logs_answer=False).strip()


def load_store(endpoint: str, files: Path = SAMPLE_STORE, *, replace: bool = False) -> None:
    """What the files say is put back, all else stays; `replace`: other records alone. Raises StepFailedError."""
    load: list[str | Path] = [sys.executable, "-m", "backoffice", "load", files, "--stack", STACK_NAME]
    if replace:
        load.append("--replace")
    run_step("load store", load, client_environment(endpoint))


def tell(stack: Mapping[str, Any]) -> None:
    """Where everything is, in a few lines."""
    base_url = stack["baseUrl"]
    say(f"the API        {base_url}/ccstore/v1/…")
    say(f"pages          {base_url}/ (reference), {base_url}/cart (a cart, explained)")
    say(f"AWS CLI        . {ENVIRONMENT_FILE.relative_to(ROOT)}")


def read_port(text: str, *, https: bool = False) -> int:
    """A port as `PORT` gives it; the usual one for an empty text. Raises StepFailedError for what is none."""
    highest = HIGHEST_PORT - https
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= highest) and text:
        raise StepFailedError(f"PORT={text}: a port is a whole number from 1 to {highest}.")
    return int(text or DEFAULT_PORT)


def read_origins(text: str) -> list[str]:
    """Origins of browsers as `STORE_ORIGINS` gives them, with blanks or commas between them.

    Raises StepFailedError for what is none.
    """
    origins = text.replace(",", " ").split()
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise StepFailedError(f"STORE_ORIGINS: {origin} is no origin. One looks like https://shop.example:8443")
    return origins


def read_store(text: str, *, for_calls: bool = False) -> Path:
    """A folder as `STORE` gives it; the sample store's for an empty text.

    for_calls: the product's calls are to be made, which no other store can answer.
    Raises StepFailedError for what is none, or not that one.
    """
    folder = Path(text).resolve() if text else SAMPLE_STORE
    if for_calls and folder != SAMPLE_STORE:
        raise StepFailedError("The calls of `make run` are the sample store's: STORE is for `make up`.")
    if not folder.is_dir():
        raise StepFailedError(f"STORE={text}: there is no such folder.")
    return folder


def _write_environment(endpoint: str, base_url: str) -> None:
    """What a shell needs for the AWS CLI and the backoffice commands, to be read with `.`"""
    own = client_environment(endpoint)
    exported = {name: value for name, value in own.items() if name.startswith("AWS_")}
    exported |= {"STACK": STACK_NAME, "BASE": base_url}
    lines = ["unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in sorted(exported.items())]
    ENVIRONMENT_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _wait_until_it_answers(endpoint: str) -> None:
    """The registry needs no token and no table: what it waits for is the gateway, the function and the layer."""
    url = f"{endpoint}/ccstore/v1/registry"
    until = time.monotonic() + ANSWER_SECONDS
    seen = ""
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            seen = f"{error.code} {error.read().decode(errors='replace')[:500]}"
        except OSError as error:
            seen = str(error)
        time.sleep(0.5)
    raise StepFailedError(f"The deployed API does not answer. GET {url}: {seen}\nThe cloud's log: .local/ministack.log")
