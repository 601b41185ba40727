/**
 * The closed shape of a bundle, which a Lambda checks before it trusts one.
 *
 * A hash shows that a bundle was not changed by accident. It does not show who made it, or with which version of this
 * product. So everything is checked again, and unknown members are refused.
 */
import {
  also,
  anything,
  flag,
  list,
  object,
  oneOf,
  record,
  rule,
  type Shape,
  text,
  wholeNumber,
} from "../shape.ts";
import { corsMethods, isCorsHeader, maxMaxAgeSeconds, normalizeOrigin } from "./rules/cors.ts";
import { parseInstanceArn, parseRoleArn } from "./rules/instance-arn.ts";
import { findInstanceProblem } from "./rules/instances.ts";
import {
  findTagGivenTwice,
  groupSplits,
  isIssuerUrl,
  isKeySetUrl,
  isScope,
  jwkProblem,
  maxClockToleranceSeconds,
  namesIssuer,
  tokenUses,
} from "./rules/issuers.ts";
import { findRouteProblems } from "./rules/routes.ts";
import type { Bundle, Configuration } from "./types.ts";

const texts = list(text);
const someTexts = list(text, { min: 1 });

const instance = also(
  object(
    { arn: text, partition: text, region: text, accountId: text, id: text },
    {
      roleArn: text,
      externalId: text,
      sourceIdentity: flag,
      sessionPolicy: flag,
      maxConcurrentCalls: wholeNumber(1, 1_000),
    },
  ),
  rule<Configuration["instances"][number]>((value) => {
    const parsed = parseInstanceArn(value.arn);
    const same =
      parsed?.partition === value.partition &&
      parsed.region === value.region &&
      parsed.accountId === value.accountId &&
      parsed.id === value.id;
    if (!same) return "is not the instance of its ARN";
    if (value.roleArn === undefined) return undefined;
    return parseRoleArn(value.roleArn)?.partition === value.partition
      ? undefined
      : "has a `roleArn` that is not a role of its partition";
  }),
);

const tags = also(
  record(text),
  rule<Readonly<Record<string, string>>>((value) =>
    findTagGivenTwice(Object.keys(value)) === undefined ? undefined : "repeats a tag",
  ),
);
const splitGroups = object({ claim: text, split: oneOf(...groupSplits) });
const groups: Shape = (value) => (typeof value === "string" ? text : splitGroups)(value);
const claims = object({ id: text }, { name: text, groups, tags });
const key = also(
  record(anything),
  rule<Readonly<Record<string, unknown>>>((value) => jwkProblem(value)?.message),
);
const issuer = also(
  object(
    { issuer: text, audience: someTexts, claims },
    {
      jwksUri: text,
      jwks: object({ keys: list(key, { min: 1 }) }),
      clockToleranceSeconds: wholeNumber(0, maxClockToleranceSeconds),
      tokenUse: oneOf(...tokenUses),
      scopes: someTexts,
    },
  ),
  rule<Configuration["issuers"][number]>((value) => {
    if (!isIssuerUrl(value.issuer)) return "is not an https URL";
    if (value.scopes?.some((scope) => !isScope(scope))) return "asks for a malformed scope";
    return value.jwksUri === undefined || isKeySetUrl(value.jwksUri)
      ? undefined
      : "has a malformed key set URL";
  }),
);

/** Which callers are meant; never empty. */
export const match = also(
  object({}, { issuer: someTexts, groups: someTexts, principals: someTexts, claims: record(someTexts) }),
  rule<Readonly<Record<string, object>>>((value) => {
    const kinds = Object.values(value);
    return kinds.length > 0 && kinds.every((kind) => Object.keys(kind).length > 0) ? undefined : "is empty";
  }),
);
const binding = object({ match, policies: someTexts }, { boundary: text });

const cors = also(
  object({
    allowOrigins: someTexts,
    allowMethods: list(oneOf(...corsMethods), { min: 1 }),
    allowHeaders: texts,
    exposeHeaders: texts,
    maxAgeSeconds: wholeNumber(0, maxMaxAgeSeconds),
    allowCredentials: flag,
  }),
  rule<NonNullable<Configuration["cors"]>>((value) => {
    const { allowOrigins, allowHeaders, exposeHeaders, allowCredentials } = value;
    const isForAll = allowOrigins.includes("*");
    if (isForAll && (allowCredentials || allowOrigins.length > 1)) return "allows every origin and more";
    if (!isForAll && allowOrigins.some((origin) => normalizeOrigin(origin) !== origin))
      return "has a malformed origin";
    return [...allowHeaders, ...exposeHeaders].every(isCorsHeader)
      ? undefined
      : "has a malformed header name";
  }),
);

const configuration = also(
  object(
    {
      instances: list(instance, { min: 1 }),
      issuers: list(issuer),
      bindings: list(binding),
      guardrails: texts,
      mode: oneOf("enforce", "shadow"),
      tokenHeader: oneOf("authorization", "x-connect-token"),
      routes: list(object({ method: text, path: text, operation: text, input: record(anything) })),
    },
    // The function of a door checks what it reads.
    {
      cors,
      dependentActions: oneOf("required", "ignored"),
      principals: oneOf("authoritative"),
      doors: record(anything),
    },
  ),
  rule<Configuration>((value) => {
    const [wrong] = value.routes.flatMap((route, index) =>
      findRouteProblems(route, value.routes.slice(0, index)),
    );
    if (wrong) return `has a route that is refused: ${wrong.message}`;
    const [odd] = value.instances.flatMap(
      (each, index) => findInstanceProblem(each, value.instances.slice(0, index)) ?? [],
    );
    if (odd) return `has an instance that is refused for its \`${odd.member}\`: ${odd.code}`;
    return issuerProblem(value);
  }),
);

/** INVARIANT: bindings match only callers of issuers that they name. Older bundles may break this. */
function issuerProblem({ issuers, bindings }: Configuration): string | undefined {
  const known = new Set(issuers.map((each) => each.issuer));
  if (known.size !== issuers.length) return "repeats an issuer";
  if (known.size > 1 && !bindings.every((each) => namesIssuer(each.match)))
    return "trusts several issuers, and has a binding without an issuer";
  return bindings.every((each) => each.match.issuer?.every((url) => known.has(url)) ?? true)
    ? undefined
    : "has a binding for callers of an issuer that it does not trust";
}

/** The compiler checks the statements. */
const policy = rule<{ readonly name?: unknown }>((value) =>
  typeof value === "object" && value !== null && typeof value.name === "string" ? undefined : "has no name",
);

const bundle = also(
  object(
    { schemaVersion: oneOf(1), version: text, config: configuration, policies: list(policy) },
    { audience: text, sequence: wholeNumber(1, Number.MAX_SAFE_INTEGER) },
  ),
  rule<Bundle>((value) => {
    if ((value.audience === undefined) !== (value.sequence === undefined))
      return "has one of `audience` and `sequence` without the other";
    const names = value.policies.map(({ name }) => name);
    if (hasTwins(names)) return "has two policies with the same name";
    const { bindings, guardrails } = value.config;
    const known = new Set(names);
    const named = bindings.flatMap((each) => [
      ...each.policies,
      ...(each.boundary === undefined ? [] : [each.boundary]),
    ]);
    const unknown = [...named, ...guardrails].find((name) => !known.has(name));
    return unknown === undefined ? undefined : `names the policy \`${unknown}\`, which it does not have`;
  }),
);

/** Describes why a JSON value is not a bundle. */
export function bundleProblem(value: unknown): string | undefined {
  const problem = bundle(value);
  if (problem === undefined) return undefined;
  const { path, message } = problem;
  return `bundle${path === "" ? "" : "."}${path}: ${message}`;
}

function hasTwins(names: readonly string[]): boolean {
  return new Set(names).size !== names.length;
}
