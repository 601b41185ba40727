/** What one operation needs, as data: route, actions, their resources, and the policy that grants exactly these. */
import type { DependentActions, OperationRow, TargetSpec } from "../../../shared/catalog/types.ts";
import { type DecidedByUrl, decidedByUrl, isKnownFromUrl, placeOf } from "../decided-by-url.ts";
import { overrides, unlistedOperations } from "../tables/overrides.ts";
import { type GrantPolicy, grantOf } from "./catalog-grant.ts";
import { type ArnPlace, resourceOf } from "./catalog-resource.ts";

/** What the configuration says of every operation. */
export interface CatalogSettings {
  readonly place: ArnPlace;
  readonly dependentActions: DependentActions;
}

export interface CatalogAction {
  readonly action: string;
  /** `always`, or the path of the member that makes it needed. */
  readonly when: string;
}

export interface CatalogTarget {
  readonly action: string;
  readonly sort: TargetSpec["sort"];
  /** ARN with placeholders, or `*`. */
  readonly resource: string;
  /** Member path that names it, or `*`. */
  readonly source: string;
  /** More about it, in words. */
  readonly notes: readonly string[];
  /** Whether the authorizer knows it from the URL. */
  readonly inUrl: boolean;
}

export interface CatalogEntry {
  readonly operation: string;
  readonly route: string;
  /** Why it is not served. Then no policy grants it. */
  readonly refused?: string;
  readonly decidedByUrl: DecidedByUrl;
  readonly actions: readonly CatalogAction[];
  readonly targets: readonly CatalogTarget[];
  readonly conditionKeys: readonly string[];
  /** The reason, if a person decided. */
  readonly reason?: string;
  readonly policy?: GrantPolicy;
}

export function describeOperation(row: OperationRow, settings: CatalogSettings): CatalogEntry {
  const { name, method, uri, members, refused, conditionKeys } = row;
  const extraActions = settings.dependentActions === "required" ? row.extraActions : [];
  const asked = { uri, members, targets: row.targets, extraActions };
  const describe = (action: string, specs: readonly TargetSpec[], when?: string): CatalogTarget[] =>
    specs.map((spec) => ({
      action,
      sort: spec.sort,
      resource: resourceOf(spec, row, settings.place),
      source: spec.source,
      notes: notesOf(spec, row, when),
      inUrl: isKnownFromUrl(spec, asked) && when === undefined,
    }));
  const targets = [
    ...describe(row.action, row.targets),
    ...extraActions.flatMap((extra) => describe(extra.action, extra.targets, whenOf(extra))),
  ];
  const reason = overrides[name]?.reason ?? unlistedOperations[name];
  return {
    operation: name,
    route: `${method} ${uri}`,
    ...(refused === undefined ? {} : { refused }),
    decidedByUrl: decidedByUrl(asked),
    actions: [
      { action: row.action, when: "always" },
      ...extraActions.map((extra) => ({ action: extra.action, when: whenOf(extra) ?? "always" })),
    ],
    targets,
    conditionKeys,
    ...(reason === undefined ? {} : { reason }),
    ...(refused === undefined ? { policy: grantOf(targets) } : {}),
  };
}

function whenOf({ when }: OperationRow["extraActions"][number]): string | undefined {
  return when === "always" ? undefined : when.member;
}

function notesOf(spec: TargetSpec, { members }: OperationRow, when: string | undefined): readonly string[] {
  const { type, source, whenAbsent, types = [], discriminator, alternatives, qualifier } = spec;
  const others = type === "arn" ? types.slice(1) : types;
  return [
    ...(when === undefined ? [] : [`when \`${when}\` is given`]),
    ...(source === "*" ? [] : [placeOf(source, members)]),
    ...(spec.orAnyArn ? ["or an ARN of any service"] : []),
    ...(discriminator ? [`where \`${discriminator.member}\` is ${discriminator.values.join(" or ")}`] : []),
    ...(type === "arn" && types.length === 0 ? ["what follows the account in the ARN itself"] : []),
    ...(others.length > 0 ? [`an ARN there may name ${others.join(" or ")} instead`] : []),
    ...(qualifier === undefined ? [] : [`with \`${qualifier}\` behind it`]),
    ...(alternatives ? [`not needed when \`${alternatives.join("` or `")}\` is given`] : []),
    ...(whenAbsent === "none" && source !== "*" ? ["only if given"] : []),
    ...(whenAbsent === "all" ? ["without it, all resources of the type: `*` in its place"] : []),
  ];
}
