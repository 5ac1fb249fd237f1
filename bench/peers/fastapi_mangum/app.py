"""FastAPI behind Mangum; boto3."""

import json
import time
from typing import Annotated, Any

import boto3
from business import Refused, update
from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse
from mangum import Mangum
from models import Profile

DYNAMODB, SECRETS = boto3.client("dynamodb"), boto3.client("secretsmanager")
app = FastAPI()


@app.put("/ccstore/v1/profiles/current")
def put_profile(
    body: Profile, authorization: Annotated[str, Header()] = "", x_ccsite: Annotated[str | None, Header()] = None
) -> dict[str, Any]:
    began = time.perf_counter()
    answer = update(DYNAMODB, SECRETS, authorization, x_ccsite, body.model_dump(exclude_unset=True))
    print(json.dumps({"operation": "updateProfile", "ms": (time.perf_counter() - began) * 1000}))
    return answer


@app.exception_handler(Refused)
def refuse(request: Request, error: Refused) -> JSONResponse:
    return JSONResponse({"message": str(error)}, error.status)


handler = Mangum(app, lifespan="off")
