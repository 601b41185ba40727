/**
 * Issues bearer tokens for local use, in place of the configured issuers: with the name, the audience and the claims that
 * the configuration expects. The key pair is made when the gateway starts and is never stored, so that a token is not valid
 * in another run or anywhere else.
 */
import { generateKeyPair, randomUUID, sign } from "node:crypto";
import { promisify } from "node:util";
import { lowerAscii } from "../../../shared/ascii.ts";
import { readGroups } from "../../../shared/identity/claims/group-claim.ts";
import { isCognito } from "../../../shared/identity/keys/key-source.ts";
import type { GroupSplit, IssuerConfiguration } from "../../../shared/identity/types.ts";
import { findConfiguredIssuer } from "../../authoring/configuration/configured-issuer.ts";

export interface TokenRequest {
  readonly sub: string;
  /** Written into the claims that the issuer maps, as its own tokens have them. */
  readonly groups: readonly string[];
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Other claims; never one that the issuer itself writes. */
  readonly claims: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
  /** Required if several are configured. */
  readonly issuer?: string;
}

export interface TokenIssuer {
  /** RFC 7517 key set with the one public key. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** @throws TokenRequestError for a token that cannot be made */
  mintToken(request: TokenRequest): string;
}

/** Why a token cannot be made, and what to do. */
export class TokenRequestError extends Error {
  override readonly name = "TokenRequestError";
}

/** Claims that the issuer always writes itself. */
const reservedClaims: readonly string[] = ["iss", "aud", "sub", "exp", "iat", "jti"];

/** @param issuers those that it replaces; called for each token, since a configuration is reloaded */
export async function createTokenIssuer(issuers: () => readonly IssuerConfiguration[]): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return {
    jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] },
    mintToken(request) {
      const issuer = findConfiguredIssuer(request.issuer, issuers());
      if (typeof issuer === "string") throw new TokenRequestError(issuer);
      const isAccessToken = issuer.tokenUse === "access" && !isCognito(issuer.issuer);
      const header = { alg: "RS256", typ: isAccessToken ? "at+jwt" : "JWT", kid };
      const input = `${encode(header)}.${encode(claimsOf(request, issuer))}`;
      return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
    },
  };
}

type Claims = Record<string, unknown>;

function claimsOf(request: TokenRequest, configuration: IssuerConfiguration): Claims {
  const { sub, groups, ttlSeconds } = request;
  const { issuer, claims: mapping } = configuration;
  const given = givenClaims(request, configuration);
  const { claim: groupsPath, split } =
    typeof mapping.groups === "object" ? mapping.groups : { claim: mapping.groups, split: undefined };
  if (groupsPath === undefined && groups.length > 0) throw notMapped("groups", configuration);
  const reserved = [...given.keys()].find((name) =>
    [...reservedClaims, mapping.id, groupsPath].includes(name),
  );
  if (reserved !== undefined)
    throw new TokenRequestError(`the claim \`${reserved}\` is written by the issuer itself`);
  const iat = Math.floor(Date.now() / 1000);
  const all: Claims = Object.create(null);
  const mapped = new Set([mapping.name, ...Object.values(mapping.tags ?? {})]);
  for (const [name, value] of given) {
    if (mapped.has(name)) place(all, name, value);
    else all[name] = value;
  }
  place(all, mapping.id, sub);
  if (groupsPath !== undefined) place(all, groupsPath, writtenGroups(groups, split));
  const needed = Object.fromEntries(
    Object.entries(neededClaims(configuration)).filter(([name]) => !Object.hasOwn(all, name)),
  );
  const times = { iat, exp: iat + ttlSeconds, jti: randomUUID() };
  return { ...all, ...needed, iss: issuer, ...(mapping.id === "sub" ? {} : { sub }), ...times };
}

/** The claims that were asked for by name, and those that the caller's name and tags are mapped from. */
function givenClaims(
  { name, tags = {}, claims }: TokenRequest,
  configuration: IssuerConfiguration,
): ReadonlyMap<string, string> {
  const given = new Map(Object.entries(claims));
  const write = (path: string | undefined, value: string, member: string) => {
    if (path === undefined) throw notMapped(member, configuration);
    if ((given.get(path) ?? value) !== value)
      throw new TokenRequestError(`the claim \`${path}\` would have two values; it is also the ${member}`);
    given.set(path, value);
  };
  const { name: namePath, tags: tagPaths = {} } = configuration.claims;
  if (name !== undefined) write(namePath, name, "name");
  // Tag keys have no case in policies.
  const paths = new Map(Object.entries(tagPaths).map(([key, path]) => [lowerAscii(key), path]));
  for (const [key, value] of Object.entries(tags)) write(paths.get(lowerAscii(key)), value, `tag \`${key}\``);
  return given;
}

/** Nothing is made up: the issuer's own tokens would not have it either. */
function notMapped(member: string, { issuer }: IssuerConfiguration): TokenRequestError {
  const where = member.startsWith("tag ") ? "claims: { tags: { … } }" : `claims: { ${member}: … }`;
  return new TokenRequestError(
    `no claim of \`${issuer}\` is mapped to the ${member}; add \`${where}\` to the issuer in authorizer.yaml`,
  );
}

/** Claims that the configuration requires. */
function neededClaims({ issuer, audience, tokenUse, scopes }: IssuerConfiguration): Claims {
  const [aud] = audience;
  const isPool = isCognito(issuer);
  return {
    // Cognito's access tokens have the audience in `client_id`.
    ...(isPool && tokenUse === "access" ? { client_id: aud } : { aud }),
    ...(isPool ? { token_use: tokenUse ?? "id" } : {}),
    ...(scopes ? { scope: scopes.join(" ") } : {}),
  };
}

/** Writes groups in the form in which the configuration reads them. */
function writtenGroups(groups: readonly string[], split: GroupSplit | undefined): unknown {
  if (split === undefined) return groups;
  const text = split === "json" ? JSON.stringify(groups) : groups.join(split === "space" ? " " : ",");
  if (canBeRead(text, split, groups)) return text;
  throw new TokenRequestError(`these groups cannot be written with the configured \`split: ${split}\``);
}

function canBeRead(text: string, split: GroupSplit, groups: readonly string[]): boolean {
  try {
    return JSON.stringify(readGroups(text, split)) === JSON.stringify([...new Set(groups)]);
  } catch {
    return false;
  }
}

/** A path of plain words names nested claims, as in `realm_access.roles`; others are names with dots in them. */
const nestedPath = /^[\w-]+(?:\.[\w-]+)+$/;

function place(claims: Claims, path: string, value: unknown): void {
  const names = nestedPath.test(path) ? path.split(".") : [path];
  const last = names.pop() ?? path;
  let at = claims;
  for (const name of names) {
    at[name] ??= Object.create(null);
    const inner = at[name];
    if (typeof inner !== "object")
      throw new TokenRequestError(`the claim \`${name}\` is written by the issuer itself`);
    at = inner as Claims;
  }
  at[last] = value;
}
