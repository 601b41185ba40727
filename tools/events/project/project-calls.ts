/** The calls that a project is tried with: of a caller in each bound group, of a stranger, and without a token. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeAuthorizerEvent } from "../../local/gateway/events/make-events.ts";
import type { ReceivedRequest } from "../../local/gateway/events/received-request.ts";
import { newUser, profiles, seededUser } from "../requests.ts";
import type { TestIssuer } from "./test-issuer.ts";

interface ProjectCall {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Outcome {
  readonly status: number;
  readonly text: string;
}

export interface ProjectCalls {
  readonly all: readonly ProjectCall[];
  /** An event of a stranger for the authorizer, and what its answer must be: a denial, or left to the proxy. */
  invocation(
    api: "rest" | "http",
    work: string,
  ): Promise<{
    readonly function: string;
    readonly file: string;
    check(result: unknown): string | undefined;
  }>;
}

const stranger = "nobody-knows-this-group";

export function makeCalls({ config, tokenFor }: TestIssuer): ProjectCalls {
  const groups = new Set(config.bindings.flatMap(({ match }) => match.groups ?? []));
  const instanceId = config.instances[0]?.id ?? "";
  const header = (group: string) => ({ [config.tokenHeader]: `Bearer ${tokenFor(group)}` });
  const all = [...groups, stranger].flatMap((group) =>
    requestsTo(instanceId, group).map((request) => ({
      ...request,
      title: `${request.title} by ${group}`,
      headers: header(group),
    })),
  );
  const [first] = all;
  if (!first) throw new TypeError("there are always calls");
  return {
    all: [...all, { ...first, title: `${first.title}, without a token`, headers: {} }],
    invocation: async (api, work) => {
      const file = join(work, "event.json");
      const request = receive({ ...first, headers: header(stranger) });
      const sources = [header(stranger)[config.tokenHeader] ?? "", request.method, request.rawPath];
      await writeFile(
        file,
        JSON.stringify(makeAuthorizerEvent(api === "http" ? "http2" : "rest", request, sources)),
      );
      return { function: "AuthorizerFunction", file, check: api === "http" ? checkLeft : checkDenial };
    },
  };
}

function requestsTo(instanceId: string, group: string) {
  const post = (operation: string, input: object) => ({
    title: operation,
    method: "POST",
    path: `/operations/${operation}`,
    body: JSON.stringify({ InstanceId: instanceId, ...input }),
  });
  return [
    { title: "DescribeUser", method: "GET", path: `/users/${instanceId}/${seededUser}` },
    { title: "ListUsers", method: "GET", path: `/users-summary/${instanceId}` },
    {
      title: "CreateUser",
      method: "PUT",
      path: `/users/${instanceId}`,
      body: newUser(`made-by-${group}`, [profiles.allowed]),
    },
    {
      title: "CreateUser with a forbidden profile",
      method: "PUT",
      path: `/users/${instanceId}`,
      body: newUser(`too-much-by-${group}`, [profiles.forbidden]),
    },
    post("ListQueues", {}),
    post("StartContactRecording", {
      ContactId: "c-1",
      InitialContactId: "c-1",
      VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" },
    }),
    post("DeleteInstance", {}),
  ];
}

export async function send(url: string, { method, path, headers, body }: ProjectCall): Promise<Outcome> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, text: await response.text() };
}

function receive({ method, path, headers }: ProjectCall): ReceivedRequest {
  return {
    method,
    rawPath: path,
    rawQuery: "",
    headers: Object.entries(headers),
    sourceIp: "127.0.0.1",
    requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    body: new Uint8Array(),
  };
}

function checkDenial(result: unknown): string | undefined {
  const text = JSON.stringify(result);
  return text.includes('"Effect":"Deny"') && !text.includes('"Allow"') ? undefined : `it answers ${text}`;
}

/** The authorizer of an HTTP API says who is calling and leaves denials to the proxy, which words them. */
function checkLeft(result: unknown): string | undefined {
  const text = JSON.stringify(result);
  return text.includes('"isAuthorized":true') ? undefined : `it answers ${text}`;
}
