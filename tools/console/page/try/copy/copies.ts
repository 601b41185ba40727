/** A call as text to take elsewhere: a policy test, a curl line, a program. None of them has a token in it. */
import type { CustomRoute } from "../../../../../shared/request/types.ts";
import type { WrittenCaller } from "../../../../authoring/access/known-callers.ts";
import type { Report } from "../../../../authoring/explain/report.ts";
import { type TriedRequest, targetOf } from "../../../../authoring/own-request.ts";
import type { WrittenFacts } from "../../../../authoring/tests/test-file.ts";
import { memberOf, timeOf } from "../form/form-value.ts";
import type { Shape } from "../form/shape.ts";

type Json = Readonly<Record<string, unknown>>;

export interface CopiedCall {
  readonly caller: WrittenCaller;
  readonly operation: string;
  /** Of the operation; of a route, what its request is made of. */
  readonly input: Json;
  readonly shape: Shape | undefined;
  /** Absent for Connect's own operations. */
  readonly route?: CustomRoute;
  readonly known: ReadonlyMap<string, WrittenFacts>;
  readonly request: TriedRequest;
  readonly report: Pick<Report, "outcome" | "proxy">;
  /** Of the gateway: `http://127.0.0.1:3000`. */
  readonly origin: string;
  /** The header of the token, in lower case. */
  readonly tokenHeader: string;
  readonly region: string;
  /** What people type before a command of ours. */
  readonly program: string;
  /** When and by what the call was made, for policies that look at it. */
  readonly made: { readonly at: string; readonly userAgent: string };
  /** Whether the policies name a condition key, or any of several. */
  readonly consults: (...keys: readonly string[]) => boolean;
}

/** A text, or why there is none. */
export type Copied = { readonly text: string } | { readonly problem: string };

/** Writes a file of `config/tests`. JSON is YAML. */
export function policyTestOf(call: CopiedCall): Copied {
  const { caller, operation, input, known, report, request, route, made, consults } = call;
  if (report.outcome === "notKnown")
    return {
      problem: "A policy test needs what Amazon Connect knows: tell it under Known, and decide again.",
    };
  if (report.proxy.answer === "refused" && report.proxy.status !== 403)
    return { problem: "A request that is refused before the policies decide is no policy test." };
  if (consults("aws:useragent", "aws:tokenissuetime"))
    return {
      problem: "The policies look at the program or the time of the token, which no policy test says.",
    };
  const said = route
    ? [`    request: ${JSON.stringify(requestOfTest(request))}`]
    : [`    call: ${operation}`, `    input: ${JSON.stringify(input)}`];
  const more = [
    ...(known.size > 0 ? [`    known: ${JSON.stringify(Object.fromEntries(known))}`] : []),
    ...(consults("aws:currenttime", "aws:epochtime") ? [`    at: ${made.at}`] : []),
    ...(consults("aws:sourceip") ? ["    from: 127.0.0.1"] : []),
  ];
  const lines = [
    "callers:",
    `  caller: ${JSON.stringify(writtenForTest(caller))}`,
    "tests:",
    "  - as: caller",
    ...said,
    ...more,
    `    expect: ${report.outcome === "allow" ? "allow" : "deny"}`,
  ];
  return { text: `${lines.join("\n")}\n` };
}

function writtenForTest({ id, name, groups, tags, claims, issuer }: WrittenCaller): Json {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(groups.length > 0 ? { groups } : {}),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(Object.keys(claims).length > 0 ? { claims } : {}),
    ...(issuer === undefined ? {} : { issuer }),
  };
}

function requestOfTest({ method, path, query, body }: TriedRequest): Json {
  const values = new Map<string, string[]>();
  for (const [name, value] of query) values.set(name, [...(values.get(name) ?? []), value]);
  return {
    ...{ method, path },
    ...(query.length > 0 ? { query: Object.fromEntries(values) } : {}),
    ...(body === "" ? {} : { body: JSON.parse(body) }),
  };
}

export function curlOf(call: CopiedCall): Copied {
  const { request, origin, tokenHeader, made, consults } = call;
  const { method, body, headers } = request;
  const scheme = tokenHeader === "authorization" ? "Bearer " : "";
  const all = [...headers, ...(body === "" ? [] : [["content-type", "application/json"] as const])];
  const options = [
    `curl -i${method === "GET" ? "" : ` -X ${method}`}`,
    `-H "${tokenHeader}: ${scheme}$TOKEN"`,
    ...(consults("aws:useragent") ? [`-A ${shellWord(made.userAgent)}`] : []),
    // curl leaves out a header without a value, unless it ends in a semicolon.
    ...all.map(([name, value]) => `-H ${shellWord(value === "" ? `${name};` : `${name}: ${value}`)}`),
    ...(body === "" ? [] : [`-d ${shellWord(body)}`]),
    shellWord(`${origin}${targetOf(request)}`),
  ];
  return { text: `${tokenCommand(call)}\n${options.join(" \\\n  ")}\n` };
}

/** How the command line gets a token of this caller. */
function tokenCommand({ caller, origin, program }: CopiedCall): string {
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => `--${flag}=${shellWord(`${name}=${value}`)}`);
  const flags = [
    `--sub=${shellWord(caller.id)}`,
    ...caller.groups.map((group) => `--group=${shellWord(group)}`),
    ...(caller.name === undefined ? [] : [`--name=${shellWord(caller.name)}`]),
    ...pairs("tag", caller.tags),
    ...pairs("claim", caller.claims),
    ...(caller.issuer === undefined ? [] : [`--issuer=${shellWord(caller.issuer)}`]),
    `--url=${origin}`,
  ];
  return `TOKEN=$(${program} token ${flags.join(" ")})`;
}

/** Quotes a word for a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A program for Node.js. It uses the SDK, unless the SDK could not make this request. */
export function javascriptOf(call: CopiedCall): Copied {
  const { report, route, shape } = call;
  const isOfSdk = route === undefined && shape !== undefined && report.proxy.status !== 400;
  return { text: isOfSdk ? sdkProgram(call, shape) : fetchProgram(call) };
}

function sdkProgram({ operation, input, origin, tokenHeader, region }: CopiedCall, shape: Shape): string {
  const scheme = tokenHeader === "authorization" ? "Bearer " : "";
  return `import { ConnectClient, ${operation}Command } from "@aws-sdk/client-connect";

const client = new ConnectClient({
  endpoint: ${JSON.stringify(origin)},
  region: ${JSON.stringify(region)},
  credentials: { accessKeyId: "unused", secretAccessKey: "unused" },
});
client.middlewareStack.add(
  (next) => (args) => {
    args.request.headers[${JSON.stringify(tokenHeader)}] = \`${scheme}\${process.env.TOKEN}\`;
    return next(args);
  },
  { step: "finalizeRequest", priority: "low" },
);

const answer = await client.send(
  new ${operation}Command(${literalOf(shape, input, "  ")}),
);
console.log(answer);
`;
}

function fetchProgram({ request, origin, tokenHeader }: CopiedCall): string {
  const { method, headers, body } = request;
  const scheme = tokenHeader === "authorization" ? "Bearer " : "";
  const all = [...headers, ...(body === "" ? [] : [["content-type", "application/json"] as const])];
  const lines = [
    `  method: ${JSON.stringify(method)},`,
    "  headers: {",
    `    ${JSON.stringify(tokenHeader)}: \`${scheme}\${process.env.TOKEN}\`,`,
    ...all.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`),
    "  },",
    ...(body === "" ? [] : [`  body: ${JSON.stringify(body)},`]),
  ];
  return `const answer = await fetch(${JSON.stringify(`${origin}${targetOf(request)}`)}, {
${lines.join("\n")}
});
console.log(answer.status, await answer.text());
`;
}

/** Writes a value as a program of the SDK has it: times are dates. */
function literalOf(shape: Shape | undefined, value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (shape?.kind === "time") {
    const time = timeOf(value);
    if (time !== undefined) return `new Date(${JSON.stringify(exactTime(value, time))})`;
  }
  if (Array.isArray(value)) {
    const item = shape?.kind === "list" ? shape.item : undefined;
    if (value.length === 0) return "[]";
    return `[\n${value.map((each) => `${inner}${literalOf(item, each, inner)},\n`).join("")}${indent}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const its = (name: string) => (shape?.kind === "map" ? shape.item : shape && memberOf(shape, name)?.shape);
  const lines = entries.map(
    ([name, each]) => `${inner}${keyOf(name)}: ${literalOf(its(name), each, inner)},\n`,
  );
  return `{\n${lines.join("")}${indent}}`;
}

/** With what a field for times does not show. */
function exactTime(value: unknown, time: string): string {
  return typeof value === "number"
    ? new Date(value * 1000).toISOString()
    : typeof value === "string"
      ? value
      : time;
}

function keyOf(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
