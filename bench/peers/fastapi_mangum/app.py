"""FastAPI behind Mangum; boto3."""

import json
import time
from typing import Any

import boto3
from business import Refused, update
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from mangum import Mangum
from models import Profile

DYNAMODB, SECRETS = boto3.client("dynamodb"), boto3.client("secretsmanager")
app = FastAPI()


@app.put("/ccstore/v1/profiles/current")
def put_profile(body: Profile, request: Request, response: Response) -> dict[str, Any]:
    began = time.perf_counter()
    event = request.scope["aws.event"]
    answer, headers, facts = update(DYNAMODB, SECRETS, event, body.model_dump(exclude_unset=True))
    response.headers.update(headers)
    print(json.dumps({**facts, "status": 200, "durationMs": round((time.perf_counter() - began) * 1000, 1)}))
    return answer


@app.exception_handler(Refused)
def refuse(request: Request, error: Refused) -> JSONResponse:
    return JSONResponse({"message": str(error)}, error.status)


handler = Mangum(app, lifespan="off")
