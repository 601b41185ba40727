/**
 * The claims of a caller's token as a configured issuer writes them: what the configuration maps and requires. Local
 * tokens and policy tests are made of them, so that a caller there is who the caller of such a token would be.
 */
import { lowerAscii } from "../../ascii.ts";
import { readGroups } from "../claims/group-claim.ts";
import { isCognito } from "../keys/key-source.ts";
import type { GroupSplit, IssuerConfiguration } from "../types.ts";

export interface IssuedCaller {
  readonly id: string;
  readonly groups: readonly string[];
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Other claims. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why no token says this of a caller, and what to do. */
export class ClaimError extends Error {
  override readonly name = "ClaimError";
  readonly code: "groupsNotMapped" | "nameNotMapped" | "tagNotMapped" | "reservedClaim" | "unwritableClaim";
  /** The part of the caller that it is about: `groups`, or a key of its tags or claims. */
  readonly path: readonly string[];

  constructor(code: ClaimError["code"], path: readonly string[], message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

export type Claims = Record<string, unknown>;

/**
 * Writes the claims, without times and ids of the token.
 *
 * @param reserved claims that the issuer always writes itself; so are those of the caller's id and groups
 * @throws ClaimError for a caller that no token of the issuer describes
 */
export function issueClaims(
  caller: IssuedCaller,
  configuration: IssuerConfiguration,
  reserved: readonly string[],
): Claims {
  const { id, groups } = caller;
  const { issuer, claims: mapping } = configuration;
  const given = givenClaims(caller, configuration);
  const { claim: groupsPath, split } =
    typeof mapping.groups === "object" ? mapping.groups : { claim: mapping.groups, split: undefined };
  if (groupsPath === undefined && groups.length > 0) throw notMapped("groups", configuration);
  const taken = [...given.keys()].find((name) => [...reserved, mapping.id, groupsPath].includes(name));
  if (taken !== undefined) throw new ClaimError("reservedClaim", ["claims", taken], writtenByIssuer(taken));
  const all: Claims = Object.create(null);
  const mapped = new Set([mapping.name, ...Object.values(mapping.tags ?? {})]);
  for (const [name, value] of given) {
    if (mapped.has(name)) place(all, name, value);
    else all[name] = value;
  }
  place(all, mapping.id, id);
  if (groupsPath !== undefined) place(all, groupsPath, writtenGroups(groups, split));
  const needed = Object.entries(neededClaims(configuration)).filter(([name]) => !Object.hasOwn(all, name));
  return { ...all, ...Object.fromEntries(needed), iss: issuer };
}

/** The claims that were asked for by name, and those that the caller's name and tags are mapped from. */
function givenClaims(
  { name, tags = {}, claims }: IssuedCaller,
  configuration: IssuerConfiguration,
): ReadonlyMap<string, unknown> {
  const given = new Map(Object.entries(claims));
  const write = (path: string | undefined, value: string, member: string) => {
    if (path === undefined) throw notMapped(member, configuration);
    if ((given.get(path) ?? value) !== value) throw twoValues(path, member);
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
function notMapped(member: string, { issuer }: IssuerConfiguration): ClaimError {
  const [, tag] = /^tag `(.*)`$/s.exec(member) ?? [];
  const where = tag === undefined ? `claims: { ${member}: … }` : "claims: { tags: { … } }";
  const code = tag === undefined ? (member === "name" ? "nameNotMapped" : "groupsNotMapped") : "tagNotMapped";
  const message = `no claim of \`${issuer}\` is mapped to the ${member}; add \`${where}\` to the issuer in authorizer.yaml`;
  return new ClaimError(code, tag === undefined ? [member] : ["tags", tag], message);
}

function twoValues(path: string, member: string): ClaimError {
  const message = `the claim \`${path}\` would have two values; it is also the ${member}`;
  return new ClaimError("unwritableClaim", ["claims", path], message);
}

function writtenByIssuer(name: string): string {
  return `the claim \`${name}\` is written by the issuer itself`;
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
  const message = `these groups cannot be written with the configured \`split: ${split}\``;
  throw new ClaimError("unwritableClaim", ["groups"], message);
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
    if (typeof inner !== "object" || inner === null)
      throw new ClaimError("reservedClaim", ["claims", name], writtenByIssuer(name));
    at = inner as Claims;
  }
  at[last] = value;
}
