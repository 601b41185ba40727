"""The AWS CLI through the gateway, with the plugin and the configuration that docs/how-to/clients/aws-cli.md gives.

Starts a gateway of its own and ends with `N passed, N failed`. Needs the `aws` command, version 1 or 2, and boto3.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from running_gateway import ROOT, Checks, gateway, token_of

EAST = "00fbeee1-123e-111e-93e3-11111bfbfcc1"
WEST = "00fbeee1-123e-111e-93e3-11111bfbfcc17"
USER = "00dtcddd1-123e-111e-93e3-11111bfbfcc1"
ALLOWED = "11dtcggg2-123e-111e-93e3-11111bfbfcc17"
FORBIDDEN = "11dtcggg1-123e-111e-93e3-11111bfbfcc17"
ROUTING = "22rp0001-123e-111e-93e3-11111bfbfcc17"

checks = Checks()
check = checks.check
page = (ROOT / "docs/how-to/clients/aws-cli.md").read_text()


def snippets(language):
    """The page's examples in a language, without the indentation of the list that they stand in."""
    blocks = re.findall(rf"^   ```{language}\n(.*?)^   ```$", page, re.DOTALL | re.MULTILINE)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in blocks]


class Cli:
    """Runs `aws connect`, set up in a home of its own as the page says."""

    def __init__(self, home, url):
        self.url = url
        plugins = home / ".aws/cli-plugins"
        plugins.mkdir(parents=True)
        (plugins / "connect_token.py").write_text(snippets("python")[0])
        version = subprocess.run(["aws", "--version"], capture_output=True, text=True, check=True)
        self.version = (version.stdout or version.stderr).split()[0]
        second = self.version.startswith("aws-cli/2")
        config = snippets("ini")[0 if second else 1].replace("~", str(home))
        (home / ".aws/config").write_text(config)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = {
            **inherited, "HOME": str(home), "AWS_CONFIG_FILE": str(home / ".aws/config"), "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_CONNECT": url, "AWS_PAGER": "",
            **({} if second else {"PYTHONPATH": str(plugins)}),
        }

    def run(self, token, *arguments, endpoint=None, sign=False, **environment):
        """(exit status, parsed output or None, text of standard error)."""
        credentials = {"AWS_ACCESS_KEY_ID": "unused", "AWS_SECRET_ACCESS_KEY": "unused"} if sign else {}
        flags = ["--endpoint-url", endpoint or self.url, "--output", "json", *([] if sign else ["--no-sign-request"])]
        done = subprocess.run(
            ["aws", "connect", *arguments, *flags], capture_output=True, text=True, timeout=60,
            env={**self.environment, **credentials, "CONNECT_TOKEN": token, **environment},
        )
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr.strip()


def user_with(profile, name):
    return [
        "create-user", "--instance-id", WEST, "--username", name, "--routing-profile-id", ROUTING,
        "--security-profile-ids", profile, "--phone-config", "PhoneType=SOFT_PHONE",
    ]


def scenario(cli, url):
    admin, operator, onboarding = (token_of(url, group) for group in ("admins", "operators", "onboarding"))
    seeded = ["--instance-id", EAST, "--user-id", USER]

    for sign in (True, False):
        status, output, error = cli.run(operator, "describe-user", *seeded, sign=sign)
        check(f"describes a user, {'signed' if sign else 'unsigned'} {error}", status == 0 and output["User"]["Id"] == USER)

    status, _, error = cli.run(operator, "delete-user", *seeded)
    denied = re.search(r"^```text\n(.*)$", page, re.MULTILINE)[1]
    check(f"is told why a call is denied {error}", status != 0 and denied in error and "with an explicit deny" in error)
    status, _, error = cli.run("nonsense", "describe-user", *seeded)
    check(f"is told that its token is none {error}", status != 0 and "UnauthorizedException" in error)
    status, _, error = cli.run(admin, "describe-user", "--instance-id", EAST, "--user-id", "nobody")
    check(f"is told what does not exist {error}", status != 0 and "(ResourceNotFoundException)" in error)
    status, _, error = cli.run(admin, "describe-user", "--instance-id", EAST, "--user-id", "a/b")
    check(f"is told which member is malformed {error}", status != 0 and "(InvalidParameterException)" in error and "UserId" in error)

    status, _, error = cli.run(admin, "delete-user", *seeded, AWS_MAX_ATTEMPTS="1")
    check(f"sends a call once {error}", status != 0 and "ServiceUnavailable" in error)
    status, made, error = cli.run(onboarding, *user_with(ALLOWED, "cli"))
    check(f"creates a user {error}", status == 0 and made["UserId"] != "")
    status, _, error = cli.run(onboarding, *user_with(FORBIDDEN, "cli-2"))
    check(f"creates none with the forbidden profile {error}", status != 0 and "with an explicit deny" in error)
    status, listed, error = cli.run(admin, "list-users", "--instance-id", WEST, "--page-size", "1")
    names = [user["Username"] for user in listed["UserSummaryList"]] if listed else []
    check(f"lists users over all pages {names} {error}", status == 0 and "cli" in names and "cli-2" not in names and len(names) > 1)
    status, first, error = cli.run(admin, "list-users", "--instance-id", WEST, "--max-items", "1")
    status, second, error = cli.run(
        admin, "list-users", "--instance-id", WEST, "--max-items", "1", "--starting-token", first["NextToken"])
    pages = [part["UserSummaryList"][0]["Username"] for part in (first, second)]
    check(f"goes on from page to page {pages} {error}", pages == names[:2])

    arn = made["UserArn"]
    status, _, error = cli.run(admin, "tag-resource", "--resource-arn", arn, "--tags", "site=a/b c")
    check(f"tags by an ARN in the path {error}", status == 0)
    status, tags, error = cli.run(admin, "list-tags-for-resource", "--resource-arn", arn)
    check(f"reads the tags {error}", status == 0 and tags["tags"].get("site") == "a/b c")


def keeps_token_from_others(cli):
    """The plugin's promise: another endpoint never sees the token."""
    seen = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers.get("x-connect-token"))
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    other = HTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{other.server_address[1]}"
    cli.run("secret", "describe-user", "--instance-id", EAST, "--user-id", USER, endpoint=endpoint)
    check(f"sends the token to no other endpoint {seen}", len(seen) > 0 and all(token is None for token in seen))


with tempfile.TemporaryDirectory() as folder:
    configured = Path(folder) / "config"
    shutil.copytree(ROOT / "examples" / "aws", configured)
    main = configured / "authorizer.yaml"
    main.write_text(re.sub(r"^tokenHeader:.*\n", snippets("yaml")[0], main.read_text(), flags=re.MULTILINE))
    with gateway("--config", str(configured), "--fault", "DeleteUser=error:503 x1") as address:
        home = Path(folder) / "home"
        home.mkdir()
        command = Cli(home, address)
        scenario(command, address)
        keeps_token_from_others(command)
        print(command.version)
sys.exit(checks.end())
