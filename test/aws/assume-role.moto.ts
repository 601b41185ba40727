/**
 * Calls across accounts against a server that speaks STS and Connect's own protocols and was not written by us: moto
 * keeps the resources of each account apart, and an access key is of the account whose role was assumed.
 */
import { ConnectClient, CreateInstanceCommand, DescribeInstanceCommand } from "@aws-sdk/client-connect";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConnectInstance } from "../../shared/request/types.ts";
import { callProxy } from "../connect/proxy-call.ts";
import { allowAll, given, type Statement } from "../functions/lambda-fixture.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

const places = [
  { accountId: "444455556666", region: "eu-central-1" },
  { accountId: "777788889999", region: "ap-southeast-2" },
] as const;

let moto: MotoServer;
let sts: Recorder;
let connect: Recorder;
let instances: readonly ConnectInstance[];

beforeAll(async () => {
  moto = await startMoto();
  instances = await Promise.all(places.map(createInstance));
});
afterAll(() => moto.stop());
beforeEach(async () => {
  [sts, connect] = await Promise.all([startRecorder(moto.url), startRecorder(moto.url, inEpochSeconds)]);
});
afterEach(() => Promise.all([sts.close(), connect.close()]));

/** moto writes times as text where Connect writes epoch seconds, which no SDK of AWS's reads. */
function inEpochSeconds(body: string): string {
  return body.replace(
    /"CreatedTime": ?"([^"]+)"/g,
    (_, time: string) => `"CreatedTime":${Date.parse(time) / 1000}`,
  );
}

function stsClient(accessKeyId: string): STSClient {
  const credentials = { accessKeyId, secretAccessKey: "unchecked" };
  return new STSClient({ endpoint: moto.url, region: "us-east-1", credentials });
}

/** Makes an instance in another account, as that account. */
async function createInstance({ accountId, region }: (typeof places)[number]): Promise<ConnectInstance> {
  const roleArn = `arn:aws:iam::${accountId}:role/ConnectProxy`;
  const { Credentials } = await stsClient("root").send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "set-up" }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const { Id: id = "", Arn: arn = "" } = await new ConnectClient({
    endpoint: moto.url,
    region,
    credentials,
  }).send(
    new CreateInstanceCommand({
      IdentityManagementType: "CONNECT_MANAGED",
      InboundCallsEnabled: true,
      OutboundCallsEnabled: true,
      InstanceAlias: `in-${region}`,
    }),
  );
  expect(arn).toBe(`arn:aws:connect:${region}:${accountId}:instance/${id}`);
  return { arn, partition: "aws", region, accountId, id, roleArn, externalId: `ext-${accountId}` };
}

function gateway(configured: readonly ConnectInstance[], statements: readonly Statement[] = [allowAll]) {
  const environment = { CONNECT_ENDPOINT: connect.url, AWS_ENDPOINT_URL_STS: sts.url };
  const { proxy, records } = given(statements, { config: { instances: configured }, environment });
  const call = (path: string, id: string) =>
    callProxy(proxy, { method: "GET", path, principal: { id, name: id } }, { lambdaMs: 20_000 });
  return { call, records };
}

/** Who moto says made a request. */
async function signerOf({ headers }: Recorder["requests"][number]): Promise<string | undefined> {
  const [, accessKey = ""] = /Credential=(\w+)\//.exec(String(headers["authorization"])) ?? [];
  const { Arn } = await stsClient(accessKey).send(new GetCallerIdentityCommand());
  return Arn;
}

const forms = () => sts.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

describe("an instance of another account", () => {
  it("is out of reach without its role", async () => {
    const [{ roleArn: _, externalId: __, ...bare } = instances[0] as ConnectInstance] = instances;
    const { call } = gateway([bare]);
    expect(await call(`/instance/${bare.id}`, "alice")).toMatchObject({ status: 404 });
    expect(sts.requests).toEqual([]);
  });

  it("is described as its role, each in its region, and each session is named after its caller", async () => {
    const { call, records } = gateway(instances);
    for (const { id, arn } of instances) {
      for (const caller of ["alice@example.com", "auth0|5f7c"]) {
        const { status, body } = await call(`/instance/${id}`, caller);
        expect({ status, arn: Reflect.get(Object(body["Instance"]), "Arn") }).toEqual({ status: 200, arn });
      }
    }
    const signers = await Promise.all(connect.requests.map(signerOf));
    const names = ["alice@example.com", expect.stringMatching(/^auth0-5f7c=[0-9a-f]{20}$/)];
    const expected = instances.flatMap(({ accountId }) =>
      names.map((name) => ({ accountId, role: "assumed-role/ConnectProxy", name })),
    );
    expect(
      signers.map((arn = "") => {
        const [, , service, , accountId, session = ""] = arn.split(":");
        const [kind, role, name] = session.split("/");
        expect(service).toBe("sts");
        return { accountId, role: `${kind}/${role}`, name };
      }),
    ).toEqual(expected);
    expect(records.map(({ sessionName }) => sessionName)).toEqual([...names, ...names]);
    expect(
      forms().map(({ Action, RoleArn, ExternalId, RoleSessionName, SourceIdentity }) => ({
        Action,
        RoleArn,
        ExternalId,
        isNamedAlike: RoleSessionName === SourceIdentity,
      })),
    ).toEqual(
      instances.flatMap(({ roleArn, externalId }) =>
        names.map(() => ({
          Action: "AssumeRole",
          RoleArn: roleArn,
          ExternalId: externalId,
          isNamedAlike: true,
        })),
      ),
    );
  });

  it("is listed as the home instance's role", async () => {
    const { call } = gateway([...instances].reverse());
    const { status, body } = await call("/instance", "alice");
    expect(status).toBe(200);
    const listed: unknown = body["InstanceSummaryList"];
    expect(listed).toMatchObject([{ Arn: instances.at(-1)?.arn }]);
  });

  it("has its tags looked up as its role, and takes a session policy along", async () => {
    const [instance] = instances;
    if (!instance) throw new Error("no instance");
    const { call } = gateway(
      [{ ...instance, sessionPolicy: true }],
      [{ ...allowAll, Action: "connect:Describe*", Condition: { Null: { "aws:ResourceTag/team": "true" } } }],
    );
    expect(await call(`/instance/${instance.id}`, "alice")).toMatchObject({ status: 200 });
    expect(forms().map(({ RoleSessionName }) => RoleSessionName)).toEqual(["connect-authorizer", "alice"]);
    expect(forms().map(({ Policy }) => Policy?.includes("connect:Describe*"))).toEqual([undefined, true]);
    const signers = await Promise.all(connect.requests.map(signerOf));
    expect(signers.map((arn) => arn?.split("/").at(-1))).toEqual(["connect-authorizer", "alice"]);
  });

  it("is not called by whom the policies deny, and no role is assumed", async () => {
    const { call } = gateway(instances, [{ ...allowAll, Action: "connect:List*" }]);
    expect(await call(`/instance/${instances[0]?.id}`, "alice")).toMatchObject({ status: 403 });
    expect([sts.requests, connect.requests]).toEqual([[], []]);
  });

  it("answers a client of its own account and no other", async () => {
    // What the tests above rest on: moto does tell accounts apart.
    const [instance] = instances;
    const credentials = { accessKeyId: "root", secretAccessKey: "unchecked" };
    const client = new ConnectClient({ endpoint: moto.url, region: instance?.region ?? "", credentials });
    await expect(
      client.send(new DescribeInstanceCommand({ InstanceId: instance?.id ?? "" })),
    ).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});
