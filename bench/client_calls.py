"""CPU time of client calls whose answers come at once: `python -S client_calls.py KIND COUNT`.

KIND: tuned (this project's client), boto3 (its low-level client as it comes) or resource (boto3's tables).
"""

import json
import sys
import time

kind, count = sys.argv[1], int(sys.argv[2])
DOCUMENT = bytes(range(256)) * 24  # 6 KB
KEY = {"pk": "profile", "sk": "profile"}
WIRE_KEY = {name: {"S": value} for name, value in KEY.items()}
ITEM = b'{"Item":{"pk":{"S":"profile"},"sk":{"S":"profile"},"version":{"N":"7"},"document":{"B":"%s"}}}' % (
    b"QUJD" * 2048
)


def client_and_calls():
    if kind == "tuned":
        from commerce.storage.remote import open_client

        client = open_client("dynamodb", validate_parameters=False)
    else:
        import boto3

        client = boto3.client("dynamodb")
    if kind == "resource":
        table = boto3.resource("dynamodb").Table("profiles")
        changes = {":n": 8, ":v": 7, ":d": DOCUMENT}
        return table.meta.client, lambda: table.get_item(Key=KEY), lambda: table.update_item(Key=KEY, **update(changes))
    values = {":n": {"N": "8"}, ":v": {"N": "7"}, ":d": {"B": DOCUMENT}}
    named = {"TableName": "profiles", "Key": WIRE_KEY}
    return client, lambda: client.get_item(**named), lambda: client.update_item(**named, **update(values))


def update(values):
    return {
        "UpdateExpression": "SET version = :n, document = :d",
        "ConditionExpression": "version = :v",
        "ExpressionAttributeValues": values,
    }


client, read, write = client_and_calls()

from botocore.awsrequest import AWSResponse  # noqa: E402
from botocore.compat import HTTPHeaders  # noqa: E402


class Raw:
    def __init__(self, text):
        self.text = text

    def stream(self):
        yield self.text


def answer(request, **_):
    text = ITEM if request.headers["X-Amz-Target"].endswith(b"GetItem") else b"{}"
    return AWSResponse(request.url, 200, HTTPHeaders(), Raw(text))


client.meta.events.register("before-send.dynamodb", answer)
took = {}
for name, use in (("read", read), ("write", write)):
    for _ in range(50):
        use()
    began = time.process_time_ns()
    for _ in range(count):
        use()
    took[name] = (time.process_time_ns() - began) / 1000 / count
print(json.dumps(took))
