/** What a caller may do with an operation, as text: one word, and what it depends on. */
import { findResourceType } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import type { CompiledStatement } from "../../../shared/policy/evaluate/compile.ts";
import type { OperationAsk } from "../../../shared/reach/operation-asks.ts";
import type { AskReach, OperationReach } from "../../../shared/reach/operation-reach.ts";
import { overlap } from "../../../shared/reach/patterns/automaton.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { type Answer, answerOf } from "./answer.ts";

/** A target that not every call passes. */
interface AskAnswer {
  readonly action: string;
  /** Member path that names the resource, or `*`. */
  readonly source: string;
  readonly types: readonly string[];
  readonly sort: "required" | "referenced";
  /** Whether it is the operation's own action, not an extra one like `connect:TagResource` for tags. */
  readonly isOwn: boolean;
  readonly answer: Answer;
  readonly keys: readonly string[];
  /** Resources of the Allows and of the Denies that may match, as the policies write them. */
  readonly allowedOn: readonly string[];
  readonly deniedOn: readonly string[];
}

interface InstanceAnswer {
  readonly instance: string;
  readonly answer: Answer;
  /** The targets that prevent `always`. */
  readonly limitedBy: readonly AskAnswer[];
}

export interface Miss {
  readonly action: string;
  /** Without instance and account: `agent/*`. */
  readonly resource: string;
  readonly isOwn: boolean;
}

export interface OperationAnswer {
  readonly operation: string;
  readonly answer: Answer;
  readonly keys: readonly string[];
  /** The Denies that refuse every call, as `policy#Sid`. */
  readonly deniedBy: readonly string[];
  /** What no call may do and every call needs, if the operation's own action is allowed on some resource. */
  readonly misses: readonly Miss[];
  readonly instances: readonly InstanceAnswer[];
}

export function summarizeOperation(
  { name }: Pick<OperationRow, "name">,
  reaches: readonly { readonly instance: ConnectInstance; readonly reach: OperationReach }[],
): OperationAnswer {
  const instances = reaches.map(({ instance, reach }): InstanceAnswer => {
    const limitedBy = reach.asks.filter(({ passes }) => !passes.must).map(summarizeAsk);
    return { instance: instance.arn, answer: answerOf(reach.allowed, keysOf(limitedBy)), limitedBy };
  });
  const keys = keysOf(instances.flatMap((each) => (each.answer === "depends" ? each.limitedBy : [])));
  const must = instances.every(({ answer }) => answer === "always");
  const may = instances.some(({ answer }) => answer !== "never");
  const misses = may ? [] : reaches.flatMap(({ reach }) => missesOf(reach.asks));
  const denying = may ? [] : reaches.flatMap(({ reach }) => reach.asks.flatMap(denyingStatements));
  return {
    operation: name,
    answer: answerOf({ must, may }, keys),
    keys: [...keys],
    deniedBy: [...new Set(denying.map(({ name: { policy, sid, index } }) => `${policy}#${sid ?? index}`))],
    misses: [...new Map(misses.map((miss) => [JSON.stringify(miss), miss])).values()],
    instances,
  };
}

function missesOf(asks: readonly AskReach[]): readonly Miss[] {
  const required = asks.filter(({ ask }) => ask.sort === "required");
  if (!required.some(({ ask, passes }) => ask.isOwn && passes.may)) return [];
  const missing = required.filter(({ ask, passes, denied }) => ask.isCertain && !passes.may && !denied.must);
  return missing.map(({ ask: { action, forms, isOwn } }) => {
    const types = [...new Set(forms.map(({ type }) => type))];
    const resource = types.length > 3 ? "its resource" : types.map(nameAll).join(" or ");
    return { action, resource, isOwn };
  });
}

/** `user` → `agent/*`: what follows the instance, or the account, in the ARNs of a type. */
function nameAll(type: string): string {
  const arn = findResourceType(type)?.arn ?? type;
  const name = arn.replace(/^(?:[^:]*:){5}/, "").replace(/^instance\/\$\{\w+\}\/(?=.)/, "");
  return name.replace(/\$\{\w+\}/g, "*");
}

function summarizeAsk({ ask, passes, keys, statements }: AskReach): AskAnswer {
  const resourcesOf = (effect: "Allow" | "Deny") => [
    ...new Set(
      statements
        .filter(({ name }) => name.effect === effect)
        .flatMap(({ source }) => describeResources(source, ask)),
    ),
  ];
  const answer = answerOf(passes, keys);
  return {
    action: ask.action,
    source: ask.source,
    types: [...new Set(ask.forms.map(({ type }) => type))],
    sort: ask.sort,
    isOwn: ask.isOwn,
    answer,
    keys: answer === "depends" ? [...keys] : [],
    allowedOn: resourcesOf("Allow"),
    deniedOn: resourcesOf("Deny"),
  };
}

/** Keeps only the patterns that a resource of the target can match. */
function describeResources(
  { resources }: CompiledStatement["source"],
  { forms }: OperationAsk,
): readonly string[] {
  const regions = forms.flatMap((form) => form.regions);
  const patterns = resources.patterns.filter((pattern) => {
    const codes = resourceCodes(pattern, true) ?? [];
    return regions.some((region) => region.every((each) => overlap(codes, each)));
  });
  return resources.kind === "Resource" ? patterns : [`all but ${patterns.join(", ") || "nothing here"}`];
}

function denyingStatements({ ask, passes, denied, statements }: AskReach): readonly CompiledStatement[] {
  if (passes.may || !denied.must || !ask.isCertain) return [];
  return statements.filter(({ name }) => name.effect === "Deny");
}

function keysOf(asks: readonly AskAnswer[]): ReadonlySet<string> {
  return new Set(asks.flatMap(({ keys }) => keys));
}

/** Says why the answer is not a plain `always` or `never`: `user only on arn:…/agent/*`; nothing if it is. */
export function reasonOf({ answer, keys, deniedBy, misses, instances }: OperationAnswer): string {
  if (answer === "always") return "";
  if (answer === "never" && deniedBy.length > 0) return `denied by ${deniedBy.join(", ")}`;
  if (answer === "never") return misses.length > 0 ? `allowed, but ${describeMisses(misses)}` : "";
  const listed = new Set(
    instances.flatMap(({ limitedBy }) => limitedBy.flatMap((ask) => (isAny(ask) ? [] : ask.deniedOn))),
  );
  const reached = instances.filter((each) => each.answer !== "never");
  const isEverywhere = reached.length === instances.length;
  const isAlike = reached.every((each) => each.answer === "always");
  const reasons = new Set(
    reached.flatMap((each) => (isAlike && !isEverywhere ? [] : reasonsOf(each, reached.length, listed))),
  );
  return [
    ...(isEverywhere ? [] : [`only in ${reached.map(({ instance }) => instance).join(" and ")}`]),
    ...(keys.length > 0 ? [`on ${keys.join(", ")}`] : []),
    ...reasons,
  ].join("; ");
}

/** Formats it as one line: `some     DeleteUser: user only on arn:…/agent/*`. */
export function formatOperation(found: OperationAnswer): string {
  const reason = reasonOf(found);
  return `${found.answer.padEnd(8)} ${found.operation}${reason === "" ? "" : `: ${reason}`}`;
}

/** `not on queue/*; DescribeUser on agent/* is not` */
function describeMisses(misses: readonly Miss[]): string {
  const own = misses.filter(({ isOwn }) => isOwn).map(({ resource }) => resource);
  const others = misses
    .filter(({ isOwn }) => !isOwn)
    .map(({ action, resource }) => `${shortAction(action)} on ${resource}`);
  return [
    ...(own.length > 0 ? [`not on ${own.join(" and ")}`] : []),
    ...(others.length > 0 ? [`${others.join(" and ")} ${others.length > 1 ? "are" : "is"} not`] : []),
  ].join("; ");
}

/** Whether it is an ARN in any member, which does not repeat the Denies of other targets. */
function isAny({ types }: AskAnswer): boolean {
  return types[0] === "arn";
}

function reasonsOf(
  { instance, answer, limitedBy }: InstanceAnswer,
  count: number,
  listed: ReadonlySet<string>,
): readonly string[] {
  if (answer === "always") return count > 1 ? [`in ${instance}`] : [];
  const limiting = limitedBy.filter((ask) => ask.answer === "some" || ask.answer === "never");
  const special = limiting.filter(
    (ask) => !isAny(ask) || !ask.deniedOn.every((pattern) => listed.has(pattern)),
  );
  const described = special.length > 0 ? special : limiting;
  const never = described.filter(({ sort, answer: each }) => sort === "required" && each === "never");
  const others = described.filter((ask) => !never.includes(ask)).map(describeLimit);
  return [...describeNever(never), ...others];
}

/** What no call may have: `not with a contact-flow or a queue`, `not where it needs TagResource`. */
function describeNever(asks: readonly AskAnswer[]): readonly string[] {
  const own = asks.filter(({ isOwn }) => isOwn).map((ask) => `a ${nameTypes(ask)}`);
  const extra = asks.filter(({ isOwn }) => !isOwn).map(({ action }) => shortAction(action));
  return [
    ...(own.length > 0 ? [`not with ${[...new Set(own)].join(" or ")}`] : []),
    ...(extra.length > 0 ? [`not where it needs ${[...new Set(extra)].join(" or ")}`] : []),
  ];
}

function describeLimit(ask: AskAnswer): string {
  const { action, allowedOn, deniedOn, sort, isOwn } = ask;
  if (isAny(ask)) return `not with an ARN of ${deniedOn.join(", ")} in another member`;
  const what = `${nameTypes(ask)}${isOwn ? "" : ` (${shortAction(action)})`}`;
  const isLimited = sort === "required" && allowedOn.some((pattern) => pattern !== "*");
  const only = allowedOn.includes("*") ? "" : " only";
  const on = isLimited ? `${only} on ${allowedOn.join(", ")}` : "";
  return `${what}${on}${deniedOn.length > 0 ? ` not on ${deniedOn.join(", ")}` : ""}`;
}

function nameTypes(ask: AskAnswer): string {
  return ask.types.length > 3 ? "resource" : ask.types.join(" or ");
}

export function shortAction(action: string): string {
  return action.replace(/^connect:/, "");
}
