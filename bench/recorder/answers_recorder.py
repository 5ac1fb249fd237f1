"""A pytest plugin that writes down every answer of the product inside the test process, in the order of each test.

`RECORDED_ANSWERS`: the folder. What is made at random comes from the test's name and a count instead, so that
two runs of the same code say the same. Imports nothing of the project before a test runs, since it records other
commits too.
"""

import hashlib
import json
import os
import secrets
import uuid
from pathlib import Path

import pytest

FOLDER = Path(os.environ["RECORDED_ANSWERS"])


class Recorder:
    def __init__(self):
        self.test = ""
        self.sent = 0
        self.made = 0
        self.file = None

    def new_id(self):
        self.made += 1
        return hashlib.sha256(f"{self.test} {self.made}".encode()).hexdigest()[:32]

    def start(self):
        """Stands in for names of the product, of its tests and of the standard library."""
        import commerce.composition
        from tests.support.deployment import Product

        genuine = Product.send

        def send(product, event):
            self.sent += 1
            number = self.sent
            answer = genuine(product, event)
            self.write(number, event, answer)
            return answer

        Product.send = send
        commerce.composition.new_id = self.new_id
        uuid.uuid4 = lambda: uuid.UUID(hex=self.new_id())
        secrets.token_hex = lambda length=16: self.new_id()[: 2 * length]
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.file = (FOLDER / f"{os.environ.get('PYTEST_XDIST_WORKER', 'all')}.jsonl").open("w", encoding="utf-8")

    def write(self, number, event, answer):
        request = json.dumps(event, sort_keys=True, default=repr)
        headers = sorted(answer.headers.items()), sorted(answer.cookies)
        line = [self.test, number, hashlib.sha256(request.encode()).hexdigest(), answer.status, headers, answer.text]
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()


recorder = Recorder()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if recorder.file is None:
        recorder.start()
    recorder.test, recorder.sent, recorder.made = item.nodeid, 0, 0
    return (yield)
