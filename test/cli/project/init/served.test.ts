/** The policies that `init` writes, as the local gateway answers: what each role may do, and what not. */
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadPath } from "../../../../tools/cli/open-configuration.ts";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { type LocalGateway, startLocal } from "../../../../tools/local/start-local.ts";
import { run } from "../../command-run.ts";
import { newFolder } from "./project-fixture.ts";

let gateway: LocalGateway | undefined;
afterEach(() => gateway?.close());

const InstanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const user = { InstanceId, UserId: seedIds.user };
const routing = { ...user, RoutingProfileId: seedIds.routingProfile };
const contact = { InstanceId, ContactId: seedIds.contact, InitialContactId: seedIds.contact };
const recording = { ...contact, VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" } };
const newUser = (Username: string, profile: string) => ({
  InstanceId,
  Username,
  Password: "Example-1",
  PhoneConfig: { PhoneType: "SOFT_PHONE" },
  SecurityProfileIds: [profile],
  RoutingProfileId: seedIds.routingProfile,
  Tags: { team: "a" },
});

const calls = [
  ["supervisors", "DescribeUser", user, 200],
  ["supervisors --tag team=a", "UpdateUserRoutingProfile", routing, 200],
  ["supervisors --tag team=b", "UpdateUserRoutingProfile", routing, 403],
  ["supervisors", "DeleteUser", user, 403],
  ["recorders", "StartContactRecording", recording, 200],
  ["recorders", "DescribeUser", user, 403],
  ["hr", "CreateUser", newUser("agent", seedIds.agentProfile), 200],
  ["hr", "CreateUser", newUser("admin", seedIds.adminProfile), 403],
  ["hr", "StartContactRecording", recording, 403],
  ["strangers", "ListUsers", { InstanceId }, 403],
] as const;

describe.each(["rest", "http"] as const)("the policies of a new repository, behind a %s API", (api) => {
  it("allow and refuse as its page says", async () => {
    const folder = newFolder();
    await run(["init", folder, "--yes", "--api", api]);
    gateway = await startLocal({
      port: 0,
      configFolder: join(folder, "config"),
      connect: { kind: "embedded" },
      api,
      load: loadPath,
      program: "connect-authorizer",
      environment: { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
      print: () => {},
    });
    const { url } = gateway;
    const answers = [];
    for (const [group, operation, input] of calls) {
      const argv = ["token", "--sub", "me", "--url", url, "--group", ...group.split(" ")];
      const token = (await run(argv)).stdout.trim();
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const body = JSON.stringify(input);
      const { status } = await fetch(`${url}/operations/${operation}`, { method: "POST", headers, body });
      answers.push([group, operation, input, status]);
    }
    expect(answers).toEqual(calls);
  });
});
