"""A local Connect that stands alone, by AWS's SDK for Python: what the tests in JavaScript send, and what botocore makes of
the answers.

- the calls of a console, a wallboard and a CRM, and the lives of resources (test/local/connect/clients)
- every family's walk and other tests' calls, which those of test/local/connect with a wire client wrote into the folder that
  the first argument names (`WALK_RECORD`)
- pages, exceptions, and retries of what was throttled; and a few of these by the AWS CLI

Each answer is held against botocore's own shape of it: no member that is not there, none missing that is required, and each
value of its type and enumeration. Ends with `N passed, N failed`. Needs boto3
and the AWS CLI.
"""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import botocore
from botocore.exceptions import ClientError

from running_gateway import ROOT, Checks, client_of

DATA = ROOT / "test/local/connect/clients"
CALLS = json.loads((DATA / "calls.json").read_text())
LIFECYCLES = json.loads((DATA / "lifecycles.json").read_text())
# The structures of the local Connect's SDK, which knows members that botocore does not know yet.
SDK = json.loads(subprocess.run(["node", "test/boto3/sdk-members.mjs"], cwd=ROOT, capture_output=True, check=True).stdout)
checks = Checks(quiet=True)


@contextmanager
def local_connect(*flags):
    process = subprocess.Popen(
        ["node", "dist/cli.mjs", "local-connect", "--port", "0", "--seed", "test/local/connect/seeds/small.json", *flags],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        for line in process.stdout:
            if line.startswith("ready "):
                yield line.split()[1]
                break
        else:
            raise RuntimeError(f"the local Connect exited with {process.wait()}")
    finally:
        process.terminate()
        process.wait(timeout=30)


# --- answers against their shapes ---------------------------------------------------------------------------------

class WrongAnswer(Exception):
    pass


def hold(shape, raw, parsed, path):
    """Holds the JSON of an answer, and what botocore made of it, against its shape."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(raw, dict):
            raise WrongAnswer(f"{path} is not an object")
        newer = SDK["structures"].get(shape.name, [])
        for name in raw.keys() - shape.members.keys() - set(newer):
            raise WrongAnswer(f"{path}.{name} is unknown")
        for name in shape.required_members:
            if raw.get(name) is None:
                raise WrongAnswer(f"{path}.{name} is missing")
        for name in raw.keys() & shape.members.keys():
            if raw[name] is not None:
                hold(shape.members[name], raw[name], parsed[name], f"{path}.{name}")
    elif kind == "list":
        for at, (inner, made) in enumerate(zip(raw, parsed, strict=True)):
            hold(shape.member, inner, made, f"{path}[{at}]")
    elif kind == "map":
        for key in raw:
            hold(shape.value, raw[key], parsed[key], f"{path}.{key}")
    elif not isinstance(parsed, PYTHON[kind]) or (kind != "boolean" and isinstance(parsed, bool)):
        raise WrongAnswer(f"{path} is no {kind}: {parsed!r}")
    elif kind == "string" and getattr(shape, "enum", None) and parsed not in shape.enum:
        raise WrongAnswer(f"{path} is not one of {shape.enum}: {parsed}")


PYTHON = {
    "string": str, "timestamp": datetime, "boolean": bool, "blob": bytes,
    "integer": int, "long": int, "float": (int, float), "double": (int, float),
}



class Client:
    """Sends what botocore knows of an input; holds each answer against its shape."""

    def __init__(self, url, **settings):
        self.boto = client_of(url, parameter_validation=False, **settings)
        self.model = self.boto.meta.service_model
        self.known = set(self.model.operation_names)
        self.body = b""
        self.answered, self.newer = set(), set()
        self.boto.meta.events.register("before-parse.connect.*", self.keep)

    def keep(self, response_dict, **_):
        self.body = response_dict["body"]

    def send(self, operation, parameters):
        model = self.model.operation_model(operation)
        output = getattr(self.boto, botocore.xform_name(operation))(**known_part(model.input_shape, parameters))
        output.pop("ResponseMetadata")
        if model.output_shape:
            hold(model.output_shape, json.loads(self.body or "{}"), output, operation)
        self.answered.add(operation)
        return output


def known_part(shape, value):
    """An input without members that botocore does not know yet."""
    kind = shape.type_name if shape else "structure"
    if kind == "structure":
        members = shape.members if shape else {}
        return {name: known_part(members[name], inner) for name, inner in value.items() if name in members}
    if kind == "list":
        return [known_part(shape.member, inner) for inner in value]
    if kind == "map":
        return {key: known_part(shape.value, inner) for key, inner in value.items()}
    return value


# --- calls as data, as test/local/connect/clients/scripts.ts reads them ---------------------------------------------

class Script:
    def __init__(self, client, instance):
        now = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
        hours = {"hourAgo": now - timedelta(hours=1), "now": now, "soon": now + timedelta(hours=1)}
        arn = f"arn:aws:connect:us-east-1:123456789012:instance/{instance}"
        self.client = client
        self.names = {**CALLS["names"], **hours, "instance": instance, "instanceArn": arn}

    def run(self, calls, at=None):
        answers = {}
        for operation, *rest in calls:
            parameters, keep = (*rest, {}, {})[:2]
            answer = self.client.send(operation, self.input_of(operation, parameters, at or {}))
            for name, path in keep.items():
                self.names[name] = value_at(answer, path)
            answers.update(answer)
        return answers

    def input_of(self, operation, parameters, at):
        shape = self.client.model.operation_model(operation).input_shape
        members = shape.members if shape else {}
        found = {name: value for name, value in at.items() if name in members}
        if shape and "InstanceId" in shape.required_members:
            found.setdefault("InstanceId", "$instance")
        return self.fill({**found, **parameters})

    def fill(self, value):
        if isinstance(value, dict):
            return {key: self.fill(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.fill(inner) for inner in value]
        return self.names[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def value_at(value, path):
    for member in path.split("."):
        value = value[int(member)] if member.isdigit() else value[member]
    return value


def is_part(part, whole):
    """Whether all of a part is in the whole; lists are of one length."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and is_part(part[key], whole[key]) for key in part)
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) == len(whole) and all(map(is_part, part, whole))
    return part == whole


def attempt(name, act):
    """A check that fails with what it raises."""
    try:
        act()
        checks.check(name, True)
    except (ClientError, WrongAnswer, AssertionError) as error:
        checks.check(f"{name}: {error}", False)


def live(script, life):
    at, gone = life["at"], life.get("gone")
    script.run([*life.get("given", []), *life["create"]])
    for changes, shown in (([], "created"), (life.get("update", []), "updated")):
        script.run(changes, at)
        read = script.run(life["read"], at)
        assert is_part(script.fill(life.get(shown, {})), read), f"{shown}: {read}"
    if "delete" not in life:
        return
    script.run(life["delete"], at)
    try:
        read = script.run(life["read"], at)
    except ClientError as error:
        assert error.response["Error"]["Code"] == gone and type(error).__name__ == gone, error
    else:
        assert not isinstance(gone, str) and is_part(script.fill(gone), read), read


# --- the walk, as it was written down -------------------------------------------------------------------------------

def walk(client, recorded, instance):
    """Repeats calls in another instance. What the server makes up, such as ids, has the place of what it made up then."""
    made_up = {}
    for line in recorded.read_text().replace(CALLS["names"]["instance"], instance).splitlines():
        call = json.loads(line)
        if call["operation"] in client.known:
            attempt(call["operation"], lambda: repeat(client, call, made_up))
        else:
            client.newer.add(call["operation"])
    # One instance has a number at a time, and other tests may have claimed it too.
    for number in client.boto.list_phone_numbers_v2(InstanceId=instance)["ListPhoneNumbersSummaryList"]:
        client.boto.release_phone_number(PhoneNumberId=number["PhoneNumberId"])


def repeat(client, call, made_up):
    try:
        output = client.send(call["operation"], translate(call["input"], made_up))
    except ClientError as error:
        assert error.response["Error"]["Code"] == call.get("error"), f"{error} {call}"
    else:
        assert "error" not in call, f"is not refused with {call['error']}"
        # Those of other scripts are listed too.
        if call["operation"] != "ListInstances":
            learn(call["output"], output, made_up)


def learn(then, now, made_up):
    if isinstance(then, dict) and isinstance(now, dict):
        for name in then.keys() & now.keys():
            learn(then[name], now[name], made_up)
    elif isinstance(then, list) and isinstance(now, list):
        for one, other in zip(then, now):
            learn(one, other, made_up)
    elif isinstance(then, str) and isinstance(now, str) and then != now:
        made_up[then] = now


def translate(value, made_up):
    if isinstance(value, dict):
        return {key: translate(inner, made_up) for key, inner in value.items()}
    if isinstance(value, list):
        return [translate(inner, made_up) for inner in value]
    if not isinstance(value, str):
        return value
    # An id may have a qualifier.
    return made_up.get(value) or re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda found: made_up.get(found[0], found[0]), value)


# --- what a client meets ---------------------------------------------------------------------------------------------

def pages(script):
    for at in range(5):
        script.run([["CreateQueue", {"Name": f"Queue {at}", "HoursOfOperationId": "$hoursOfOperation"}]])
    parameters = {"InstanceId": script.names["instance"], "PaginationConfig": {"PageSize": 2}}
    for operation, member in (("list_queues", "QueueSummaryList"), ("search_queues", "Queues")):
        read = [each for page in script.client.boto.get_paginator(operation).paginate(**parameters) for each in page[member]]
        names = [each["Name"] for each in read]
        assert len(names) == len(set(names)) >= 6, f"{operation}: {names}"


def exceptions(script):
    boto = script.client.boto
    for queue in ("none", "\u00fc /?"):
        try:
            boto.describe_queue(InstanceId=script.names["instance"], QueueId=queue)
            raise AssertionError(f"there is no queue {queue}")
        except boto.exceptions.ResourceNotFoundException as error:
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
            assert code == "ResourceNotFoundException" and queue in message, error.response


def command_line(url, instance=CALLS["names"]["instance"]):
    """The AWS CLI: pages, an exception, and what it retries by itself."""
    def aws(*words):
        names = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": ""}
        line = ["aws", "connect", *words, "--endpoint-url", url, "--instance-id", instance, "--output", "json"]
        return subprocess.run(line, env={**os.environ, **names}, capture_output=True, text=True)

    listed = aws("list-users", "--max-items", "1")
    assert listed.returncode == 0 and json.loads(listed.stdout)["UserSummaryList"], listed.stderr
    missing = aws("describe-user", "--user-id", "none")
    assert missing.returncode != 0 and "(ResourceNotFoundException)" in missing.stderr and "`none`" in missing.stderr, missing
    made = aws("create-hours-of-operation", "--name", "Nights", "--time-zone", "UTC", "--config", "[]")
    assert made.returncode == 0 and json.loads(made.stdout)["HoursOfOperationId"], made.stderr


def retries():
    """A client with its usual retries gets through; one without sees the exception."""
    with local_connect("--fault", "ListQueues=throttle x2", "--fault", "ListUsers=throttle x2", "--fault", "DescribeQueue=error:503 x2") as url:
        names = CALLS["names"]
        patient = client_of(url, total_max_attempts=3)
        assert patient.list_queues(InstanceId=names["instance"])["ResponseMetadata"]["RetryAttempts"] == 2
        described = patient.describe_queue(InstanceId=names["instance"], QueueId=names["queue"])
        assert described["ResponseMetadata"]["RetryAttempts"] == 2
        command_line(url)
    with local_connect("--fault", "throttle x1") as url:
        try:
            client_of(url).list_queues(InstanceId=names["instance"])
            raise AssertionError("it is not throttled")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ThrottlingException", error.response


def run(folder=None):
    programs = {name: calls for name, calls in CALLS.items() if name != "names"}
    records = sorted(Path(folder).iterdir()) if folder else []
    # All instances begin with the same resources: one for each script. A record may have an instance in another Region too.
    ids = [f"{at:08x}-123e-111e-93e3-11111bfbfcc1" for at in range(len(programs) + len(LIFECYCLES) + 3 + len(records))]
    arns = [arn for each in ids for arn in (f"us-east-1:123456789012:instance/{each}", f"us-west-2:123456789012:instance/{each}7")]
    with local_connect(*(flag for arn in arns for flag in ("--instance", f"arn:aws:connect:{arn}"))) as url:
        client, left = Client(url), iter(ids)
        for name, calls in programs.items():
            attempt(f"the calls of a {name}", lambda: Script(client, next(left)).run(calls))
        for life in LIFECYCLES:
            attempt(f"the life of {life['resource']}", lambda: live(Script(client, next(left)), life))
        attempt("pages", lambda: pages(Script(client, next(left))))
        attempt("exceptions", lambda: exceptions(Script(client, next(left))))
        for record in records:
            walk(client, record, next(left))
        attempt("the AWS CLI", lambda: command_line(url, next(left)))
    attempt("retries", retries)
    print(f"botocore {botocore.__version__}: {len(client.answered)} operations answered", *client.newer and ["and it does not know", *sorted(client.newer)])


run(*sys.argv[1:2])
sys.exit(checks.end())
