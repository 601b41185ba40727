/**
 * What a function's start takes with a bundle in a file: from the start of the process to its first answer, and memory.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LargeCall } from "./sets/large-bundle.ts";

/** One start. */
export interface ColdStart {
  /** Since the process began, Node.js's own start included. */
  readonly ms: number;
  /** Most memory that the process ever held. */
  readonly peakMegabytes: number;
}

/** A deployed function, what it is asked first, and a part of the only answer that is right. */
export interface FirstCall {
  readonly file: string;
  readonly event: unknown;
  readonly answer: string;
}

const program = `
const { handler } = await import(process.argv[1]);
const answer = await handler(JSON.parse(process.argv[2]));
const ms = performance.now();
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write("\\n" + JSON.stringify({ ms, peakMegabytes, answer: JSON.stringify(answer) }));
`;

/**
 * Starts the function in a process of its own.
 *
 * @throws Error when its answer is not the right one
 */
export function startOnce(
  { file, event, answer }: FirstCall,
  bundleFile: string,
  variables: Readonly<Record<string, string>> = {},
): ColdStart {
  const parameters = ["--input-type=module", "--eval", program, pathToFileURL(file).href];
  const { stdout, stderr } = spawnSync(process.execPath, [...parameters, JSON.stringify(event)], {
    encoding: "utf8",
    env: { ...functionEnvironment(bundleFile), ...variables },
  });
  const last: { ms: number; peakMegabytes: number; answer: string } = JSON.parse(
    stdout.split("\n").at(-1) || "{}",
  );
  if (last.answer?.includes(answer)) return last;
  throw new Error(`\`${file}\` did not answer with ${answer}: ${last.answer ?? stderr}`);
}

/** The variables of a function whose bundle is in a file. */
export function functionEnvironment(bundleFile: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AUTHORIZER_BUNDLE: `file:${bundleFile}`,
    AUTHORIZER_BUNDLE_PUBLIC_KEY: "",
    AUTHORIZER_SHADOW_BUNDLE: "",
    AUTHORIZER_PRINCIPALS_TABLE: "",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    // Nothing is sent: the call is denied.
    CONNECT_ENDPOINT: "http://127.0.0.1:9",
  };
}

/** The authorizer's first answer: a token verified, and a statement found that allows. */
export function firstAuthorization(root: string, { path }: LargeCall, token: string): FirstCall {
  const event = {
    ...eventOf(path, { Authorization: `Bearer ${token}` }),
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:us-east-1:123456789012:api/prod/GET${path}`,
  };
  return { file: join(root, "dist/authorizer/index.mjs"), event, answer: '"Effect":"Allow"' };
}

/** An event of the REST API, as far as both functions read it. */
export function eventOf(path: string, headers: Readonly<Record<string, string>>) {
  return {
    path,
    httpMethod: "GET",
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { requestId: "bench", identity: { sourceIp: "192.0.2.1" } },
  };
}
