/**
 * Writes events/: a key whose private half is forgotten when this ends, the tokens it signed, and the events.
 *
 * Events have the shape of our local API Gateway's, which is the one that AWS documents; the context in a
 * proxy's event is what the authorizer itself answers to the same request.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createAuthorizerHandler } from "../../functions/authorizer/handler.ts";
import { DocumentError } from "../../shared/errors.ts";
import { loadConfiguration } from "../authoring/configuration/load-configuration.ts";
import { decodePath, functionUrlEvent } from "../local/gateway/events/http-events.ts";
import { makeAuthorizerEvent, makeProxyEvent } from "../local/gateway/events/make-events.ts";
import { headerValues, type ReceivedRequest } from "../local/gateway/events/received-request.ts";
import { createTokenIssuer, type TokenIssuer } from "../local/tokens/token-issuer.ts";
import { callers, type EventRequest, requests, type TokenName } from "./requests.ts";

type Tokens = Readonly<Record<TokenName, string>>;

/** As in `config/authorizer.yaml` of the folder, which names the key that is made here. */
const issuerConfiguration = {
  issuer: "https://issuer.example.test/",
  audience: ["connect-authorizer-local"],
  claims: { id: "sub", groups: "groups" },
};
/** 2099-01-01T00:00:00Z, in seconds since the epoch. */
const farFuture = 4_070_908_800;
const requestId = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";
const sentAt = { requestTime: "24/Nov/2026:12:00:00 +0000", requestTimeEpoch: 1_795_521_600_000 };

/**
 * Generates everything again.
 * @param folder the events folder
 * @throws DocumentError when `config/` in it is not a usable configuration
 */
export async function generateEvents(folder: string): Promise<void> {
  const issuer = await createTokenIssuer(() => [issuerConfiguration]);
  await writeKeySet(join(folder, "config", "authorizer.yaml"), issuer.jwks);
  const tokens = mintTokens(issuer, await createTokenIssuer(() => [issuerConfiguration]));
  await writeJson(join(folder, "tokens.json"), tokens);

  const loaded = await loadConfiguration(join(folder, "config"));
  if (!loaded.ok) throw new DocumentError(loaded.issues);
  const authorize = createAuthorizerHandler({}, { packagedBundle: loaded.bundle, onRecord: () => undefined });
  for (const [name, request] of Object.entries(requests)) {
    const event = await makeEvent(request);
    if ("requestContext" in event) Object.assign(event.requestContext, sentAtOf(event));
    await writeJson(join(folder, `${name}.json`), event);
  }

  async function makeEvent(request: EventRequest) {
    const received = receive(request, tokens);
    const { shape = "rest" } = request;
    const token = headerValues(received, "authorization")[0] ?? "";
    const sources = [token, received.method, decodePath(received.rawPath)];
    if (request.function === "authorizer")
      return makeAuthorizerEvent(shape === "functionUrl" ? "http2" : shape, received, sources);
    if (shape === "functionUrl") return functionUrlEvent(received);
    if (request.withoutContext) return makeProxyEvent(shape === "token" ? "rest" : shape, received, {});
    const asked = makeAuthorizerEvent(shape, received, sources);
    return makeProxyEvent(shape === "token" ? "rest" : shape, received, await contextOf(asked));
  }

  async function contextOf(asked: ReturnType<typeof makeAuthorizerEvent>) {
    const result = await authorize(asked);
    const context: Readonly<Record<string, unknown>> = {
      ...result.context,
      // Long before any function that answers the event was started.
      policyConfirmedAt: sentAt.requestTimeEpoch,
    };
    const texts = Object.entries(context).map(([key, value]) => [key, String(value)] as const);
    const principal = "principalId" in result ? { principalId: result.principalId } : {};
    return { ...Object.fromEntries(texts), ...principal };
  }
}

/** The names that payload 2.0 and the others have for the same time. */
function sentAtOf(event: object) {
  const isSecond = "version" in event && event.version === "2.0";
  return isSecond ? { time: sentAt.requestTime, timeEpoch: sentAt.requestTimeEpoch } : sentAt;
}

function mintTokens(issuer: TokenIssuer, stranger: TokenIssuer): Tokens {
  const now = Math.floor(Date.now() / 1000);
  const mint = (by: TokenIssuer, name: keyof typeof callers, ttlSeconds: number) =>
    by.mintToken({ ...callers[name], claims: {}, ttlSeconds });
  const named = (name: keyof typeof callers) => mint(issuer, name, farFuture - now);
  const admin = named("admin");
  const strangersSignature = mint(stranger, "admin", farFuture - now).split(".")[2];
  return {
    admin,
    operator: named("operator"),
    onboarding: named("onboarding"),
    visitor: named("visitor"),
    expired: mint(issuer, "admin", -3600),
    // The administrator's own claims and key id, signed by someone else.
    forged: [...admin.split(".").slice(0, 2), strangersSignature].join("."),
  };
}

/** Replaces the key set in the configuration, up to the next empty line; the rest is written by people. */
async function writeKeySet(path: string, jwks: TokenIssuer["jwks"]): Promise<void> {
  const text = await readFile(path, "utf8");
  const replaced = text.replace(
    /^( +jwks:)[\s\S]*?\n\n/m,
    (_old, start: string) => `${start} ${JSON.stringify(jwks)}\n\n`,
  );
  if (replaced === text) throw new Error(`\`${path}\` holds no \`jwks:\` with an empty line after it`);
  await writeFile(path, replaced);
}

function receive({ method, path, body, token }: EventRequest, tokens: Tokens): ReceivedRequest {
  return {
    requestId,
    method,
    rawPath: path,
    rawQuery: "",
    headers: [
      ["Accept", "*/*"],
      ...(token ? [["Authorization", `Bearer ${tokens[token]}`] as const] : []),
      ...(body === undefined ? [] : [["Content-Type", "application/json"] as const]),
      ["Host", "abcdef1234.execute-api.us-east-1.amazonaws.com"],
      ["User-Agent", "curl/8.5.0"],
    ],
    body: Buffer.from(body ?? ""),
    sourceIp: "192.0.2.1",
  };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
