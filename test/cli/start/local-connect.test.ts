/** `local-connect`: the embedded Connect as a program of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ListUsersCommand } from "@aws-sdk/client-connect";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientOf, west } from "../../local/connect/connect-fixture.ts";
import { run } from "../command-run.ts";

const westArn = `arn:aws:connect:us-west-2:123456789012:instance/${west}`;

/** Starts it, and waits for the line that says where it is. */
async function start(...flags: readonly string[]): Promise<{ url: string; child: ChildProcess }> {
  const line = ["dist/cli.mjs", "local-connect", "--port", "0", ...flags];
  const child = spawn(process.execPath, line, { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const text of createInterface({ input: child.stdout })) {
    const [, url] = /^ready (http:.*)$/.exec(text) ?? [];
    if (url !== undefined) return { url, child };
  }
  throw new Error("it ended before it was ready");
}

describe("local-connect", () => {
  it("serves an instance to an SDK without a configuration, with the faults of its flags, until a signal", async () => {
    const { url, child } = await start("--instance", westArn, "--fault", "ListUsers=throttle x1");
    const client = clientOf({ url } as Parameters<typeof clientOf>[0], "us-west-2");
    const list = () => client.send(new ListUsersCommand({ InstanceId: west }));
    await expect(list()).rejects.toMatchObject({ name: "ThrottlingException" });
    const { UserSummaryList = [] } = await list();
    expect(UserSummaryList[0]?.Username).toBe("jane.doe");
    expect(UserSummaryList).toHaveLength(40);
    client.destroy();
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  it.each([
    [
      "--instance i-1",
      "`--instance` must be an instance's ARN, arn:PARTITION:connect:REGION:ACCOUNT:instance/ID, not `i-1`",
    ],
    ["--fault slow", "`--fault`: `slow` must be `latency:300ms`"],
    ["--port x", "the port must be a number from 0 to 65535"],
    ["--unimplemented maybe", "`--unimplemented maybe` must be one of `error`, `empty`"],
    ["--live-seed 5", "`--live-seed` and `--live-pace` are of `--live`: add it"],
    ["--live --live-seed x", "`--live-seed` must be a whole number of at most 9 digits, not `x`"],
    ["--live --live-pace 0", "`--live-pace` must be a number above 0 and at most 600, not `0`"],
  ])("%s is unusable", async (flags, message) => {
    const { status, stderr } = await run(["local-connect", ...flags.split(" ")]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
