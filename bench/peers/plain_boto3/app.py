"""P: json and boto3, nothing else; written by hand."""

import json
import time

import boto3
from business import KEPT, TEXTS, Refused, update

DYNAMODB, SECRETS = boto3.client("dynamodb"), boto3.client("secretsmanager")


def handler(event, context):
    began = time.perf_counter()
    try:
        answer, headers, facts = update(DYNAMODB, SECRETS, event, checked(json.loads(event["body"])))
        status = 200
    except (Refused, ValueError) as error:
        status, answer, headers, facts = getattr(error, "status", 400), {"message": str(error)}, {}, {}
    print(json.dumps({**facts, "status": status, "durationMs": round((time.perf_counter() - began) * 1000, 1)}))
    text = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
    headers["Content-Type"] = "application/json;charset=UTF-8"
    return {"statusCode": status, "headers": headers, "body": text}


def checked(body):
    if not isinstance(body, dict):
        raise Refused(400, "no object")
    for name in TEXTS:
        check_text(body, name)
    for sent in body.get("shippingAddresses") or ():
        for name in KEPT:
            check_text(sent, name)
    return body


def check_text(values, name):
    value = values.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > 254):
        raise Refused(400, f"{name} is not a text of at most 254 characters")
