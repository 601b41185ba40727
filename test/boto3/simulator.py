"""IAM's policy simulator of `simulate --serve`, as docs/how-to/simulate.md says: by the AWS CLI and by boto3.

Starts a server of its own and ends with `N passed, N failed`. Needs the `aws` command, version 1 or 2, and boto3.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from running_gateway import ROOT, Checks

ADMINS = "arn:aws:iam::123456789012:group/admins"
ONBOARDING = "arn:aws:iam::123456789012:user/onboarding/alice"
INSTANCE = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1"

checks = Checks()
check = checks.check


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


ALLOW = {"Effect": "Allow", "Action": "connect:Describe*", "Resource": "*"}
TAGGED = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a&b <c>", "\"é\""]}}}


@contextmanager
def simulator(*flags, cwd=ROOT):
    """Yields the address of a server on a free port."""
    process = subprocess.Popen(
        ["node", str(ROOT / "dist/cli.mjs"), "simulate", "--serve", *flags],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        line = process.stdout.readline()
        if not line.startswith("ready "):
            raise RuntimeError(f"the simulator exited with {process.wait()}")
        yield line.split()[1]
    finally:
        process.terminate()
        check("ends when it is told to", process.wait(timeout=30) == 0)


def by_boto3(url):
    iam = boto3.client(
        "iam", endpoint_url=url, region_name="us-east-1", aws_access_key_id="unused", aws_secret_access_key="unused",
        config=Config(retries={"total_max_attempts": 1}),
    )
    names = ["connect:DescribeUser", "connect:ListUsers", "connect:DescribeQueue", "connect:DescribeUser", "connect:DeleteUser"]
    whole = iam.simulate_custom_policy(PolicyInputList=[policy(ALLOW)], ActionNames=names)
    decisions = [result["EvalDecision"] for result in whole["EvaluationResults"]]
    check(f"decides each action {decisions}", decisions == ["allowed", "implicitDeny", "allowed", "allowed", "implicitDeny"])
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[policy(ALLOW)], ActionNames=names, PaginationConfig={"PageSize": 2})
    results = [page["EvaluationResults"] for page in pages]
    check("goes on from page to page", [len(page) for page in results] == [2, 2, 1] and sum(results, []) == whole["EvaluationResults"])

    one, two = f"{INSTANCE}/agent/1", f"{INSTANCE}/agent/<2>"
    result = iam.simulate_custom_policy(
        PolicyInputList=[policy(ALLOW, TAGGED)], ActionNames=names[:1], ResourceArns=[one, two],
        PermissionsBoundaryPolicyInputList=[policy({**ALLOW, "Resource": one})],
        OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [policy({**ALLOW, "Action": "*"})]}],
        ContextEntries=[{"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyType": "stringList", "ContextKeyValues": ["x", "y"]}],
    )["EvaluationResults"][0]
    by_resource = {each["EvalResourceName"]: each for each in result["ResourceSpecificResults"]}
    check(f"bounds by resource {result}", [by_resource[arn]["EvalResourceDecision"] for arn in (one, two)] == ["allowed", "implicitDeny"]
          and by_resource[two]["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
          and result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True} and result["EvalDecisionDetails"] == {})
    result = iam.simulate_custom_policy(
        PolicyInputList=[policy(ALLOW, TAGGED)], ActionNames=names[:1],
        ContextEntries=[{"ContextKeyName": "aws:PrincipalTag/team", "ContextKeyType": "string", "ContextKeyValues": ["\"é\""]}],
    )["EvaluationResults"][0]
    check(f"takes any text {result}", result["EvalDecision"] == "explicitDeny" and result["MatchedStatements"][0]["SourcePolicyType"] == "IAM Policy")
    foreign = one.replace("123456789012", "999999999999")
    result = iam.simulate_custom_policy(
        PolicyInputList=[policy(ALLOW)], ActionNames=names[:1], ResourceArns=[foreign], CallerArn="arn:aws:iam::123456789012:user/bob",
        ResourcePolicy=policy({**ALLOW, "Principal": "*", "Resource": foreign}))["EvaluationResults"][0]
    check(f"decides across accounts {result}", result["EvalDecisionDetails"] == {"IAM Policy": "allowed", "Resource Policy": "allowed"})

    result = iam.simulate_principal_policy(
        PolicySourceArn=ADMINS, ActionNames=["connect:DeleteUser"], PolicyExclusionList=[{"PolicyType": "scp"}])["EvaluationResults"][0]
    check(f"decides a caller {result}", result["MatchedStatements"][0]["SourcePolicyId"] == "everything")
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=ADMINS, PolicyInputList=[policy(TAGGED)])
    check(f"lists keys {keys}", keys["ContextKeyNames"] == ["aws:PrincipalTag/team"])

    for code, name, arguments in [
        ("NoSuchEntityException", "simulate_principal_policy", {"PolicySourceArn": ADMINS + "x", "ActionNames": names}),
        ("InvalidInputException", "simulate_custom_policy", {"PolicyInputList": ["{"], "ActionNames": names}),
        ("InvalidInputException", "simulate_custom_policy", {"PolicyInputList": [], "ActionNames": ["x:y"], "Marker": "x"}),
    ]:
        try:
            getattr(iam, name)(**arguments)
            check(f"raises {code}", False)
        except getattr(iam.exceptions, code) as error:
            check(f"raises {code} {error}", error.response["ResponseMetadata"]["RequestId"] != "")
    try:
        iam.list_users()
        check("knows no other action", False)
    except ClientError as error:
        check(f"knows no other action {error}", error.response["Error"]["Code"] == "InvalidAction")


def by_cli(url, home):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {
        **inherited, "HOME": home, "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "",
        "AWS_ACCESS_KEY_ID": "unused", "AWS_SECRET_ACCESS_KEY": "unused",
    }

    def run(*arguments):
        done = subprocess.run(
            ["aws", "iam", *arguments, "--endpoint-url", url, "--output", "json"],
            capture_output=True, text=True, timeout=60, env=environment,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr.strip()

    example = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
    entry = "ContextKeyName='aws:CurrentTime',ContextKeyValues='{}',ContextKeyType=date"
    for at, decision in (("2019-04-25T11:00:00Z", "allowed"), ("2014-04-25T11:00:00Z", "implicitDeny")):
        status, answer, error = run(
            "simulate-custom-policy", "--policy-input-list", example, "--action-names", "dynamodb:CreateBackup",
            "--context-entries", entry.format(at))
        check(f"answers the AWS CLI's own example {answer} {error}", status == 0 and answer["EvaluationResults"][0]["EvalDecision"] == decision)
    status, answer, error = run(
        "simulate-principal-policy", "--policy-source-arn", ONBOARDING, "--action-names", "connect:CreateUser", "connect:DeleteUser",
        "--max-items", "1")
    check(f"decides a caller {answer} {error}", status == 0 and len(answer["EvaluationResults"]) == 1 and "NextToken" in answer)
    status, answer, error = run(
        "simulate-principal-policy", "--policy-source-arn", ONBOARDING, "--action-names", "connect:CreateUser", "connect:DeleteUser",
        "--max-items", "1", "--starting-token", answer["NextToken"])
    check(f"goes on {answer} {error}", status == 0 and answer["EvaluationResults"][0]["EvalActionName"] == "connect:DeleteUser")
    status, answer, error = run("get-context-keys-for-custom-policy", "--policy-input-list", (ROOT / "examples/aws/policies/everything.json").read_text())
    check(f"lists keys {answer} {error}", status == 0 and answer == {"ContextKeyNames": []})
    status, _, error = run("simulate-principal-policy", "--policy-source-arn", ONBOARDING.replace("alice", ""), "--action-names", "a:b")
    check(f"says what is wrong {error}", status != 0 and "(InvalidInput) when calling the SimulatePrincipalPolicy operation: Invalid Entity Arn" in error)


with tempfile.TemporaryDirectory() as folder:
    with simulator("--config", str(ROOT / "examples" / "aws")) as address:
        by_boto3(address)
        by_cli(address, folder)
    with simulator(cwd=folder) as address:
        boto = boto3.client("iam", endpoint_url=address, region_name="us-east-1", aws_access_key_id="unused", aws_secret_access_key="unused")
        check("serves where there is no configuration", boto.simulate_custom_policy(
            PolicyInputList=[policy(ALLOW)], ActionNames=["connect:DescribeUser"])["EvaluationResults"][0]["EvalDecision"] == "allowed")
sys.exit(checks.end())
