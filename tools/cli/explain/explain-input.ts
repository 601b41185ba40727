/** The two files of `explain`: who calls, and the HTTP request, each in a closed shape. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { Configuration } from "../../../shared/bundle/types.ts";
import { scalarText } from "../../../shared/identity/claims/claims.ts";
import { flattenClaims, withSplit } from "../../../shared/identity/claims/flat-claims.ts";
import { readNumberTexts } from "../../../shared/identity/claims/numbers.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { PrincipalItem } from "../../../shared/principals/item.ts";
import type { HttpCall } from "../../../shared/request/types.ts";
import { findConfiguredIssuer } from "../../authoring/configuration/configured-issuer.ts";
import { readMoment } from "../../authoring/tests/read-moment.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { inputName, parseInputJson, readInputText } from "../read-input.ts";

type Json = Readonly<Record<string, unknown>>;

const principalMembers = ["id", "name", "groups", "tags", "claims", "issuer"];

/** The issuer of a caller whose file does not name one. */
const notGiven = "";

/** The caller, and its item of a table of principals if the file has them. */
interface ExplainedCaller {
  readonly principal: VerifiedPrincipal;
  readonly item?: PrincipalItem;
}

/**
 * Reads `{id, name?, groups?, tags?, claims?, issuer?, attached?: {policies?, boundary?, until?}}`: what a verified token
 * says, and the caller's item in the table of principals.
 * @throws UsageError naming the file and the member
 */
export async function readCaller(path: string, io: Pick<CommandIo, "stdin">): Promise<ExplainedCaller> {
  const { given, content, name: file } = await readObject(path, io, [...principalMembers, "attached"]);
  const principal = principalOf(given, content, file);
  if (given["attached"] === undefined) return { principal };
  const item = record(given, "attached", file);
  const unknown = Object.keys(item).find((name) => !itemMembers.has(name));
  if (unknown !== undefined) fail(file, `\`attached.${unknown}\` is unknown`);
  const names = (member: string) => [...texts(item[member] ?? [], `${file}: \`attached.${member}\``)].sort();
  const policies = names("policies");
  const ends = readEnds(record(item, "until", file), policies, file);
  return { principal, item: { policies, boundaries: names("boundary"), ends, version: 1 } };
}

const itemMembers: ReadonlySet<string> = new Set(["policies", "boundary", "until"]);

function readEnds(given: Json, policies: readonly string[], file: string): PrincipalItem["ends"] {
  const ends = Object.entries(given).map(([name, time]) => {
    if (!policies.includes(name)) fail(file, `\`attached.until.${name}\` is not one of its policies`);
    const moment = readMoment(String(time));
    if (typeof moment === "string") fail(file, `\`attached.until.${name}\`: ${moment}`);
    return [name, Math.floor(Number(moment) / 1000)] as const;
  });
  return new Map(ends);
}

/** Reads the same without `attached`. @throws UsageError naming the file and the member */
export async function readPrincipal(path: string, io: Pick<CommandIo, "stdin">): Promise<VerifiedPrincipal> {
  const { given, content, name } = await readObject(path, io, principalMembers);
  return principalOf(given, content, name);
}

/** Claims and tags are read as a token's are. */
function principalOf(given: Json, content: string, file: string): VerifiedPrincipal {
  const id = text(given, "id", file) ?? fail(file, "`id` is missing");
  const numbers = readNumberTexts(content);
  return {
    id,
    name: text(given, "name", file) ?? id,
    groups: texts(given["groups"] ?? [], `${file}: \`groups\``),
    tags: Object.fromEntries(
      Object.entries(record(given, "tags", file)).map(([key, value]) => [
        key,
        scalarText(value, numbers) ?? fail(file, `\`tags.${key}\` must be a single value`),
      ]),
    ),
    issuer: text(given, "issuer", file) ?? notGiven,
    ...flattenClaims(record(given, "claims", file), numbers),
    expiresAtSeconds: Number.MAX_SAFE_INTEGER,
  } as unknown as VerifiedPrincipal;
}

/**
 * Gives the caller its configured issuer: the one that the file names, or the only one. The claim `iss` gets it too,
 * and a claim that is split into groups is split.
 * @throws UsageError if there is no such issuer, or a choice of several; if the claims name another, or cannot be split
 */
export function ofConfiguredIssuer(
  principal: VerifiedPrincipal,
  { issuers }: Pick<Configuration, "issuers">,
): VerifiedPrincipal {
  const { claims, opaqueClaims = [] } = principal;
  const said = typeof claims["iss"] === "string" ? claims["iss"] : undefined;
  const found = findConfiguredIssuer(principal.issuer === notGiven ? said : principal.issuer, issuers);
  if (typeof found === "string") throw new UsageError(found);
  const { issuer } = found;
  if (said !== undefined && said !== issuer)
    throw new UsageError(`the caller's \`issuer\` is \`${issuer}\`, and its claim \`iss\` is \`${said}\``);
  const flat = { claims: { ...claims, iss: issuer }, opaqueClaims };
  try {
    return { ...principal, issuer, ...withSplit(flat, found.claims.groups) };
  } catch (error) {
    if (error instanceof TokenError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Reads `{method, path, query?, headers?, body?, sourceIp?, vpcId?, vpceId?, via?}`: a percent-encoded path, a body as
 * object or text. A VPC or VPC endpoint makes it a call to a private API, as in API Gateway's events. `via` is `mcp` for a
 * call of an AI agent.
 * @throws UsageError naming the file and the member
 */
export async function readRequest(input: string, io: Pick<CommandIo, "stdin">): Promise<HttpCall> {
  const { given, name: file } = await readObject(input, io, [
    "method",
    "path",
    "query",
    "headers",
    "body",
    "sourceIp",
    "vpcId",
    "vpceId",
    "via",
  ]);
  const path = text(given, "path", file) ?? fail(file, "`path` is missing");
  if (path.includes("?")) fail(file, "`path` has a query: move it to `query`");
  const sourceIp = text(given, "sourceIp", file);
  const [vpcId, vpceId] = [text(given, "vpcId", file), text(given, "vpceId", file)];
  const { body, via } = given;
  if (via !== undefined && via !== "mcp") fail(file, "`via` must be `mcp`");
  return {
    method: text(given, "method", file) ?? fail(file, "`method` is missing"),
    rawPath: path,
    query: Object.entries(record(given, "query", file)).flatMap(([name, value]) =>
      texts([value].flat(), `${file}: \`query.${name}\``).map((each) => [name, each] as const),
    ),
    headers: new Map(
      Object.entries(record(given, "headers", file)).map(([name, value]) => [
        lowerAscii(name),
        texts([value].flat(), `${file}: \`headers.${name}\``),
      ]),
    ),
    body: typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body),
    requestId: "explained",
    ...(sourceIp === undefined ? {} : { sourceIp }),
    ...(via === undefined ? {} : { via }),
    ...(vpcId || vpceId ? { endpoint: { ...(vpcId ? { vpcId } : {}), ...(vpceId ? { vpceId } : {}) } } : {}),
  };
}

interface ReadObject {
  readonly given: Json;
  readonly content: string;
  /** How messages name where it is from. */
  readonly name: string;
}

async function readObject(
  path: string,
  io: Pick<CommandIo, "stdin">,
  known: readonly string[],
): Promise<ReadObject> {
  const isText = path.trimStart().startsWith("{");
  const content = isText ? path : await readInputText(path, io);
  const file = isText ? "the command line" : inputName(path);
  const parsed = parseInputJson(content, file);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    return fail(file, "must hold a JSON object");
  const unknown = Object.keys(parsed).find((key) => !known.includes(key));
  if (unknown !== undefined)
    fail(file, `\`${unknown}\` is unknown; use ${known.map((key) => `\`${key}\``).join(", ")}`);
  return { given: parsed as Json, content, name: file };
}

function text(given: Json, key: string, file: string): string | undefined {
  const value = given[key];
  if (value === undefined || typeof value === "string") return value;
  return fail(file, `\`${key}\` must be a string`);
}

function record(given: Json, key: string, file: string): Json {
  const value = given[key] ?? {};
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(file, `\`${key}\` must be an object`);
  return value as Json;
}

function texts(value: unknown, where: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw new UsageError(`${where} must be a list of strings`);
}

function fail(file: string, problem: string): never {
  throw new UsageError(`${file}: ${problem}`);
}
