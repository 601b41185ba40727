/**
 * AppConfig's control plane on this machine, as far as `publish` uses it. Written from its API reference (version
 * 2019-10-09). What it deploys is put where the fake data plane has it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { openServer } from "../../bundle/stores/loopback-server.ts";

interface Version {
  readonly VersionNumber: number;
  readonly VersionLabel?: string;
  readonly content: Buffer;
}

interface Deployment {
  readonly DeploymentNumber: number;
  readonly ConfigurationVersion: string;
  readonly DeploymentStrategyId: string;
  State: string;
}

export interface FakeAppConfig {
  readonly environment: Readonly<Record<string, string>>;
  readonly versions: Version[];
  readonly deployments: Deployment[];
  /** `POST hostedconfigurationversions` and the like, with what locks them. */
  readonly requests: string[];
  /** What new deployments end with; those of other states are not deployed. */
  endsWith: string;
  profile: { LocationUri: string; Type: string };
  /** An error for the next request of this kind: `POST deployments`. */
  fault: { readonly on: string; readonly status: number; readonly code: string } | undefined;
  close(): Promise<void>;
}

const applications = [
  { Id: "app0001", Name: "connect" },
  { Id: "app0002", Name: "twice" },
  { Id: "app0003", Name: "twice" },
];
const environments = [{ Id: "env0001", Name: "production" }];
const strategies = [{ Id: "slow001", Name: "Slowly" }];

/** @param deploy gets what is deployed */
export async function startAppConfig(deploy: (content: string) => void): Promise<FakeAppConfig> {
  const { endpoint, close } = await openServer(answer);
  const fake: FakeAppConfig = {
    environment: { AWS_ENDPOINT_URL_APPCONFIG: endpoint },
    versions: [],
    deployments: [],
    requests: [],
    endsWith: "COMPLETE",
    profile: { LocationUri: "hosted", Type: "AWS.Freeform" },
    fault: undefined,
    close,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? "", endpoint);
    const parts = url.pathname.split("/").slice(1);
    const last = /^\d+$/.test(parts.at(-1) ?? "") ? (parts.at(-2) ?? "") : (parts.at(-1) ?? "");
    const what = `${request.method} ${last}`;
    const lock = request.headers["latest-version-number"];
    fake.requests.push(lock === undefined ? what : `${what} after ${lock}`);
    const { fault } = fake;
    if (fault?.on === what) {
      fake.fault = undefined;
      return fail(response, fault.status, fault.code);
    }
    const serve = routes.get(what);
    if (serve === undefined) return fail(response, 404, "ResourceNotFoundException");
    serve({ request, response, body, parts, token: url.searchParams.get("next_token") });
  }

  interface Call {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly body: Buffer;
    readonly parts: readonly string[];
    readonly token: string | null;
  }

  const json = (response: ServerResponse, value: object, status = 200) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  /** Pages of one, so that all are read. */
  const list =
    (items: () => readonly object[]) =>
    ({ response, token }: Call) => {
      const at = Number(token ?? 0);
      const all = items();
      json(response, {
        Items: all.slice(at, at + 1),
        ...(at + 1 < all.length ? { NextToken: String(at + 1) } : {}),
      });
    };
  const sendVersion = (
    response: ServerResponse,
    { VersionNumber: number, content }: Version,
    status: number,
  ) => {
    response.writeHead(status, { "version-number": String(number), "content-type": "application/json" });
    response.end(content);
  };

  const routes = new Map<string, (call: Call) => void>([
    ["GET applications", list(() => applications)],
    ["GET environments", list(() => environments)],
    ["GET configurationprofiles", list(() => [{ Id: "prof001", Name: "policies", ...fake.profile }])],
    ["GET deploymentstrategies", list(() => strategies)],
    [
      "GET hostedconfigurationversions",
      (call) => {
        const number = Number(call.parts.at(-1));
        const found = fake.versions.find(({ VersionNumber }) => VersionNumber === number);
        if (found) sendVersion(call.response, found, 200);
        else list(() => fake.versions.map(({ content: _, ...version }) => version).toReversed())(call);
      },
    ],
    [
      "POST hostedconfigurationversions",
      ({ request, response, body }) => {
        const latest = fake.versions.at(-1)?.VersionNumber;
        const { "latest-version-number": seen, versionlabel: label } = request.headers;
        const isLabelTaken = fake.versions.some(
          ({ VersionLabel }) => VersionLabel === label && label !== undefined,
        );
        if ((seen !== undefined && Number(seen) !== latest) || isLabelTaken)
          return fail(response, 409, "ConflictException");
        const labelled = typeof label === "string" ? { VersionLabel: label } : {};
        const version = { VersionNumber: (latest ?? 0) + 1, ...labelled, content: body };
        fake.versions.push(version);
        sendVersion(response, version, 201);
      },
    ],
    [
      "GET deployments",
      (call) => {
        const number = Number(call.parts.at(-1));
        const found = fake.deployments.find(({ DeploymentNumber }) => DeploymentNumber === number);
        if (found) json(call.response, { ...found, PercentageComplete: 100 });
        else json(call.response, { Items: fake.deployments.toReversed() });
      },
    ],
    [
      "POST deployments",
      ({ response, body }) => {
        const { LatestDeploymentNumber: seen, ...input } = JSON.parse(body.toString());
        const latest = fake.deployments.at(-1)?.DeploymentNumber;
        if (seen !== undefined && seen !== latest) return fail(response, 409, "ConflictException");
        const version = fake.versions.find(
          ({ VersionNumber }) => String(VersionNumber) === input.ConfigurationVersion,
        );
        if (version === undefined) return fail(response, 404, "ResourceNotFoundException");
        const deployment = { ...input, DeploymentNumber: (latest ?? 0) + 1, State: fake.endsWith };
        fake.deployments.push(deployment);
        if (fake.endsWith === "COMPLETE") deploy(version.content.toString());
        json(response, { ...deployment, State: "DEPLOYING" }, 201);
      },
    ],
  ]);
  return fake;
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": code });
  response.end('{"Message":"secret"}');
}
