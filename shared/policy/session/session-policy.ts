/**
 * Writes a caller's policies as a session policy of AWS STS, so that AWS enforces them a second time.
 *
 * A session policy only narrows, so it must never refuse what the caller's policies allow. It is therefore _weaker_: an
 * Allow loses its conditions, which AWS cannot evaluate as we do. A Deny is kept only if it can be written exactly and
 * without conditions. A policy that is too long is replaced, step by step, by a simpler one.
 */

import type { RequestContext } from "../model/context.ts";
import type { PolicyDocument, PolicyStatement } from "../model/document.ts";
import { rewriteAction, rewriteResource, type SessionPattern } from "./session-pattern.ts";

export interface CallerDocuments {
  /** Their Allows are the most that the caller may do. */
  readonly attached: readonly PolicyDocument[];
  /** Boundaries and guardrails: only their Denies count. */
  readonly bounding: readonly PolicyDocument[];
}

export interface SessionPolicyOptions {
  /** The service of the policies, `connect`. Only the role limits actions of other services. */
  readonly service: string;
  readonly instanceArn: string;
  /** The caller's keys, by lower-case name; keys that may change from call to call must be unknown. */
  readonly keys: RequestContext;
}

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
}

/** In characters (STS API reference, AssumeRole, `Policy`). */
const maxLength = 2_048;
/** Policies with more statements are not tried: they would not fit, and this runs for every call. */
const maxStatements = 200;

/**
 * Returns the session policies to try, the most precise first. Each allows everything that the caller's policies allow
 * of the service in the instance. The last one always fits.
 */
export function sessionPoliciesOf(
  documents: CallerDocuments,
  options: SessionPolicyOptions,
): readonly string[] {
  const coarse = [...coarseAllows(options), otherServices(options)];
  const { attached, bounding } = documents;
  const count = [...attached, ...bounding].reduce((sum, { statements }) => sum + statements.length, 0);
  if (count > maxStatements) return [write(coarse)];
  const allows = attached.flatMap((document) => weaken(document, "Allow", options));
  const denies = [...attached, ...bounding].flatMap((document) => weaken(document, "Deny", options));
  const precise = write([...merge(allows), ...merge(denies), otherServices(options)]);
  const simpler = write([...merge(denies), ...coarse]);
  const best = [precise, simpler].find((text) => text.length <= maxLength);
  // STS may still refuse the first: its packed form has its own limit. Then the last one is tried.
  return [...new Set([best ?? write(coarse), write(coarse)])];
}

/** Everything in the instance, and outside of any instance. A create is authorized on `instance/*`, literally. */
function coarseAllows({ service, instanceArn }: SessionPolicyOptions): Statement[] {
  const partition = instanceArn.split(":").slice(0, 2).join(":");
  const Action = [`${service}:*`];
  const anew = `${instanceArn.slice(0, instanceArn.lastIndexOf("/"))}/\${*}`;
  return [
    { Effect: "Allow", Action, Resource: [instanceArn, `${instanceArn}/*`, anew] },
    { Effect: "Allow", Action, NotResource: [`${partition}:${service}:*:*:instance/*`] },
  ];
}

/** Allows actions of other services: the caller's policies say nothing about them. */
function otherServices({ service }: SessionPolicyOptions): Statement {
  return { Effect: "Allow", NotAction: [`${service}:*`], Resource: ["*"] };
}

function weaken(
  { statements, version }: PolicyDocument,
  effect: "Allow" | "Deny",
  options: SessionPolicyOptions,
): Statement[] {
  return statements
    .filter((statement) => statement.effect === effect)
    .flatMap((statement) => {
      const facts = { ...options, variables: version === "2012-10-17" };
      return (effect === "Allow" ? allowAtLeast(statement, facts) : denyExactly(statement, facts)) ?? [];
    });
}

type Facts = SessionPolicyOptions & { readonly variables: boolean };

/** Allows at least as much as the original; `undefined` if that allows nothing. */
function allowAtLeast({ actions, resources }: PolicyStatement, facts: Facts): Statement | undefined {
  const named = actions.patterns.flatMap((pattern) => rewriteAction(pattern, facts.service) ?? []);
  const about = resources.patterns.flatMap(
    (pattern) => rewriteResource(pattern, facts.keys, facts.variables) ?? [],
  );
  const whole: Pick<Statement, "Action"> = { Action: [`${facts.service}:*`] };
  const everywhere: Pick<Statement, "Resource"> = { Resource: ["*"] };
  const what =
    actions.kind === "Action" ? { Action: texts(named) } : (excluding(named, "NotAction") ?? whole);
  const where =
    resources.kind === "Resource"
      ? { Resource: texts(about) }
      : (excluding(about, "NotResource") ?? everywhere);
  const isEmpty = [...Object.values(what), ...Object.values(where)].some((list) => list.length === 0);
  return isEmpty ? undefined : { Effect: "Allow", ...what, ...where };
}

/** Excludes only what is excluded exactly; `undefined` if nothing is left to exclude. */
function excluding<Name extends string>(
  patterns: readonly SessionPattern[],
  name: Name,
): { readonly [Key in Name]: readonly string[] } | undefined {
  const exact = texts(patterns.filter(({ isExact }) => isExact));
  return exact.length === 0 ? undefined : ({ [name]: exact } as { [Key in Name]: readonly string[] });
}

/** Denies exactly what the original denies; `undefined` if AWS cannot express it. */
function denyExactly(
  { actions, resources, conditions }: PolicyStatement,
  facts: Facts,
): Statement | undefined {
  // `NotAction` would deny actions of other services too.
  if (conditions.length > 0 || actions.kind === "NotAction") return undefined;
  const named = actions.patterns.flatMap((pattern) => rewriteAction(pattern, facts.service) ?? []);
  const about = resources.patterns.map((pattern) => rewriteResource(pattern, facts.keys, facts.variables));
  const known = about.flatMap((pattern) => pattern ?? []);
  const isExact = [...named, ...known].every((pattern) => pattern.isExact);
  const isWhole = resources.kind === "Resource" || known.length === about.length;
  if (!isExact || !isWhole || named.length === 0 || known.length === 0) return undefined;
  return { Effect: "Deny", Action: texts(named), [resources.kind]: texts(known) };
}

function texts(patterns: readonly SessionPattern[]): readonly string[] {
  return unique(patterns.map(({ text }) => text));
}

/** Joins statements about the same resources, and removes what another statement already says. */
function merge(statements: readonly Statement[]): readonly Statement[] {
  const merged = new Map<string, Statement>();
  for (const statement of statements) {
    const { Action, ...rest } = statement;
    const key = JSON.stringify(rest);
    const actions = Action && [...(merged.get(key)?.Action ?? []), ...Action];
    merged.set(key, actions ? { ...statement, Action: unique(actions) } : statement);
  }
  const all = [...merged.values()];
  const covering = all.find(({ Action, Resource }) => isAll(Action) && isAll(Resource));
  return covering ? [covering] : all;
}

/** Sorted, without repetition; a pattern that matches everything replaces the others. */
function unique(texts: readonly string[]): readonly string[] {
  const all = [...new Set(texts)].sort();
  const every = all.find((text) => isAll([text]));
  return every === undefined ? all : [every];
}

/** Whether a list is one pattern that matches all resources, or all actions of a service. */
function isAll(list: readonly string[] | undefined): boolean {
  return list?.length === 1 && /^(?:[a-z0-9-]+:)?\*$/.test(list.join());
}

/** Compact JSON in ASCII, which STS requires; a list of one is written as the text itself. */
function write(statements: readonly Statement[]): string {
  const json = JSON.stringify({ Version: "2012-10-17", Statement: statements }, (_key, value: unknown) => {
    const [first, ...others]: unknown[] = Array.isArray(value) ? value : [];
    return typeof first === "string" && others.length === 0 ? first : value;
  });
  return json.replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
