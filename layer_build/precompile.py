"""Compiles the regular expressions that Python would compile at every start: `python precompile.py COMMERCE`.

The layer build runs it. COMMERCE is the package `commerce` in the layer; it gets `precompiled.bin`
(commerce/cold_start.py). Runs on the interpreter that the layer is for, with the layer's packages: it imports every
module, uses each client, and writes down what was compiled meanwhile.
"""

import importlib
import marshal
import pkgutil
import re
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from commerce.cold_start import MADE_BY, TABLE_FILE, Table, patch

TABLE: Table = {}

CALLS: tuple[tuple[str, str, dict[str, Any], bytes], ...] = (
    ("dynamodb", "get_item", {"TableName": "t", "Key": {"pk": {"S": "a"}}}, b"{}"),
    ("secretsmanager", "get_secret_value", {"SecretId": "s"}, b'{"SecretString":"{}"}'),
)


def precompile(package: Path) -> None:
    """Writes the table."""
    patch(_recording)
    for found in pkgutil.walk_packages([str(package)], "commerce."):
        importlib.import_module(found.name)
    use_clients()
    (package / TABLE_FILE.name).write_bytes(marshal.dumps((MADE_BY, TABLE)))


def _recording(genuine: Callable[..., Any]) -> Callable[..., Any]:
    # What the engine is given is made inside the genuine function: the engine tells, in this process alone.
    in_re: Any = re._compiler  # type: ignore[attr-defined]  # noqa: SLF001
    engine = in_re._sre  # noqa: SLF001
    taken: list[Any] = []

    class Engine:
        def __getattr__(self, name: str) -> Any:
            return getattr(engine, name)

        def compile(self, pattern: Any, flags: int, code: list[int], *groups: Any) -> Any:
            taken[:] = [flags, array("I", code).tobytes(), *map(_plain, groups)]
            return engine.compile(pattern, flags, code, *groups)

    def compile_and_record(pattern: Any, flags: int = 0) -> Any:
        compiled = genuine(pattern, flags)
        if isinstance(pattern, str | bytes):
            TABLE[pattern, int(flags)] = tuple(taken)
        return compiled

    in_re._sre = Engine()  # noqa: SLF001
    return compile_and_record


def _plain(groups: Any) -> Any:
    return dict(groups) if isinstance(groups, Mapping) else groups


def use_clients() -> None:
    """One call of each client, answered at once: it compiles what the first request would."""
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415
    from botocore.compat import HTTPHeaders  # noqa: PLC0415
    from botocore.session import get_session  # noqa: PLC0415

    from commerce.storage.remote import client_config  # noqa: PLC0415

    for service, method, arguments, text in CALLS:
        session = get_session()
        session.set_credentials("key", "secret")
        config = client_config(validate_parameters=False)
        client = session.create_client(service, region_name="eu-central-1", config=config)

        def answer(request: Any, text: bytes = text, **_: Any) -> Any:
            return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(text))

        client.meta.events.register("before-send", answer)
        getattr(client, method)(**arguments)


class _Raw:
    def __init__(self, text: bytes) -> None:
        self._text = text

    def stream(self) -> Iterator[bytes]:
        yield self._text


if __name__ == "__main__":
    precompile(Path(sys.argv[1]))
