/**
 * `token`: a bearer token from the issuer inside the running local gateway.
 */
import { type CommandIo, type ExitStatus, UsageError } from "./command-io.ts";

export interface TokenOptions {
  readonly sub: string;
  readonly group: readonly string[];
  /** `key=value` each. */
  readonly claim: readonly string[];
  readonly ttl?: string;
  readonly url: string;
  readonly issuer?: string;
}

const timeoutMs = 10_000;

/** Collects the values of a flag that may be repeated. */
export function collectText(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/**
 * Asks the local gateway for a token and prints it, and nothing else, on stdout.
 *
 * @throws UsageError for a malformed flag, and when the gateway does not run or refuses
 */
export async function runToken(options: TokenOptions, io: CommandIo): Promise<ExitStatus> {
  const body = JSON.stringify({
    sub: options.sub,
    groups: options.group,
    claims: readClaims(options.claim),
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.ttl === undefined ? {} : { ttlSeconds: readSeconds(options.ttl) }),
  });
  io.stdout.write(`${await requestToken(tokenUrl(options.url), body)}\n`);
  return 0;
}

function readClaims(claims: readonly string[]): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const claim of claims) {
    const end = claim.indexOf("=");
    const key = claim.slice(0, end);
    if (end < 1) throw new UsageError(`\`--claim ${claim}\` must be written as \`--claim key=value\``);
    if (values.has(key)) throw new UsageError(`the claim \`${key}\` is given twice`);
    values.set(key, claim.slice(end + 1));
  }
  return Object.fromEntries(values);
}

function readSeconds(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`\`--ttl ${text}\` must be a whole number of seconds above 0`);
}

function tokenUrl(base: string): URL {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new UsageError(`\`--url ${base}\` must be a URL like http://127.0.0.1:3000`);
  }
  return new URL("/local/token", url);
}

async function requestToken(url: URL, body: string): Promise<string> {
  const headers = { "content-type": "application/json", "x-local-token": "1" };
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "error" }).catch(
    (error: unknown) => {
      const message = `no local gateway answers at \`${url.origin}\`; start it with \`npm start\`, or name it with --url`;
      throw new UsageError(message, { cause: error });
    },
  );
  const answer: unknown = await response.json().catch(() => undefined);
  const { token, message } = isRecord(answer) ? answer : {};
  if (response.ok && typeof token === "string" && token !== "") return token;
  const reason = typeof message === "string" ? message : "is it the local gateway";
  throw new UsageError(`\`${url.origin}\` gave no token (status ${response.status}): ${reason}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
