"""A gateway started as a user starts it, tokens and clients for it, and the counting of checks."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def gateway(*flags):
    """Yields the address of a gateway on a free port, which serves AWS's examples unless the flags name another folder."""
    process = subprocess.Popen(
        ["node", "tools/run.mjs", "cli", "start", "--port", "0", "--config", "examples/aws", *flags],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        for line in process.stdout:
            if line.startswith("ready "):
                yield line.split()[1]
                break
        else:
            raise RuntimeError(f"the gateway exited with {process.wait()}")
    finally:
        process.terminate()
        process.wait(timeout=30)


def token_of(url, *groups):
    flags = [flag for group in groups for flag in ("--group", group)]
    command = ["node", "tools/run.mjs", "cli", "token", "--sub", "alice", *flags, "--url", url]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def client_of(url, token=None, total_max_attempts=1, **settings):
    """A Connect client that sends the token, if any, in place of its signature, and each request once if no number is given."""
    client = boto3.client(
        "connect", endpoint_url=url, region_name="us-east-1",
        aws_access_key_id="unused", aws_secret_access_key="unused",
        config=Config(retries={"mode": "standard", "total_max_attempts": total_max_attempts}, **settings),
    )

    def bear(request, **_):
        request.headers["Authorization"] = f"Bearer {token}"

    if token is not None:
        client.meta.events.register("before-send.connect.*", bear)
    return client


class Checks:
    """Counts checks; prints those that fail, and the others too unless it is quiet."""

    def __init__(self, quiet=False):
        self.passed, self.failed, self.quiet = 0, 0, quiet

    def check(self, name, holds):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
        if not holds or not self.quiet:
            print(("ok     " if holds else "FAILED ") + name, flush=True)

    def end(self):
        """Prints the sum; gives the exit status."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0
