/** A call as text to take elsewhere: a policy test, a curl line, code of the SDK. None of them has a token in it. */
import type { Explanation } from "../../../authoring/explain/explain-call.ts";
import { type TriedRequest, targetOf } from "../../../authoring/own-request.ts";
import type { WrittenCaller } from "./caller-text.ts";

export interface CopiedCall {
  /** Absent for the caller of a token: what its claims are called is not known. */
  readonly caller: WrittenCaller | undefined;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly request: TriedRequest;
  readonly outcome: Explanation["outcome"];
  /** Of the gateway: `http://127.0.0.1:3000`. */
  readonly origin: string;
  /** The header of the token, in lower case. */
  readonly tokenHeader: string;
  readonly region: string;
}

/** Writes a file of `config/tests`. JSON is YAML. */
export function policyTestOf({ caller, operation, input, outcome }: CopiedCall): string {
  const { id, name, groups = [], tags = {}, claims = {}, issuer } = caller ?? { id: "…" };
  const said = {
    id,
    ...(name === undefined ? {} : { name }),
    ...(groups.length > 0 ? { groups } : {}),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(Object.keys(claims).length > 0 ? { claims } : {}),
    ...(issuer === undefined ? {} : { issuer }),
  };
  return `callers:
  caller: ${JSON.stringify(said)}
tests:
  - as: caller
    call: ${operation}
    input: ${JSON.stringify(input)}
    expect: ${outcome === "allow" ? "allow" : "deny"}
`;
}

export function curlOf(call: CopiedCall): string {
  const { request, origin, tokenHeader, caller } = call;
  const { method, body, headers } = request;
  const scheme = tokenHeader === "authorization" ? "Bearer " : "";
  const all = [...headers, ...(body === "" ? [] : [["content-type", "application/json"] as const])];
  const options = [
    `curl -i${method === "GET" ? "" : ` -X ${method}`}`,
    `-H "${tokenHeader}: ${scheme}$TOKEN"`,
    ...all.map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`),
    ...(body === "" ? [] : [`-d ${shellWord(body)}`]),
    shellWord(`${origin}${targetOf(request)}`),
  ];
  return `${caller ? `${tokenCommand(caller, origin)}\n` : ""}${options.join(" \\\n  ")}\n`;
}

/** How the command line gets a token of this caller. */
function tokenCommand(caller: WrittenCaller, origin: string): string {
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => `--${flag} ${shellWord(`${name}=${value}`)}`);
  const flags = [
    `--sub ${shellWord(caller.id)}`,
    ...caller.groups.map((group) => `--group ${shellWord(group)}`),
    ...(caller.name === undefined ? [] : [`--name ${shellWord(caller.name)}`]),
    ...pairs("tag", caller.tags),
    ...pairs("claim", caller.claims),
    ...(caller.issuer === undefined ? [] : [`--issuer ${shellWord(caller.issuer)}`]),
    `--url ${origin}`,
  ];
  return `TOKEN=$(npx connect-authorizer token ${flags.join(" ")})`;
}

/** Quotes a word for a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function javascriptOf({ operation, input, origin, tokenHeader, region }: CopiedCall): string {
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
  new ${operation}Command(${JSON.stringify(input, undefined, 2).replaceAll("\n", "\n  ")}),
);
console.log(answer);
`;
}
