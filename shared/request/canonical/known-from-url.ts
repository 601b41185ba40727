/**
 * What the URL alone determines of an operation's input. The authorizer's answer must hold for every body, and for
 * every query unless it may depend on the query.
 */
import { isIdentifierMember, sourcesOf } from "../../catalog/identifier-sources.ts";
import { topMember } from "../../catalog/member-path.ts";
import { parseTemplate } from "../route/custom-template.ts";
import type { ConnectInstance, HttpCall, InputValue, OperationInput, RoutedCall } from "../types.ts";
import { canonicalizeInput } from "./canonical-call.ts";
import type { Destination } from "./destination.ts";

/** Top-level members whose values, or whose absence, the method and path determine. */
export interface CertainInput {
  /** The values that are certain. Those from the path are text, not yet checked. */
  readonly input: OperationInput;
  /** Whether the member's value is known: it is in `input`, or it is certainly absent. */
  isCertain(member: string): boolean;
}

export interface CanonicalBeginning extends CertainInput {
  /** Absent while an uncertain member may still name another place. */
  readonly destination?: Destination;
}

/**
 * Returns what method and path determine, in canonical form. Throws as `createCanonicalCall` does.
 *
 * @param query where the answer may depend on it
 */
export function canonicalizeBeginning(
  routed: RoutedCall,
  instances: readonly ConnectInstance[],
  query?: HttpCall["query"],
): CanonicalBeginning {
  const { row } = routed;
  const settled = certainInput(routed);
  const { texts, absent } = readQuery(routed, query);
  const certain = { ...settled.input, ...Object.fromEntries(texts) };
  const isCertain = (member: string) => settled.isCertain(member) || texts.has(member) || absent.has(member);
  const { input, ...destination } = canonicalizeInput(routed, certain, instances);
  const { instances: ids, arns, shared } = sourcesOf(row);
  const mayBeElsewhere = [...ids, ...[...arns, ...shared].map(({ source }) => source)].some(
    (source) => !isCertain(topMember(source)),
  );
  return destination.namesInstance || !mayBeElsewhere
    ? { input, isCertain, destination }
    : { input, isCertain };
}

/**
 * Finds the top-level members that are certain.
 *
 * For Connect's own routes these are the labels; for the RPC form, none. For a custom route they are all members whose
 * template holds only constants and labels, and all members without a template, because nothing else can fill them.
 */
export function certainInput({ row, labels, custom }: RoutedCall): CertainInput {
  const isMember = new Set(row.members.map(({ name }) => name));
  if (!custom) {
    const isCertain = (member: string) => labels.has(member) || !isMember.has(member);
    return { input: Object.fromEntries(labels), isCertain };
  }
  const open = new Set<string>();
  const settled: [string, InputValue][] = [];
  for (const [member, template] of Object.entries(custom.input)) {
    const value = settle(template, custom.labels);
    if (value === undefined) open.add(member);
    else settled.push([member, value]);
  }
  const input: OperationInput = Object.fromEntries(settled);
  return { input, isCertain: (member) => !open.has(member) };
}

/** The value of a template that depends only on constants and labels; `undefined` when it needs the query or body. */
function settle(template: unknown, labels: ReadonlyMap<string, string>): InputValue | undefined {
  if (typeof template === "string") {
    const reference = parseTemplate(template);
    if (!reference) return template;
    return reference.source === "label" ? labels.get(reference.name) : undefined;
  }
  if (typeof template === "number" || typeof template === "boolean" || template === null) return template;
  if (typeof template !== "object") return undefined;
  const inner = Object.entries(template).map(([key, value]) => [key, settle(value, labels)] as const);
  if (inner.some(([, value]) => value === undefined)) return undefined;
  return Array.isArray(template) ? inner.map(([, value]) => value ?? null) : Object.fromEntries(inner);
}

/** Members by name: those whose text is in the query, and those that only the query could hold but does not. */
interface QueryMembers {
  readonly texts: ReadonlyMap<string, string>;
  readonly absent: ReadonlySet<string>;
}

/**
 * Reads the query of a call in Connect's own form; in other forms nothing is certain.
 *
 * Only what is certain without the SDK's schemas counts: identifiers and `ResourceType`, which are texts, and the
 * absence of a parameter. The proxy refuses repeated or unknown parameters.
 */
function readQuery({ row, form }: RoutedCall, query: HttpCall["query"] | undefined): QueryMembers {
  const texts = new Map<string, string>();
  const absent = new Set<string>();
  if (!query || form !== "rest") return { texts, absent };
  for (const { name, place, wireName, required } of row.members) {
    if (place !== "query") continue;
    const [value, second] = query.filter(([key]) => key === wireName).map(([, text]) => text);
    if (value === undefined) {
      // A required parameter that is absent may be an empty list, or a mistake: the proxy decides which.
      if (!required) absent.add(name);
    } else if (second === undefined && (name === "ResourceType" || isIdentifierMember(row, name)))
      texts.set(name, value);
  }
  return { texts, absent };
}
