/**
 * docs/how-to/identity/cognito.md: its commands make a pool with the real AWS CLI, and the token that they get is who the
 * page's configuration says. moto stands for Amazon Cognito.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../cli/command-run.ts";
import { readPage } from "../cli/pages/shown.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";

const { blocks } = readPage("how-to/identity/cognito.md");
const [makePool = "", signIn = ""] = blocks("sh");
const [configuration = ""] = blocks("yaml");

let moto: MotoServer;
let folder: string;
beforeAll(async () => {
  moto = await startMoto();
  folder = await mkdtemp(join(tmpdir(), "cognito-page-"));
});
afterAll(async () => {
  await moto.stop();
  await rm(folder, { recursive: true });
});

/** Runs what the page shows up to the token; the program `aws` is beside moto's. */
async function inShell(): Promise<readonly string[]> {
  const [token = ""] = signIn.split("\n");
  const script = `${makePool}${token}\nprintf '%s\\n' "$POOL" "$CLIENT" "$TOKEN"`;
  const env = {
    ...process.env,
    PATH: `${dirname(process.env["MOTO_SERVER"] ?? "")}${delimiter}${process.env["PATH"]}`,
    ...{ AWS_ENDPOINT_URL: moto.url, AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" },
    ...{ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" },
  };
  const { stdout } = await promisify(execFile)("bash", ["-ec", script], { env });
  return stdout.trim().split("\n").slice(-3);
}

it("docs/how-to/identity/cognito.md makes a pool whose users are in the groups of their tokens", async () => {
  const [pool = "", client = "", token = ""] = await inShell();
  const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
  const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
  const filled = configuration
    .replace(/https:\/\/cognito-idp\S+/, `${issuer}\n    jwksUri: ${moto.url}/${pool}/.well-known/jwks.json`)
    .replace(/audience: .*/, `audience: "${client}"`);
  await mkdir(join(folder, "policies/hr"), { recursive: true });
  await writeFile(join(folder, "authorizer.yaml"), `instances: [{ arn: "${arn}" }]\n${filled}`);
  const statement = { Effect: "Allow", Action: "connect:ListUsers", Resource: "*" };
  await writeFile(
    join(folder, "policies/hr/users.json"),
    JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  );
  const answer = await run(
    ["whoami", "--token", "-", "--verify", "--json", "--config", folder],
    `${token}\n`,
  );
  expect(answer).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(answer.stdout)).toMatchObject({
    ...{ accepted: true, signature: "valid", issuer, name: "ana", groups: ["hr"], policies: ["hr/users"] },
  });
}, 600_000);
