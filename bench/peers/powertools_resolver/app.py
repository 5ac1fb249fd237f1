"""aws-lambda-powertools: resolver with validation, Logger, Metrics; boto3."""

from typing import Annotated, Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.metrics import MetricUnit
from business import Refused, update
from models import Profile

DYNAMODB, SECRETS = boto3.client("dynamodb"), boto3.client("secretsmanager")
app = APIGatewayRestResolver(enable_validation=True)
logger, metrics = Logger(), Metrics()


@app.put("/ccstore/v1/profiles/current")
def put_profile(
    body: Profile,
    authorization: Annotated[str, Header()] = "",
    site: Annotated[str | None, Header(alias="x-ccsite")] = None,
) -> dict[str, Any]:
    metrics.add_metric(name="Updates", unit=MetricUnit.Count, value=1)
    logger.info("request", operation="updateProfile")
    return update(DYNAMODB, SECRETS, authorization, site, body.model_dump(exclude_unset=True))


@app.exception_handler(Refused)
def refuse(error: Refused) -> Response:
    return Response(error.status, "application/json", '{"message":"refused"}')


@metrics.log_metrics
def handler(event, context):
    return app.resolve(event, context)
