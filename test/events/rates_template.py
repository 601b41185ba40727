"""Rates by caller and doors in template.yaml, as SAM translates it: absent by default, and what they are if wanted.

Needs the SAM CLI's Python (`aws-sam-cli`); `.ci/run sam` runs it. Ends with `N passed, N failed`.
"""

import copy
import pathlib
import sys

import boto3
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

TEMPLATE = pathlib.Path(__file__).resolve().parents[2] / "template.yaml"
OURS = {"HasCallerKeys", "HasCallerRate"}
# Off unless they are given.
DOORS = {"AuthzenDoorOn", "McpDoorOn"}
ABSENT = object()


def translated(template, parameters):
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    template["Globals"]["Function"].pop("CodeUri")
    given = {name: row.get("Default", "x") for name, row in template["Parameters"].items()}
    session = boto3.Session(region_name="us-east-1")
    return Translator({}, Parser(), boto_session=session).translate(template, {**given, **parameters})


def resolved(value, holds):
    """Fills in our own conditions and those of the doors, as CloudFormation does, and leaves the others."""
    if isinstance(value, dict):
        if value == {"Ref": "AWS::NoValue"}:
            return ABSENT
        if list(value) == ["Fn::If"] and value["Fn::If"][0] in OURS | DOORS:
            name, then, otherwise = value["Fn::If"]
            return resolved(then if name in holds else otherwise, holds)
        members = {key: resolved(each, holds) for key, each in value.items()}
        return {key: each for key, each in members.items() if each is not ABSENT}
    if isinstance(value, list):
        return [each for each in (resolved(item, holds) for item in value) if each is not ABSENT]
    return value


def deployed(template, holds, **parameters):
    """What CloudFormation makes: resources by name, without the deployment, whose name is a hash."""
    resources = translated(template, parameters)["Resources"]
    present = {name: row for name, row in resources.items() if row.get("Condition") not in (OURS | DOORS) - holds}
    kept = {name: row for name, row in present.items() if row["Type"] != "AWS::ApiGateway::Deployment"}
    kept["ApiStage"]["Properties"].pop("DeploymentId")
    return resolved(kept, holds)


def without_rates(template):
    """Of the definition that is merged, the doors stay."""
    template = copy.deepcopy(template)
    api = template["Resources"]["Api"]["Properties"]
    del api["ApiKeySourceType"]
    body = api["DefinitionBody"]
    del body["securityDefinitions"], body["x-amazon-apigateway-gateway-responses"], body["paths"]["/{proxy+}"]
    del template["Resources"]["CallerPlan"]
    return template


def by_sam(template):
    """The same requirement by SAM's own property, which no parameter can switch."""
    template = without_rates(template)
    api = template["Resources"]["Api"]["Properties"]
    del api["DefinitionBody"], api["MergeDefinitions"]
    for event in template["Resources"]["ProxyFunction"]["Properties"]["Events"].values():
        event["Properties"]["Auth"] = {"ApiKeyRequired": True}
    return template


def schemes(resources):
    return resources["Api"]["Properties"]["Body"]["components"]["securitySchemes"]


def paths(resources):
    return resources["Api"]["Properties"]["Body"]["paths"]


def methods(resources):
    calls = paths(resources)["/{proxy+}"]
    return {name: row.get("security", []) for name, row in calls.items()}


def main():
    template = yaml_parse(TEMPLATE.read_text())
    off = deployed(template, set())
    keys = deployed(template, {"HasCallerKeys"}, CallerKeys="500")
    on = deployed(template, OURS, CallerKeys="500", CallerRate="10")
    guarded = {name: [{"ConnectAuthorizer": []}] for name in ("get", "post", "put", "patch", "delete")}
    required = {name: [{"api_key": []}, *security] for name, security in guarded.items()}
    sam = deployed(by_sam(template), set())
    plan = {"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiStage"}}
    proxied = "/{proxy+}"
    opened = deployed(template, DOORS, McpDoor="enabled", AuthzenDoor="enabled")
    doors = {path: row for path, row in paths(opened).items() if path != proxied}
    checks = {
        "without doors, the API has one path": list(paths(off)) == [proxied],
        "doors add six paths, without authorizer, and change nothing of the other": len(doors) == 6
        and all(method["security"] == [{"NONE": []}] for row in doors.values() for method in row.values())
        and paths(opened)[proxied] == paths(off)[proxied],
        "without rates, the stack is what it is without their part of the template": off
        == deployed(without_rates(template), set()),
        "each method has the authorizer, and no key": methods(off) == {**guarded, "options": [{"NONE": []}]},
        "keys alone add a plan without a rate, and nothing to the API": keys.pop("CallerPlan")["Properties"]["ApiStages"]
        == [plan]
        and keys == off,
        "a rate requires a key of each method but the preflight's": methods(on) == {**required, "options": [{"NONE": []}]},
        "the key is the authorizer's": on["Api"]["Properties"]["ApiKeySourceType"] == "AUTHORIZER"
        and schemes(on)["api_key"] == {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "the API requires keys as SAM's ApiKeyRequired would": (methods(on), schemes(on)) == (methods(sam), schemes(sam)),
        "the plan has the rate": set(on["CallerPlan"]["Properties"]["Throttle"]) == {"RateLimit", "BurstLimit"},
    }
    for text, is_so in checks.items():
        print("ok" if is_so else "not ok", "-", text)
    failed = list(checks.values()).count(False)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
