"""Flask behind serverless-wsgi, pydantic for the body; boto3."""

import json
import time

import boto3
import serverless_wsgi
from business import Refused, update
from flask import Flask, jsonify, request
from models import Profile

DYNAMODB, SECRETS = boto3.client("dynamodb"), boto3.client("secretsmanager")
app = Flask(__name__)


@app.put("/ccstore/v1/profiles/current")
def put_profile():
    began = time.perf_counter()
    body = Profile.model_validate_json(request.get_data()).model_dump(exclude_unset=True)
    answer, headers, facts = update(DYNAMODB, SECRETS, request.environ["serverless.event"], body)
    print(json.dumps({**facts, "status": 200, "durationMs": round((time.perf_counter() - began) * 1000, 1)}))
    return jsonify(answer), headers


@app.errorhandler(Refused)
def refuse(error):
    return {"message": str(error)}, error.status


def handler(event, context):
    return serverless_wsgi.handle_request(app, event, context)
