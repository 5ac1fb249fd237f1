"""aws-lambda-powertools: resolver with validation, Logger, Metrics; boto3."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.metrics import MetricUnit
from business import Refused, update
from models import Profile

DYNAMODB, SECRETS = boto3.client("dynamodb"), boto3.client("secretsmanager")
app = APIGatewayRestResolver(enable_validation=True)
logger, metrics = Logger(), Metrics()


@app.put("/ccstore/v1/profiles/current")
def put_profile(body: Profile) -> Response[dict[str, Any]]:
    event = app.current_event.raw_event
    answer, headers, facts = update(DYNAMODB, SECRETS, event, body.model_dump(exclude_unset=True))
    metrics.add_metric(name="ReadUnits", unit=MetricUnit.Count, value=facts["readUnits"])
    metrics.add_metric(name="WriteUnits", unit=MetricUnit.Count, value=facts["writeUnits"])
    logger.info("request", **facts, status=200)
    return Response(200, "application/json", answer, headers)


@app.exception_handler(Refused)
def refuse(error: Refused) -> Response:
    return Response(error.status, "application/json", '{"message":"refused"}')


@metrics.log_metrics
def handler(event, context):
    return app.resolve(event, context)
