"""A pytest plugin that writes down every answer of the product, in the order of each test.

Of the product inside the test process, and of a stack that is called over HTTP, until a test calls it several times at
once: what comes then is each time another thing.

`RECORDED_ANSWERS`: the folder. What the process makes at random comes from the test's name and a count instead, and
ids, tokens, dates, addresses and tags are numbered as they appear in a test. So two runs of the same code say the same,
and so do two codes that make another number of ids on the way. Imports nothing of the project before a test runs, since
it records other commits too.
"""

import hashlib
import http.client
import json
import os
import re
import secrets
import threading
import uuid
from pathlib import Path

import pytest

FOLDER = Path(os.environ["RECORDED_ANSWERS"])
# A token or tag, a date, a stack's address, an id of an order or its parts, of a gift's marker, and others: no amount.
MADE = re.compile(
    r"eyJ[\w+/.=-]+|\d{4}-\d\d-\d\dT[\d:.]+Z?|(?:127\.0\.0\.1|localhost):\d+|\b(?:o|ci|sg|pg)\d{9,}|(?<=\")\d{15,}(?=\\?\")"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?=\d*[a-f])[0-9a-f]{16,}\b"
)
# Those of the way, and those that come of a body's bytes or of the moment.
NOT_THE_PRODUCTS = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


class Recorder:
    def __init__(self):
        self.test = ""
        self.sent = 0
        self.made = 0
        self.file = None
        self.numbered = {}
        self.by_turns = True

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
            # A caller's network address came later into the events.
            context = {**(event.get("requestContext") or {}), "identity": None}
            told = {**event, "requestContext": context}
            request = self.settled(json.dumps(told, sort_keys=True, default=repr))
            headers = [(name, self.settled(value)) for name, value in sorted(answer.headers.items())]
            cookies = [self.settled(cookie) for cookie in sorted(answer.cookies)]
            self.write(number, request, answer.status, (headers, cookies), self.settled(answer.text))
            return answer

        Product.send = send
        self.listen_to_http()
        commerce.composition.new_id = self.new_id
        uuid.uuid4 = lambda: uuid.UUID(hex=self.new_id())
        secrets.token_hex = lambda length=16: self.new_id()[: 2 * length]
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.file = (FOLDER / f"{os.environ.get('PYTEST_XDIST_WORKER', 'all')}.jsonl").open("w", encoding="utf-8")

    def listen_to_http(self):
        connection = http.client.HTTPConnection
        genuine_request, genuine_answer = connection.request, connection.getresponse
        asked = {}

        def request(own, method, url, body=None, headers=None, **more):
            asked[own] = method, url, body, headers
            return genuine_request(own, method, url, body, headers or {}, **more)

        def getresponse(own):
            answer = genuine_answer(own)
            method, url, body, headers = asked.pop(own, ("", "", None, None))
            # clients of other programs derive from it
            if type(own) is not connection or "/v1/" not in url:
                return answer
            self.by_turns = self.by_turns and threading.current_thread() is threading.main_thread()
            if self.by_turns:
                data = answer.read()
                answer.read = lambda: data
                self.sent += 1
                text = self.settled(json.dumps([method, url, body, headers], sort_keys=True, default=bytes.decode))
                lines = sorted((name.lower(), self.settled(value)) for name, value in answer.getheaders())
                kept = [line for line in lines if line[0] not in NOT_THE_PRODUCTS and not line[0].startswith("x-am")]
                self.write(self.sent, text, answer.status, kept, self.settled(data.decode()))
            return answer

        connection.request, connection.getresponse = request, getresponse

    def settled(self, text):
        """With numbers for what a stack makes."""
        return MADE.sub(lambda made: self.numbered.setdefault(made[0], f"<{len(self.numbered) + 1}>"), text)

    def write(self, number, request, status, headers, text):
        line = [self.test, number, hashlib.sha256(request.encode()).hexdigest(), status, headers, text]
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()


recorder = Recorder()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if recorder.file is None:
        recorder.start()
    recorder.test, recorder.sent, recorder.made, recorder.numbered, recorder.by_turns = item.nodeid, 0, 0, {}, True
    return (yield)
