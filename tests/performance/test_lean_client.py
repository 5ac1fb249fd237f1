"""The layer's botocore, with its cut data, sends and reads exactly what botocore as installed does."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from tests.infrastructure.test_botocore_data import CALLS, FAILURES, SUCCESSES

PROGRAM = """
import ast, datetime, sys
import botocore.auth, botocore.session, botocore.utils
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError

moment = datetime.datetime(2026, 1, 2, 3, 4, 5)
botocore.auth.get_current_datetime = lambda remove_tzinfo=True: moment

class Raw:
    def __init__(self, text):
        self.text = text
    def stream(self):
        yield self.text

def client_of(service):
    session = botocore.session.Session()
    session.set_credentials("AKIDEXAMPLE", "secret", "session")
    settings = {"user_agent": "commerce", "account_id_endpoint_mode": "disabled"}
    config = Config(retries={"total_max_attempts": 1}, **settings)
    return session.create_client(service, region_name="eu-central-1", config=config)

clients, found = {}, []
for (service, operation), arguments, status, text in ast.literal_eval(sys.stdin.read()):
    client = clients[service] = clients.get(service) or client_of(service)
    sent = []
    def catch(request, **_):
        headers = sorted((n, v) for n, v in request.headers.items() if n != "amz-sdk-invocation-id")
        sent.append((request.method, request.url, headers, request.body))
        return AWSResponse(request.url, status, HTTPHeaders(), Raw(text))
    client.meta.events.register("before-send", catch)
    try:
        read = client._make_api_call(operation, arguments)
    except ClientError as error:
        read = (type(error).__name__, error.response)
    client.meta.events.unregister("before-send", catch)
    found.append((sent, repr(read)))
print(found)
"""


def _exchanges(path: str) -> Any:
    cases = [
        (call, arguments, status, text)
        for call, arguments in CALLS.items()
        for status, text in ((200, SUCCESSES[call[1]]), *FAILURES.values())
    ]
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", PROGRAM],
        input=repr(cases),
        env={"PYTHONPATH": path, "AWS_EC2_METADATA_DISABLED": "true", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return ast.literal_eval(done.stdout)


def test_the_same_is_sent_and_read(built_layer: Path) -> None:
    lean = _exchanges(str(built_layer / "python"))
    genuine = _exchanges(sysconfig.get_path("purelib"))
    assert len(lean) == len(CALLS) * 3
    assert all(len(sent) == 1 for sent, _ in lean)
    assert lean == genuine
