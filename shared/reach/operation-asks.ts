/** Every ask that an operation can have in an instance: `resolveAsks` for a call whose input is unknown. */
import { findResourceType, resourceTypes } from "../catalog/catalog.ts";
import { mayHoldAnyArn } from "../catalog/named-arns.ts";
import type { AskOptions } from "../catalog/targets.ts";
import type { OperationRow, TargetSpec } from "../catalog/types.ts";
import type { ConnectInstance } from "../request/types.ts";
import { overlap } from "./patterns/automaton.ts";
import { resourceCodes } from "./patterns/pattern-codes.ts";
import { replicaTargets } from "./replica-targets.ts";
import type { Region } from "./resource-range.ts";
import { type Codes, createShape, formatOfAll, patternsWithin, withoutVersion } from "./resource-shape.ts";

export interface AskForm {
  /** A key of the resource type table, or `*`. */
  readonly type: string;
  /** Whether it is one resource, and not `<type>/*` or `*`. */
  readonly isNamed: boolean;
  readonly regions: readonly Region[];
}

export interface OperationAsk {
  readonly action: string;
  readonly sort: TargetSpec["sort"];
  /** Member path, or `*`. */
  readonly source: string;
  /** Whether every call of the operation has it. */
  readonly isCertain: boolean;
  /** Whether it is the operation's own action, not an extra one. */
  readonly isOwn: boolean;
  /** All the forms that its resource can have. Never empty. */
  readonly forms: readonly AskForm[];
}

/** Lists the targets that a caller's policies must allow; dependent actions only if the configuration requires them. */
export function asksOfCaller(
  row: OperationRow,
  instance: ConnectInstance,
  { dependentActions }: AskOptions,
): readonly OperationAsk[] {
  const asks = asksWithin(row, instance);
  return dependentActions === "ignored" ? asks.filter(({ isOwn }) => isOwn) : asks;
}

/** Keeps of a target what can be one of the resources; `undefined` if nothing can, or if it need not be allowed. */
export function narrowAsk(ask: OperationAsk, resources: readonly Codes[]): OperationAsk | undefined {
  if (ask.sort !== "required") return undefined;
  const forms = ask.forms.flatMap((form) => {
    const regions = form.regions.flatMap((region) =>
      resources
        .filter((resource) => region.every((codes) => overlap(codes, resource)))
        .map((resource) => [...region, resource]),
    );
    return regions.length === 0 ? [] : [{ ...form, regions }];
  });
  return forms.length === 0 ? undefined : { ...ask, forms };
}

/** Any text of an input may be an ARN, also of another instance or account (`shared/catalog/named-arns.ts`). */
const anyArn: Omit<OperationAsk, "action"> = {
  sort: "referenced",
  source: "any other member",
  isCertain: false,
  isOwn: true,
  forms: [{ type: "arn", isNamed: true, regions: [[Array.from(resourceCodes("*", true) ?? [])]] }],
};

const known = new WeakMap<ConnectInstance, Map<string, readonly OperationAsk[]>>();

/** Lists an operation's targets in an instance, its own action first: all that Connect requires of its caller. */
export function asksWithin(row: OperationRow, instance: ConnectInstance): readonly OperationAsk[] {
  const ofInstance = known.get(instance) ?? new Map<string, readonly OperationAsk[]>();
  known.set(instance, ofInstance);
  const asks = ofInstance.get(row.name) ?? listAsks(row, instance);
  ofInstance.set(row.name, asks);
  return asks;
}

function listAsks(row: OperationRow, instance: ConnectInstance): readonly OperationAsk[] {
  const { action, targets, extraActions } = row;
  return [
    ...targets.flatMap((spec) => toAsks(spec, instance, { action, isAlways: true, isOwn: true })),
    ...replicaTargets(row).flatMap((spec) =>
      toAsks(spec, instance, { action, isAlways: false, isOwn: true }),
    ),
    ...extraActions.flatMap((extra) =>
      extra.targets.flatMap((spec) =>
        toAsks(spec, instance, { action: extra.action, isAlways: extra.when === "always", isOwn: false }),
      ),
    ),
    ...(row.members.some(({ name }) => mayHoldAnyArn(row, name)) ? [{ ...anyArn, action }] : []),
  ];
}

/** A target, and for a version the resource that it is a version of: a Deny on that also applies to it (`shared/catalog/named-target.ts`). */
function toAsks(
  spec: TargetSpec,
  instance: ConnectInstance,
  {
    action,
    isAlways,
    isOwn,
  }: { readonly action: string; readonly isAlways: boolean; readonly isOwn: boolean },
): readonly OperationAsk[] {
  const { sort, source, whenAbsent, alternatives, discriminator } = spec;
  const isCertain =
    isAlways && (source === "*" || (whenAbsent !== "none" && !alternatives && !discriminator));
  const forms = formsOf(spec, instance);
  const ask = { action, sort, source, isCertain, isOwn, forms };
  const unversioned = forms.flatMap(({ type, isNamed }) => {
    const format = findResourceType(type)?.arn ?? "";
    const bare = withoutVersion(format);
    return !isNamed || bare === format ? [] : [{ type, isNamed, regions: regionsOf(bare, instance) }];
  });
  if (unversioned.length === 0) return [ask];
  return [ask, { ...ask, sort: "referenced", isCertain: false, forms: unversioned }];
}

function formsOf(spec: TargetSpec, instance: ConnectInstance): readonly AskForm[] {
  const { type, source, whenAbsent, types } = spec;
  if (type === "*") return [formOf("*", false, instance)];
  if (source === "*") return [formOf(type, false, instance)];
  const names = type === "arn" ? (types ?? typesOfConnect()) : [type, ...(types ?? [])];
  const named = [...new Set(names)].map((name) => formOf(name, true, instance));
  return whenAbsent === "all" ? [...named, formOf(type, false, instance)] : named;
}

function formOf(type: string, isNamed: boolean, instance: ConnectInstance): AskForm {
  const arn = findResourceType(type)?.arn ?? type;
  const format = isNamed || type === "*" ? arn : formatOfAll(arn);
  return { type, isNamed, regions: regionsOf(format, instance) };
}

function regionsOf(format: string, instance: ConnectInstance): readonly Region[] {
  return patternsWithin(createShape(format), instance).map((codes) => [codes]);
}

/** An ARN of any type must still be one of Connect's own (`shared/catalog/named-target.ts`). */
function typesOfConnect(): readonly string[] {
  return resourceTypes()
    .filter(({ arn }) => arn.split(":", 3)[2] === "connect")
    .map(({ name }) => name);
}
