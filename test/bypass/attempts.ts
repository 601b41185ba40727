/**
 * Every identifier of every operation, and for each the requests that spell it in another way.
 */

import { createBundle, openBundle } from "../../shared/bundle/bundle.ts";
import { parseInstanceArn } from "../../shared/bundle/rules/instance-arn.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import type { MemberPlace, OperationRow } from "../../shared/catalog/types.ts";
import { type Caller, decideCall } from "../../shared/decide/authorize.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import type { ConnectInstance, CustomRoute } from "../../shared/request/types.ts";
import { parsePolicy } from "../../tools/authoring/policy/parse.ts";
import { readSdkOperations, type SdkOperation } from "../../tools/catalog/sdk-operations.ts";
import { configuration } from "../bundle/bundle-fixture.ts";
import { instanceArn, makeInput, makeTypedArn, place, withEveryFilter } from "../catalog/synthetic-input.ts";
import { makeWireInput, type WireInput } from "../catalog/wire-input.ts";
import type { ReceivedRequest } from "../functions/recording-connect.ts";
import { httpCallOf, restRequest, rpcRequest, type WireRequest } from "../functions/wire-request.ts";
import { principalOf } from "../identity/principals.ts";
import { arnSpellings, instanceSpellings, rawSegments, spellings, type Verdict } from "./spellings.ts";

const places = { east: place.id, west: "0a0b0c0d-1234-4000-8000-11111bfbfcc2" };

/** The instance that the denied resources are of, and another one. */
export const instances: readonly ConnectInstance[] = [
  instanceArn,
  `arn:aws:connect:us-west-2:123456789012:instance/${places.west}`,
].map((arn) => {
  const instance = parseInstanceArn(arn);
  if (!instance) throw new Error(arn);
  return instance;
});

export const allowAll = { Effect: "Allow", Action: "*", Resource: "*" } as const;
export const caller = principalOf({ groups: ["g"], opaqueClaims: [], carriedClaims: [] });

/** A bundle of both instances whose only policy has the statements. */
export function bundleOf(statements: readonly object[], routes: readonly CustomRoute[] = []) {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const parsed = parsePolicy(text, { name: "p", file: "policies/p.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return createBundle({ ...configuration, instances, routes }, [parsed.document]);
}

const openedAllowAll = openBundle(bundleOf([allowAll]));

/** The questions of a call, with everything allowed. */
function asksOf(row: OperationRow, input: WireInput) {
  const call = httpCallOf(rpcRequest(row, input));
  const schema = findOperationSchema(row.name);
  if (!schema) throw new Error(row.name);
  const decoded = decodeInput(call, { row, labels: new Map(), form: "rpc" }, schema);
  const who: Caller = { bundle: openedAllowAll, principal: caller, call };
  return decideCall(who, createCanonicalCall({ row }, decoded, instances)).asks.map(({ ask }) => ask);
}

/** One identifier in an operation's input. */
export interface IdentifierPlace {
  readonly row: OperationRow;
  /** Top-level member that holds it, and where that travels. */
  readonly member: string;
  readonly place: MemberPlace;
  /** The whole input as JSON, the id among it. */
  readonly text: string;
  readonly id: string;
  /** Resources of the call that are named by the id. */
  readonly resources: readonly string[];
  /** The resource's ARN: its own where the id stands bare, else the one that is the member's value. */
  readonly arn: string;
  readonly isBare: boolean;
}

/** `id-7` of the synthetic input as a UUID, so that its case matters. */
function uuidOf(number: string): string {
  return `0a1b2c3d-0000-4000-8000-${number.padStart(12, "0")}`;
}

const anyUuid = /0a1b2c3d-0000-4000-8000-\d{12}/g;

/** Every operation that is served. */
export const served = readSdkOperations().flatMap((operation) => {
  const row = findOperation(operation.name);
  return row && row.refused === undefined ? [{ name: row.name, row, operation }] : [];
});

/** How many identifiers the schema of an operation has. */
export function countIdentifiers(operation: SdkOperation, row: OperationRow): number {
  const text = JSON.stringify(withEveryFilter(row, makeInput(operation).input));
  return new Set(text.match(/\bid-\d+/g)).size;
}

/** Finds every identifier of an operation; those of a union's other members stand in inputs of their own. */
export function identifierPlaces(operation: SdkOperation, row: OperationRow): IdentifierPlace[] {
  const found = new Map<string, IdentifierPlace>();
  const nested = row.targets.map(({ source }) => source).filter((source) => source.includes("."));
  for (const focus of ["", ...nested]) {
    const input = withEveryFilter(row, makeWireInput(operation, focus));
    const text = JSON.stringify(input).replace(/\bid-(\d+)/g, (_, number: string) => uuidOf(number));
    const ids = [...new Set(text.match(anyUuid))].filter((id) => !found.has(id));
    const asks = ids.length > 0 ? asksOf(row, JSON.parse(text)) : [];
    for (const id of ids) found.set(id, describePlace(row, text, { id, asks }));
  }
  return [...found.values()];
}

function describePlace(
  row: OperationRow,
  text: string,
  { id, asks }: { readonly id: string; readonly asks: ReturnType<typeof asksOf> },
): IdentifierPlace {
  const whole: WireInput = JSON.parse(text);
  const own = asks.filter(({ resource }) => resource?.includes(id));
  const member = Object.keys(whole).find((name) => JSON.stringify(whole[name])?.includes(id)) ?? "";
  const isBare = text.includes(`"${id}"`);
  const value = text.match(/"[^"]*"/g)?.find((each) => each.includes(id)) ?? "";
  const type = own[0]?.type.replace("qualified-", "") ?? "";
  return {
    row,
    member,
    place: row.members.find(({ name }) => name === member)?.place ?? "body",
    text,
    id,
    resources: own.map(({ resource = "" }) => resource),
    arn: isBare ? makeTypedArn(type, id) : value.slice(1, -1),
    isBare,
  };
}

/** A spelled request, and what must become of it. */
export interface Attempt {
  readonly name: string;
  readonly verdict: Verdict;
  readonly request: WireRequest;
  /** The id as it must be received. */
  readonly canonical: string;
}

/** Spells an identifier in every way, on Connect's own route and, where that has it elsewhere, in the body of the RPC form. */
export function attemptsOf(at: IdentifierPlace): Attempt[] {
  const { row, text, id, arn, isBare, place } = at;
  // Where an ARN of any service may stand, it is sent as it stands; test/catalog/named-arns.test.ts denies it.
  const mayBeAnyArn = row.targets.some(({ source, orAnyArn }) => orAnyArn && source.startsWith(at.member));
  const arns = mayBeAnyArn ? [] : arnSpellings(arn, { ...places, isValue: !isBare });
  const values = [
    ...spellings.map(({ name, verdict, spell }) => ({ name, verdict, from: id, to: spell(id) })),
    ...arns.map((each) => ({
      ...each,
      from: isBare ? id : arn,
      to: each.text,
    })),
  ];
  const forms = place === "body" ? [restRequest] : [restRequest, rpcRequest];
  const spelled = forms.flatMap((requestOf) =>
    values.map(({ name, verdict, from, to }) => {
      const input: WireInput = JSON.parse(text.replaceAll(from, JSON.stringify(to).slice(1, -1)));
      return attempt(at, { name: `${requestOf.name}: ${name}`, verdict, to }, requestOf(row, input));
    }),
  );
  return [...spelled, ...rawAttempts(at), ...repeatedAttempts(at), ...wrongTypes(at)];
}

/** A request that spells an identifier, with the verdict that its spelling has at that place. */
export function attempt(
  at: IdentifierPlace,
  { name, verdict, to }: { readonly name: string; readonly verdict: Verdict; readonly to: string },
  request: WireRequest,
): Attempt {
  // Two qualifiers make no id, and an ARN that holds the id twice takes none in its middle.
  const hasOwn = at.row.targets.some(
    ({ source, qualifier }) => source === at.member && qualifier !== undefined,
  );
  const isTwice = at.text.split(at.id).length > 2 && !name.includes("the ARN:");
  if (verdict !== "qualified") return { name, verdict, request, canonical: at.id };
  if (hasOwn || isTwice || /:\d+$/.test(at.arn))
    return { name, verdict: "refused", request, canonical: at.id };
  const qualifier = /(?::|%3a)([$\w-]+)$/i.exec(to)?.[1] ?? "";
  return { name, verdict, request, canonical: `${at.id}:${qualifier}` };
}

function rawAttempts(at: IdentifierPlace): Attempt[] {
  const whole: WireInput = JSON.parse(at.text);
  if (at.place !== "path" || whole[at.member] !== at.id) return [];
  return rawSegments.map(({ name, verdict, spell }) => {
    const to = spell(at.id);
    return attempt(
      at,
      { name: `raw path: ${name}`, verdict, to },
      restRequest(at.row, whole, { [at.member]: to }),
    );
  });
}

/** The id behind, or beside, another value of the same member. */
function repeatedAttempts(at: IdentifierPlace): Attempt[] {
  const { row, member, id } = at;
  const whole: WireInput = JSON.parse(at.text);
  if (whole[member] !== id) return [];
  const refused = (name: string, request: WireRequest) =>
    attempt(at, { name, verdict: "refused", to: id }, request);
  const { body, ...rest } = rpcRequest(row, { ...whole, [member]: "x" });
  const under = (key: string) => ({ ...rest, body: `${body.slice(0, -1)},${JSON.stringify(key)}:"${id}"}` });
  const attempts = [
    refused("rpc: behind another under the same key", under(member)),
    refused("rpc: under a key in capitals", under(member.toUpperCase())),
    refused("rpc: under the key with a space", under(`${member} `)),
  ];
  if (at.place !== "query") return attempts;
  const { query, ...own } = restRequest(row, whole);
  const [key = ""] = Object.entries(query).find(([, all]) => all.includes(id)) ?? [];
  const others = { ...query, [key]: ["x"] };
  return [
    ...attempts,
    refused("query: behind another", { ...own, query: { ...query, [key]: ["x", id] } }),
    refused("query: before another", { ...own, query: { ...query, [key]: [id, "x"] } }),
    refused("query: under a key in capitals", { ...own, query: { ...others, [key.toUpperCase()]: [id] } }),
    refused("query: under an indexed key", { ...own, query: { ...others, [`${key}[]`]: [id] } }),
  ];
}

function wrongTypes(at: IdentifierPlace): Attempt[] {
  const { row, member, id } = at;
  const whole: WireInput = JSON.parse(at.text);
  if (whole[member] !== id) return [];
  const values: readonly (readonly [string, unknown])[] = [
    ["in a list", [id]],
    ["in an object", { Id: id }],
    ["as nothing", null],
    ["as a number", 0],
  ];
  return values.map(([name, value]) =>
    attempt(
      at,
      { name: `rpc: ${name}`, verdict: "refused", to: id },
      rpcRequest(row, { ...whole, [member]: value }),
    ),
  );
}

/** The instance of an operation that names one, as a place of its own. */
export function instancePlace(operation: SdkOperation, row: OperationRow): IdentifierPlace | undefined {
  const member = row.members.find(({ name }) => name === "InstanceId");
  if (!member) return undefined;
  return {
    row,
    member: "InstanceId",
    place: member.place,
    text: JSON.stringify(withEveryFilter(row, makeWireInput(operation))),
    id: places.east,
    resources: [`${instanceArn}*`],
    arn: instanceArn,
    isBare: true,
  };
}

/** Spells the instance that a call names in every way. */
export function instanceAttempts(at: IdentifierPlace): Attempt[] {
  const { row, id, arn } = at;
  const whole: WireInput = JSON.parse(at.text);
  const values = [
    // Only the configured id is an instance: with a qualifier, or spelled otherwise, it is one that is not configured.
    ...spellings.map(({ name, verdict, spell }) => ({ name, verdict, text: spell(id) })),
    ...instanceSpellings(arn, places),
  ];
  const valued = values.map(({ name, verdict, text }): Attempt => {
    const request = restRequest(row, { ...whole, InstanceId: text });
    return { name: `instance: ${name}`, verdict: ofInstance(verdict), request, canonical: id };
  });
  if (at.place !== "path") return valued;
  const raw = rawSegments.map(({ name, verdict, spell }): Attempt => {
    const request = restRequest(row, whole, { InstanceId: spell(id) });
    return { name: `instance, raw path: ${name}`, verdict: ofInstance(verdict), request, canonical: id };
  });
  return [...valued, ...raw];
}

function ofInstance(verdict: Verdict): Verdict {
  return verdict === "same" || verdict === "elsewhere" ? verdict : "refused";
}

/** Tells what became of an attempt from what Connect received of it; `wrong` is what must never be. */
export function verdictOf(
  { canonical }: Attempt,
  { id, arn, isBare }: IdentifierPlace,
  facts: {
    readonly status: number;
    readonly received: readonly ReceivedRequest[];
    readonly baseline: string;
  },
): Verdict | "wrong" {
  const [first, ...more] = facts.received;
  if (!first) return facts.status >= 400 ? "refused" : "wrong";
  if (more.length > 0 || facts.status !== 200) return "wrong";
  const text = textOf(first);
  if (text === facts.baseline.replaceAll(id, canonical)) return canonical === id ? "same" : "qualified";
  return text.toLowerCase().includes(isBare ? id : arn) ? "wrong" : "other";
}

/** A request as text that can be compared, its path decoded. */
export function textOf({ method, path, query, body, headers }: ReceivedRequest): string {
  return JSON.stringify([method, decodeURIComponent(path), query, body, headers]);
}
