"""The gateway through AWS's SDK for Python: calls that policies allow work, refusals raise the right exceptions.

Starts a gateway of its own and ends with `N passed, N failed`. Needs boto3: `python3 test/boto3/scenario.py`.
"""

import sys

from running_gateway import Checks, client_of, gateway, token_of

EAST = "00fbeee1-123e-111e-93e3-11111bfbfcc1"
WEST = "00fbeee1-123e-111e-93e3-11111bfbfcc17"
USER = "00dtcddd1-123e-111e-93e3-11111bfbfcc1"
FORBIDDEN = "11dtcggg1-123e-111e-93e3-11111bfbfcc17"
ALLOWED = "11dtcggg2-123e-111e-93e3-11111bfbfcc17"
ROUTING = "22rp0001-123e-111e-93e3-11111bfbfcc17"
CONTACT = "55c00001-123e-111e-93e3-11111bfbfcc17"

checks = Checks()
check = checks.check


def refused(name, exception, call, text=""):
    try:
        call()
    except exception as error:
        check(name, text in error.response["Error"]["Message"])
    except Exception as error:  # any other exception is the finding
        check(f"{name}: got {error!r}", False)
    else:
        check(f"{name}: was allowed", False)


def user_with(profiles, name):
    return {
        "InstanceId": WEST, "Username": name, "RoutingProfileId": ROUTING, "SecurityProfileIds": profiles,
        "PhoneConfig": {"PhoneType": "SOFT_PHONE"},
    }


def scenario(url):
    def member_of(*groups):
        return client_of(url, token_of(url, *groups))

    operators, onboarding = member_of("operators"), member_of("onboarding")
    recorders, admins = member_of("recorders"), member_of("admins")
    denied, missing = operators.exceptions.AccessDeniedException, admins.exceptions.ResourceNotFoundException
    invalid = admins.exceptions.InvalidParameterException

    seeded = {"InstanceId": EAST, "UserId": USER}
    check("operators describe the seeded user", operators.describe_user(**seeded)["User"]["Id"] == USER)
    refused("operators do not delete it", denied, lambda: operators.delete_user(**seeded), "with an explicit deny")
    refused("operators do not update it", denied,
            lambda: operators.update_user_identity_info(**seeded, IdentityInfo={"FirstName": "X"}), "with an explicit deny")
    check("the seeded user is still there", admins.describe_user(**seeded)["User"]["IdentityInfo"]["FirstName"] != "X")

    made = onboarding.create_user(**user_with([ALLOWED], "boto"))
    found = admins.describe_user(InstanceId=WEST, UserId=made["UserId"])["User"]
    check("onboarding creates a user that admins find", found["Username"] == "boto")
    refused("a user with tags needs connect:TagResource too", denied,
            lambda: onboarding.create_user(**user_with([ALLOWED], "boto-3"), Tags={"team": "blue"}), "connect:TagResource")
    refused("onboarding never uses the forbidden profile", denied,
            lambda: onboarding.create_user(**user_with([ALLOWED, FORBIDDEN], "boto-2")), "with an explicit deny")
    names = [user["Username"] for page in admins.get_paginator("list_users").paginate(
        InstanceId=WEST, PaginationConfig={"PageSize": 1}) for user in page["UserSummaryList"]]
    check("a refused user does not exist, over all pages", "boto" in names and "boto-2" not in names)
    refused("what does not exist is not found", missing, lambda: admins.describe_user(InstanceId=WEST, UserId="nobody"))
    refused("a malformed identifier is refused", invalid, lambda: admins.describe_user(InstanceId=WEST, UserId="a/b"))

    recording = {"ContactId": CONTACT, "InitialContactId": CONTACT}
    voice = {"VoiceRecordingConfiguration": {"VoiceRecordingTrack": "ALL"}}
    answer = recorders.start_contact_recording(InstanceId=WEST, **recording, **voice)
    check("recorders record in us-west-2", answer["ResponseMetadata"]["HTTPStatusCode"] == 200)
    refused("recorders do not record in us-east-1", denied,
            lambda: recorders.start_contact_recording(InstanceId=EAST, **recording, **voice), "no identity-based policy")

    arn = made["UserArn"]
    admins.tag_resource(resourceArn=arn, tags={"site": "a/b c"})
    check("tags travel in an ARN-valued path", admins.list_tags_for_resource(resourceArn=arn)["tags"].get("site") == "a/b c")
    refused("tags are refused as well", denied, lambda: onboarding.tag_resource(resourceArn=arn, tags={"a": "b"}))
    refused("a caller without a binding has no access", denied, lambda: member_of().describe_user(**seeded))


with gateway() as address:
    scenario(address)
sys.exit(checks.end())
