"""Calls by AWS's SDK for Python: reads `{url, region, tokens, calls}` as JSON, prints the status of each answer as JSON."""

import json
import sys

from botocore import xform_name
from botocore.exceptions import ClientError

from running_gateway import client_of

request = json.load(sys.stdin)


def status_of(call):
    client = client_of(request["url"], request["tokens"][call["role"]])
    try:
        answer = getattr(client, xform_name(call["operation"]))(**call["input"])
    except ClientError as error:
        answer = error.response
    return answer["ResponseMetadata"]["HTTPStatusCode"]


json.dump([status_of(call) for call in request["calls"]], sys.stdout)
