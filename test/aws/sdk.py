"""Calls operations by AWS's SDK for Python: a JSON call a line in, a JSON answer a line out."""

import base64
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def plain(value):
    """What JSON cannot hold: streams and bytes as base64, the rest as text."""
    if hasattr(value, "read"):
        value = value.read()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def call(service, operation, endpoint, arguments):
    client = boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}),
    )
    try:
        return getattr(client, operation)(**arguments)
    except ClientError as error:
        return {"Error": error.response["Error"]}


for line in sys.stdin:
    print(json.dumps(call(**json.loads(line)), default=plain), flush=True)
