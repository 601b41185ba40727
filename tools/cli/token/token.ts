/** `token`: a bearer token from the issuer inside the running local gateway. */
import { isPlainObject } from "../../../shared/shape.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { callerOptions, readPairs } from "./caller-options.ts";

const timeoutMs = 10_000;

export const command = defineCommand({
  name: "token",
  text: "print a bearer token that the running local gateway accepts",
  options: {
    "--sub <id>": { text: "the caller's id", isRequired: true },
    ...callerOptions,
    "--issuer <url>": {
      text: "the configured issuer of the token; needed if several are configured",
      completes: "issuer",
    },
    "--ttl <seconds>": "lifetime in seconds; the gateway's default if left out",
    "--url <url>": { text: "where the local gateway listens", default: "http://127.0.0.1:3000" },
  },
  example: "token --sub alice --group operators",
  note: "Name, groups and tags are written into the claims that the issuer's configuration maps them from.",
  async run({ sub, group, name, tag, claim, issuer, ttl, url }, io) {
    const body = JSON.stringify({
      sub,
      groups: group,
      claims: readPairs(claim, "claim"),
      ...(name === undefined ? {} : { name }),
      ...(tag.length === 0 ? {} : { tags: readPairs(tag, "tag") }),
      ...(issuer === undefined ? {} : { issuer }),
      ...(ttl === undefined ? {} : { ttlSeconds: readSeconds(ttl) }),
    });
    io.stdout.write(`${withoutControls(await requestToken(tokenUrl(url), body))}\n`);
    return 0;
  },
});

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
  const { token, message } = isPlainObject(answer) ? answer : {};
  if (response.ok && typeof token === "string" && token !== "") return token;
  const reason = typeof message === "string" ? message : "is this the local gateway";
  throw new UsageError(`\`${url.origin}\` gave no token (status ${response.status}): ${reason}`);
}
