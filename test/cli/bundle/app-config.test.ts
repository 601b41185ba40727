/** `publish` to AppConfig: versions, deployments, who else publishes, and what people are told. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readBundle } from "../../../shared/bundle/bundle.ts";
import { AppConfigWriter } from "../../../tools/cli/bundle/stores/app-config.ts";
import { followDeployment } from "../../../tools/cli/bundle/stores/deployment.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { type FakeAws, startAws } from "../../bundle/stores/aws-server.ts";
import { run } from "../command-run.ts";
import { type FakeAppConfig, startAppConfig } from "./fake-app-config.ts";

const byName = "appconfig:connect/production/policies";
const byId = "appconfig:app0001/env0001/prof001";
const widened = {
  "policies/read.json": (goodFiles["policies/read.json"] ?? "").replace(
    "connect:ListUsers",
    "connect:DeleteUser",
  ),
};
let aws: FakeAws;
let appConfig: FakeAppConfig;
let folder: ConfigurationFolder;

beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());
beforeEach(async () => {
  folder = await createFolder(goodFiles);
  aws.deployed.clear();
  appConfig = await startAppConfig((content) => {
    for (const place of [byName, byId]) aws.deployed.set(place.replace("appconfig:", ""), content);
  });
  for (const [name, value] of Object.entries({ ...aws.environment, ...appConfig.environment }))
    vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([folder.remove(), appConfig.close()]);
});

const publish = (to = byName, ...flags: string[]) =>
  run(["publish", folder.path, "--to", to, "--yes", ...flags]);
const wait = (...flags: string[]) => publish(byName, "--wait", ...flags);
const last = (text: string) => text.trim().split("\n").at(-1);

describe("publish to AppConfig", () => {
  it.each([byName, byId])(
    "stores a version, deploys it, and shows the difference to what is deployed: %s",
    async (place) => {
      const first = await publish(place, "--wait");
      expect(first).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("nothing is published there yet"),
        stderr:
          "deployment 1 of version 1 has started, with AppConfig.AllAtOnce\ndeployment: COMPLETE, 100 %\n",
      });
      const version = last(first.stdout) ?? "";
      expect(appConfig.versions).toMatchObject([{ VersionLabel: `bundle-${version.slice(0, 16)}` }]);
      const [{ content = Buffer.of() } = {}] = appConfig.versions;
      expect(readBundle({ kind: "text", bytes: content }).version).toBe(version);

      await folder.write(widened);
      const second = await publish(place, "--wait");
      expect(second).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("gains connect:DeleteUser"),
      });
      expect(appConfig.requests.filter((each) => each.startsWith("POST"))).toEqual([
        "POST hostedconfigurationversions",
        "POST deployments",
        "POST hostedconfigurationversions after 1",
        "POST deployments",
      ]);
    },
  );

  it("goes back to an earlier bundle without a new version", async () => {
    await wait();
    await folder.write(widened);
    await wait();
    await folder.write(goodFiles);
    expect(await wait()).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("deployment 3 of version 1"),
    });
    expect(appConfig.versions).toHaveLength(2);
  });

  it("stores a version without a label if another content has it", async () => {
    const version = last((await wait()).stdout) ?? "";
    appConfig.versions.splice(0, 1, {
      VersionNumber: 1,
      VersionLabel: `bundle-${version.slice(0, 16)}`,
      content: Buffer.from("{}"),
    });
    expect(await wait()).toMatchObject({ status: 0 });
    expect(appConfig.versions).toMatchObject([{}, { VersionNumber: 2 }]);
    expect(appConfig.versions[1]).not.toHaveProperty("VersionLabel");
  });

  it("does not wait unless it is told to", async () => {
    appConfig.endsWith = "DEPLOYING";
    const { status, stderr } = await publish();
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr:
        "deployment 1 of version 1 has started, with AppConfig.AllAtOnce: functions get the bundle as it goes on; `--wait` waits for its end\n",
    });
  });

  it("asks, and stores nothing without a yes", async () => {
    const { status, stderr } = await run(["publish", folder.path, "--to", byName], "n\n");
    expect({ status, said: stderr.endsWith("nothing was published\n") }).toEqual({ status: 1, said: true });
    expect([appConfig.versions, appConfig.deployments]).toEqual([[], []]);
  });

  it.each(["ROLLED_BACK", "REVERTED"])("exits with 1 if the deployment ends as %s", async (state) => {
    appConfig.endsWith = state;
    expect(await wait()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("the deployment was taken back: functions have the earlier bundle"),
    });
  });

  it("takes a strategy by name, by id, and those of AppConfig", async () => {
    for (const [given, expected] of [
      ["Slowly", "slow001"],
      ["slow001", "slow001"],
      ["AppConfig.Linear50PercentEvery30Seconds", "AppConfig.Linear50PercentEvery30Seconds"],
    ] as const) {
      expect(await wait("--strategy", given)).toMatchObject({ status: 0 });
      expect(appConfig.deployments.at(-1)).toMatchObject({ DeploymentStrategyId: expected });
    }
  });

  it.each(["BAKING", "DEPLOYING", "VALIDATING", "ROLLING_BACK"])(
    "is refused before anything is stored while a deployment is %s",
    async (state) => {
      appConfig.deployments.push({
        DeploymentNumber: 1,
        State: state,
        ConfigurationVersion: "1",
        DeploymentStrategyId: "s",
      });
      expect(await publish()).toMatchObject({
        status: 2,
        stdout: "",
        stderr: expect.stringMatching(
          new RegExp(
            `deployment 1 is running there \\(${state}\\).*stop-deployment --application-id app0001 --environment-id env0001 --deployment-number 1`,
          ),
        ),
      });
      expect(appConfig.versions).toEqual([]);
    },
  );

  it.each([
    [
      "appconfig:conect/production/policies",
      "there is no application `conect`; there are `connect`, `twice`, `twice`",
    ],
    [
      "appconfig:twice/production/policies",
      "several are the application `twice`: name one by its id: `app0002`, `app0003`",
    ],
    ["appconfig:connect/prod/policies", "there is no environment `prod`; there are `production`"],
    ["appconfig:connect/production/x", "there is no configuration profile `x`; there are `policies`"],
  ])("says which names there are: %s", async (place, message) => {
    expect(await publish(place)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });

  it.each([
    [["--strategy", "Fast"], "there is no deployment strategy `Fast`; there are `Slowly`"],
    [["--timeout", "5"], "add `--wait`"],
    [["--wait", "--timeout", "x"], "`--timeout x` must be a number of minutes, at most 1440"],
    [["--wait", "--timeout", "0"], "`--timeout 0` must be a number of minutes"],
  ])("refuses %j", async (flags, message) => {
    expect(await publish(byName, ...flags)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });

  it("has no deployments in other stores", async () => {
    for (const flags of [["--wait"], ["--strategy", "x"]])
      expect(await publish("s3://bucket/key", ...flags)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(
          "`--strategy`, `--wait` and `--timeout` are for deployments of AppConfig",
        ),
      });
  });

  it("is refused for a profile that is kept elsewhere, or of feature flags", async () => {
    appConfig.profile = { LocationUri: "s3://bucket/key", Type: "AWS.Freeform" };
    expect((await publish()).stderr).toContain("is kept in `s3://bucket/key`, not in AppConfig");
    appConfig.profile = { LocationUri: "hosted", Type: "AWS.AppConfig.FeatureFlags" };
    expect((await publish()).stderr).toContain("is of feature flags; make a freeform one");
  });

  it.each([
    ["POST hostedconfigurationversions", 409, "ConflictException", "somebody else published in the meantime"],
    [
      "POST hostedconfigurationversions",
      413,
      "PayloadTooLargeException",
      "bytes, more than AppConfig's quota: raise the quota, or publish to S3",
    ],
    [
      "POST hostedconfigurationversions",
      402,
      "ServiceQuotaExceededException",
      "as many versions as AppConfig keeps",
    ],
    [
      "POST deployments",
      409,
      "ConflictException",
      "somebody else started a deployment in the meantime: version 1 is stored and not deployed",
    ],
    [
      "POST deployments",
      400,
      "BadRequestException",
      "AppConfig refuses to deploy version 1, which is stored: a validator",
    ],
    ["GET applications", 403, "AccessDeniedException", "your credentials need `appconfig:ListApplications`"],
    [
      "GET deployments",
      404,
      "ResourceNotFoundException",
      "the service answered 404 `ResourceNotFoundException`",
    ],
  ])("says in plain words that %s was answered with %i %s", async (on, status, code, message) => {
    appConfig.fault = { on, status, code };
    const { status: exit, stderr } = await publish();
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain("secret");
  });

  it("says that a large bundle may be too large", () => {
    const place = { kind: "appconfig", application: "a", environment: "e", profile: "p" } as const;
    const writer = new AppConfigWriter(place, { tell: () => undefined });
    expect(writer.noteOn("x".repeat(1_048_576))).toBeUndefined();
    expect(writer.noteOn("ä".repeat(524_289))).toBe(
      "the bundle has 1,048,578 bytes: AppConfig takes more than 1 MB only if its quota was raised",
    );
  });
});

describe("a deployment", () => {
  const follow = async (states: readonly object[], timeoutMinutes?: number) => {
    const told: string[] = [];
    let at = 0;
    const look = async () => states[Math.min(at++, states.length - 1)] ?? {};
    const waiting = { pauseMs: 1, ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }) };
    const written = await followDeployment(look, waiting, (text) => told.push(text));
    return { written, told };
  };

  it("is told of when something changes, until it has ended", async () => {
    const states = [
      { State: "DEPLOYING", PercentageComplete: 0 },
      { State: "DEPLOYING", PercentageComplete: 50 },
      { State: "DEPLOYING", PercentageComplete: 50 },
      { State: "BAKING", PercentageComplete: 100 },
      { State: "COMPLETE", PercentageComplete: 100 },
    ];
    expect(await follow(states)).toEqual({
      written: "live",
      told: [
        "deployment: DEPLOYING, 0 %",
        "deployment: DEPLOYING, 50 %",
        "deployment: BAKING, 100 %",
        "deployment: COMPLETE, 100 %",
      ],
    });
  });

  it("says why it was taken back", async () => {
    const EventLog = [
      { EventType: "ROLLBACK_COMPLETED", TriggeredBy: "CLOUDWATCH_ALARM", Description: "alarm arn:…" },
      { EventType: "DEPLOYMENT_STARTED" },
    ];
    const { written, told } = await follow([{ State: "ROLLING_BACK" }, { State: "ROLLED_BACK", EventLog }]);
    expect({ written, last: told.at(-1) }).toEqual({
      written: "takenBack",
      last: "the deployment was taken back (by an alarm of CloudWatch: alarm arn:…): functions have the earlier bundle",
    });
  });

  it("is not waited for longer than was said", async () => {
    await expect(follow([{ State: "DEPLOYING" }], 0.001)).rejects.toThrow(
      "the deployment has not ended after 0.001 minutes (DEPLOYING); it goes on",
    );
  });
});
