/** The context of a call's questions: condition keys of the caller, the time, the request, and look-ups. */

import type { Attachments } from "../bundle/attachments.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import { type Ask, type AskedInput, HIERARCHY_OF, NOT_KNOWN } from "../catalog/ask.ts";
import { findOperation } from "../catalog/catalog.ts";
import type { OperationRow } from "../catalog/types.ts";
import { InputError } from "../errors.ts";
import { isUnknownClaimKey, readPrincipalKeys } from "../identity/principal/principal-keys.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { RequestContext, SharedContext } from "../policy/model/context.ts";
import { UNKNOWN } from "../policy/model/unknown.ts";
import type { Destination } from "../request/canonical/destination.ts";
import { hierarchyLevelOf, type RequestFacts, readRequestKey } from "../request/keys/condition-keys.ts";
import { readEnvironmentKeys } from "../request/keys/environment-keys.ts";
import type { KeyValue } from "../request/keys/read-value.ts";
import type { HttpCall } from "../request/types.ts";

/** A caller with a call, and the policies that decide it. */
export interface Caller {
  readonly bundle: OpenedBundle;
  readonly principal: VerifiedPrincipal;
  readonly call: HttpCall;
  /** The attachments of the principal's item in the table, if they count. */
  readonly attachments?: Attachments;
  /** The time of the decision, in milliseconds since the epoch; default: now. */
  readonly nowMs?: number;
  /** Condition keys, in lower case, that are unknown because the call's HTTP request is not at hand. */
  readonly unseen?: ReadonlySet<string>;
}

/** Condition keys of one resource, in lower case; the resource does not have those that are absent. */
export type LookedUp = Pick<ReadonlyMap<string, string | readonly string[] | typeof UNKNOWN>, "get">;

/** Results of look-ups, by the resource's ARN. */
export type KnownFacts = ReadonlyMap<string, LookedUp>;

/** The part of a call that its reader can see. */
export interface SeenCall {
  readonly row: OperationRow;
  readonly input: AskedInput;
  readonly destination: Destination | undefined;
  /** Condition keys, in lower case, that this reader must not depend on. */
  readonly hidden: ReadonlySet<string>;
  readonly facts: KnownFacts;
}

/** The function gives each question its context, and adds to `wanted` each ARN that must be looked up. */
export function createContexts(
  caller: Omit<Caller, "bundle">,
  seen: SeenCall,
  asks: readonly Ask[],
): (ask: Ask, wanted: Set<string>) => RequestContext {
  const { row, input, destination, hidden, facts } = seen;
  const { nowMs = Date.now() } = caller;
  let fixed: ReadonlyMap<string, string | readonly string[] | undefined> | undefined;
  // Created when a policy first uses a key: most decisions use none.
  const fixedKeys = () => {
    fixed ??= new Map([...readEnvironmentKeys(caller.call, nowMs), ...readPrincipalKeys(caller.principal)]);
    return fixed;
  };
  const named = destination?.namesInstance ? destination.instance.id : undefined;
  const request: RequestFacts = { input, instanceId: destination ? named : NOT_KNOWN };
  const readKey = createKeyReader(row, request);
  const ownerOf = createOwnerFinder(asks);
  const sharedOf = createSharing(asks);
  return (ask, wanted) => {
    return {
      ...sharedOf(ask.action),
      get(key) {
        if (hidden.has(key)) return UNKNOWN;
        if (isUnknownClaimKey(caller.principal, key)) return UNKNOWN;
        if (key === "aws:requestedregion") return destination?.instance.region ?? UNKNOWN;
        if (key === "aws:resourceaccount") return accountOf(ask, destination) ?? UNKNOWN;
        if (fixedKeys().has(key)) return fixedKeys().get(key);
        // All of the caller's tags are known.
        if (key.startsWith("aws:principaltag/")) return undefined;
        const source = sourceOf(key, ask, { readKey, ownerOf });
        if (source.kind === "value") return source.value === NOT_KNOWN ? UNKNOWN : source.value;
        const known = facts.get(source.question);
        if (known) return known.get(source.key);
        wanted.add(source.question);
        return UNKNOWN;
      },
    };
  };
}

/** A key's value is known here, or must be looked up at Connect. */
type KeySource =
  | { readonly kind: "value"; readonly value: KeyValue }
  | { readonly kind: "connect"; readonly question: string; readonly key: string };

const notKnown: KeySource = { kind: "value", value: NOT_KNOWN };
const missing: KeySource = { kind: "value", value: undefined };

interface Readers {
  readonly readKey: (key: string, action: string) => KeyValue;
  readonly ownerOf: (type: string | undefined) => Ask | undefined;
}

function sourceOf(key: string, ask: Ask, { readKey, ownerOf }: Readers): KeySource {
  if (key.startsWith(resourceTag)) {
    return sourceOfTag(key, ask, () =>
      readKey(`aws:requesttag/${key.slice(resourceTag.length)}`, ask.action),
    );
  }
  const level = hierarchyLevelOf(key);
  if (level !== undefined) return sourceOfLevel(level, ask, ownerOf);
  const value = readKey(key, ask.action);
  if (value !== NOT_KNOWN) return { kind: "value", value };
  const question = resourceOf(key, ask, ownerOf);
  return question === undefined ? notKnown : { kind: "connect", question, key };
}

/** Reads each key of a request once per call, for all its questions and statements: a caller chooses its length. */
function createKeyReader(
  row: OperationRow,
  request: RequestFacts,
): (key: string, action: string) => KeyValue {
  const byAction = new Map<string, Map<string, KeyValue>>();
  return (key, action) => {
    const read = byAction.get(action) ?? new Map<string, KeyValue>();
    byAction.set(action, read);
    if (read.has(key)) return read.get(key);
    const value = readRequestKey(key, keysOf(action, row), request);
    assertLength(key, value);
    read.set(key, value);
    return value;
  };
}

/** For one value of a key, and for all of them: more than tags can hold. Every statement may read them. */
const maxTextLength = 8_192;
const maxKeyLength = 32_768;

function assertLength(key: string, value: KeyValue): void {
  const texts = typeof value === "string" ? [value] : typeof value === "object" ? value : [];
  let length = 0;
  for (const text of texts) {
    length += text.length;
    if (text.length > maxTextLength || length > maxKeyLength) {
      const limits = `${maxTextLength} characters a value, ${maxKeyLength} in all`;
      throw new InputError(key, `is longer than a policy compares: ${limits}`);
    }
  }
}

/** Keys that are equal for all questions about an action. The caller chooses their values, in number and length. */
const callersKeys =
  /^(?:jwt:|aws:(?:principaltag\/|requesttag\/|tagkeys$|useragent$)|connect:(?:searchtag|primaryattribute)\/)/;

/** Shares results between the questions about one action, if there are several. */
function createSharing(asks: readonly Ask[]): (action: string) => Pick<RequestContext, "shared"> {
  if (asks.length < 2) return () => alone;
  const byAction = new Map<string, { readonly shared: SharedContext }>();
  return (action) => {
    const known = byAction.get(action);
    if (known) return known;
    const made = { shared: { has: (key: string) => callersKeys.test(key), truths: new Map() } };
    byAction.set(action, made);
    return made;
  };
}

const alone = {};

/** Finds the first resource of a type that a call must be allowed on. Each type is searched once per call. */
function createOwnerFinder(asks: readonly Ask[]): (type: string | undefined) => Ask | undefined {
  const owners = new Map<string | undefined, Ask | undefined>();
  return (type) => {
    if (!owners.has(type))
      owners.set(
        type,
        asks.find((ask) => isOwner(ask, type)),
      );
    return owners.get(type);
  };
}

function isOwner(ask: Ask, type: string | undefined): boolean {
  return ask.type === type && ask.sort === "required";
}

/** An action other than the call's own has the condition keys of that action's operation. */
function keysOf(action: string, row: OperationRow): readonly string[] {
  if (action === row.action) return row.conditionKeys;
  return findOperation(action.slice("connect:".length))?.conditionKeys ?? [];
}

const resourceTag = "aws:resourcetag/";

/** Returns `undefined` if the owner's account is not known, as for resources of AWS. */
function accountOf({ resource }: Ask, destination: Destination | undefined): string | undefined {
  // A call that is authorized on `*` concerns the resources of its destination's account.
  const account = resource === "*" ? destination?.instance.accountId : resource?.split(":")[4];
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

/**
 * A tag of the question's resource. Without a resource the tag is missing, unless the call creates one with that tag:
 * AWS may already count it ("requests that create a resource with an attached tag"). Tags of a contact are never known:
 * AWS says "authorization is not supported by this tag" (API reference, TagContact), but its reference lists the key.
 */
function sourceOfTag(key: string, { resource, type }: Ask, readSent: () => KeyValue): KeySource {
  if (resource === undefined || type === "contact") return notKnown;
  // Resources that AWS manages have no tags.
  if (resource.split(":")[4] === "aws") return missing;
  if (resource.endsWith("*")) return readSent() === undefined ? missing : notKnown;
  return { kind: "connect", question: resource, key };
}

/**
 * A hierarchy level of the resource if it is a user, else of the call's user: "the only resource that supports
 * hierarchy-based access control is users". The level of a user who is being created is not known.
 */
function sourceOfLevel(
  key: string,
  ask: Ask,
  ownerOf: (type: string | undefined) => Ask | undefined,
): KeySource {
  // A resource whose type is not known may be a user.
  const user = ask.type === "user" ? ask : (ownerOf("user") ?? ownerOf("arn"));
  if (!user) return missing;
  const { resource } = user;
  if (resource === undefined || resource.endsWith("*")) return notKnown;
  return { kind: "connect", question: `${HIERARCHY_OF}${resource}`, key };
}

/** Keys that are a property of a resource of one type: the question's own resource, else the call's. */
export const keyedTypes: ReadonlyMap<string, string> = new Map([
  ["connect:channel", "contact"],
  ["connect:contactassociationid", "contact"],
  ["connect:userarn", "contact"],
  ["connect:flowtype", "contact-flow"],
]);

/** The resource that has the key as a property; `undefined` when there is none, or it is not known. */
function resourceOf(
  key: string,
  ask: Ask,
  ownerOf: (type: string | undefined) => Ask | undefined,
): string | undefined {
  const type = keyedTypes.get(key);
  // If a call names two contacts, each question uses the properties of its own contact.
  const owner = isOwner(ask, type) ? ask : ownerOf(type);
  // A contact or flow that is being created has none of these yet, and its future values are not known.
  return owner?.resource?.endsWith("*") ? undefined : owner?.resource;
}
