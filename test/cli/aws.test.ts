/**
 * AWS as a person reaches it: profiles, what is said without credentials, and that no command loads a client that it does
 * not need.
 */
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../authoring/configuration/configuration-folder.ts";
import { type FakeAws, startAws } from "../bundle/stores/aws-server.ts";
import { secretAccessKey } from "../bundle/stores/aws-signature.ts";
import { type FakeDynamo, startDynamo, tableName } from "../principals/fake-dynamodb.ts";
import { run } from "./command-run.ts";

let aws: FakeAws;
let dynamo: FakeDynamo;
let folder: ConfigurationFolder;
const inFolder = (name: string) => join(folder.path, name);

beforeAll(async () => {
  [aws, dynamo] = await Promise.all([startAws(), startDynamo()]);
});
afterAll(() => Promise.all([aws.close(), dynamo.close()]));
beforeEach(async () => {
  folder = await createFolder(goodFiles);
  aws.fault = undefined;
  aws.objects.clear();
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_CONFIG_FILE", inFolder("aws-config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", inFolder("aws-credentials"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});

const endpointsOnly = () => {
  for (const [name, value] of Object.entries({ ...aws.environment, ...dynamo.environment }))
    if (name.startsWith("AWS_ENDPOINT_URL")) vi.stubEnv(name, value);
};
const everything = () => {
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
};
const places = ["s3://my-bucket/live.json", "ssm:/connect/bundle"];
const publish = (to = places[0] ?? "") => run(["publish", folder.path, "--to", to, "--yes"]);

describe("a profile", () => {
  beforeEach(async () => {
    endpointsOnly();
    const keys = `aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = ${secretAccessKey}\naws_session_token = session-token\n`;
    await writeFile(inFolder("aws-config"), "[profile people]\nregion = eu-west-1\n");
    await writeFile(inFolder("aws-credentials"), `[people]\n${keys}`);
    vi.stubEnv("AWS_PROFILE", "people");
  });

  it.each(places)("gives region and credentials to publish to %s", async (place) => {
    expect(await publish(place)).toMatchObject({ status: 0, stderr: "" });
    expect(await run(["diff", place, folder.path])).toMatchObject({ status: 0 });
  });

  it("gives them to a diff with what AppConfig has deployed", async () => {
    await run(["bundle", folder.path, "--out", inFolder("b.json")]);
    aws.deployed.set("a/e/p", readFileSync(inFolder("b.json"), "utf8"));
    const difference = await run(["diff", "appconfig:a/e/p", folder.path]);
    expect(difference).toMatchObject({ status: 0, stdout: "no difference in access\n" });
  });

  it("gives them to the table of principals", async () => {
    expect(await run(["principal", "list", "--table", tableName])).toMatchObject({ status: 0, stderr: "" });
  });

  it("that does not exist is said, with what to do", async () => {
    vi.stubEnv("AWS_PROFILE", "nobody");
    vi.stubEnv("AWS_REGION", "us-east-1");
    const { status, stderr } = await publish();
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/there are no AWS credentials: .*`aws sso login`.*AWS_ACCESS_KEY_ID/),
    });
  });
});

describe("what is said", () => {
  it("without credentials is what to do", async () => {
    endpointsOnly();
    vi.stubEnv("AWS_REGION", "us-east-1");
    const { status, stderr } = await publish();
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(
        /`s3:\/\/my-bucket\/live\.json`: there are no AWS credentials: .*AWS_PROFILE/,
      ),
    });
  });

  it("without a region is which variable to set", async () => {
    everything();
    vi.stubEnv("AWS_REGION", undefined);
    expect((await publish()).stderr).toContain("`AWS_REGION` must name a region");
    vi.stubEnv("AWS_DEFAULT_REGION", "us-east-1");
    expect(await publish()).toMatchObject({ status: 0 });
  });

  it.each([
    ["AccessDenied", "answered 403 `AccessDenied`; your credentials need `s3:GetObject`"],
    [
      "ExpiredToken",
      "answered 403 `ExpiredToken`; your credentials have expired or are wrong: sign in again",
    ],
  ])("of %s is what to do", async (code, message) => {
    everything();
    aws.fault = { kind: "error", status: 403, code };
    expect(await publish()).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });

  it("of a bucket elsewhere is where it is", async () => {
    everything();
    aws.fault = { kind: "redirect" };
    expect((await publish()).stderr).toContain("the bucket is in another region: `eu-west-1`");
  });

  it("of a service that cannot be reached is why", async () => {
    everything();
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9");
    expect(await publish()).toMatchObject({ status: 2, stderr: expect.stringContaining("ECONNREFUSED") });
  });
});

it.each(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])(
  "nothing is sent over plain http to another machine that %s names",
  async (name) => {
    everything();
    vi.stubEnv("AWS_ENDPOINT_URL_S3", undefined);
    vi.stubEnv(name, aws.environment["AWS_ENDPOINT_URL_S3"]?.replace("127.0.0.1", "0.0.0.0"));
    aws.requests.length = 0;
    expect(await publish()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("must be an https URL, or an http one of this machine"),
    });
    expect(aws.requests).toEqual([]);
  },
);

it("passing faults are tried again", async () => {
  everything();
  aws.fault = { kind: "error", status: 503, code: "SlowDown", times: 1 };
  expect(await publish()).toMatchObject({ status: 0 });
});

it("no client is loaded but by the command that needs it", () => {
  const root = new URL("../../", import.meta.url);
  const files = ["tools", "shared", "functions"].flatMap((room) =>
    readdirSync(new URL(room, root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${room}/${name}`),
  );
  const eager =
    /^(?:import|export) (?!type )[^;]*?from "@aws-sdk\/client-(?:appconfigdata|dynamodb|s3|ssm)"/m;
  const lazy = /import\("@aws-sdk\/client-(?:appconfigdata|dynamodb|s3|ssm)"\)/;
  const text = (file: string) => readFileSync(new URL(file, root), "utf8");
  expect(files.filter((file) => eager.test(text(file)))).toEqual([]);
  expect(files.filter((file) => lazy.test(text(file))).every((file) => file.startsWith("tools/cli/"))).toBe(
    true,
  );
  expect(files.some((file) => lazy.test(text(file)))).toBe(true);
});
