"""P: json and boto3, nothing else; written by hand."""

import json
import time

import boto3
from business import KEPT, TEXTS, Refused, update

DYNAMODB, SECRETS = boto3.client("dynamodb"), boto3.client("secretsmanager")


def handler(event, context):
    began = time.perf_counter()
    headers = {name.lower(): value for name, value in event["headers"].items()}
    try:
        body = checked(json.loads(event["body"]))
        answer = update(DYNAMODB, SECRETS, headers.get("authorization", ""), headers.get("x-ccsite"), body)
        status = 200
    except (Refused, ValueError) as error:
        status, answer = getattr(error, "status", 400), {"message": str(error)}
    print(json.dumps({"operation": "updateProfile", "status": status, "ms": (time.perf_counter() - began) * 1000}))
    text = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": text}


def checked(body):
    if not isinstance(body, dict):
        raise Refused(400, "no object")
    for name in TEXTS:
        check_text(body, name)
    for each in body.get("shippingAddresses") or ():
        for name in KEPT:
            check_text(each, name)
    return body


def check_text(values, name):
    value = values.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > 254):
        raise Refused(400, f"{name} is not a text of at most 254 characters")
