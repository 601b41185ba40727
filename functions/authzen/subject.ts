/**
 * Who a question is about: the caller of the request or, if a trusted program asks, whom it tells of.
 *
 * A caller's own groups, tags and claims come from its token alone, whatever the question says.
 */
import { isIP } from "node:net";
import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import { InputError } from "../../shared/errors.ts";
import { mintGivenPrincipal } from "../../shared/identity/principal/given-principal.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../shared/identity/types.ts";
import { unseenKeysOf } from "../../shared/request/keys/unseen-keys.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { anything, list, record, type Shape, text } from "../../shared/shape.ts";
import type { Door } from "./door.ts";
import type { Entity } from "./question.ts";

/** The caller of a request to this door. */
export interface Asker {
  readonly bundle: OpenedBundle;
  readonly door: Door;
  readonly principal: VerifiedPrincipal;
  readonly call: HttpCall;
}

/** Who a call would be decided for. */
export interface Subject {
  readonly kind: "self" | "given";
  readonly principal: VerifiedPrincipal;
  /** The request from which the condition keys about a call's way come. */
  readonly call: HttpCall;
  /** Condition keys, in lower case, that are unknown. */
  readonly unseen?: ReadonlySet<string>;
}

/** The one type of subjects: callers with a token. */
const subjectType = "user";

/**
 * @returns `undefined` if the asker must not ask about this subject
 * @throws InputError for a subject that cannot be understood
 */
export function subjectOf({ bundle, door, principal, call }: Asker, subject: Entity): Subject | undefined {
  const { type, id, properties } = subject;
  if (type !== subjectType) throw new InputError("subject.type", `must be \`${subjectType}\``);
  const { issuer: url } = readProperties(properties, ["issuer"]);
  if (id === principal.id && (url ?? principal.issuer) === principal.issuer)
    return { kind: "self", principal, call };
  if (!door.isTrusted(principal)) return undefined;
  const issuer = issuerOf(url, bundle.config.issuers);
  const { ip_address: sourceIp, issuer: _read, ...said } = readProperties(properties, all);
  const given = mintGivenPrincipal({ id, ...said }, issuer, principal.expiresAtSeconds);
  return {
    kind: "given",
    principal: given.principal,
    call: { ...blank, requestId: call.requestId, ...(sourceIp === undefined ? {} : { sourceIp }) },
    unseen: new Set([...unseenKeysOf(sourceIp), ...given.unseen]),
  };
}

/** Of a request that the subject would send, nothing is known. */
const blank = { method: "", rawPath: "", query: [], headers: new Map() } as const;

interface Properties {
  readonly issuer?: string;
  readonly name?: string;
  readonly groups?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly ip_address?: string;
}

const shapes: Readonly<Record<keyof Properties, Shape>> = {
  issuer: text,
  name: text,
  groups: list(text),
  tags: record(text),
  claims: record(anything),
  ip_address: (value) =>
    typeof value === "string" && isIP(value) > 0
      ? undefined
      : { path: "", message: "expected an IP address" },
};

const all = Object.keys(shapes) as (keyof Properties)[];

/** Reads the properties that mean something here; others are ignored, as the specification asks. */
function readProperties(properties: Entity["properties"], names: readonly (keyof Properties)[]): Properties {
  const read: Record<string, unknown> = {};
  for (const name of names) {
    if (!Object.hasOwn(properties, name)) continue;
    const problem = shapes[name](properties[name]);
    if (problem) throw new InputError(`subject.properties.${name}`, problem.message);
    read[name] = properties[name];
  }
  return read;
}

/** Ids are unique only within their issuer. */
function issuerOf(url: string | undefined, issuers: readonly IssuerConfiguration[]): IssuerConfiguration {
  const [only, second] = issuers;
  const found = url === undefined && !second ? only : issuers.find(({ issuer }) => issuer === url);
  if (found) return found;
  throw new InputError(
    "subject.properties.issuer",
    url === undefined ? "is missing: several issuers are configured" : "is not configured",
  );
}
