/**
 * What the proxy itself must be allowed to do at Connect, so that it can send every call that the configuration can
 * allow and look up what the policies ask of resources.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { isOfInstance, makeArnOfAll, sharedTypes } from "../../../shared/catalog/resource-arn.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { readingOf } from "../../../shared/connect/facts/readings.ts";
import { keyedTypes } from "../../../shared/decide/call-context.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { hierarchyLevelOf } from "../../../shared/request/keys/condition-keys.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { resourceCodes } from "../../authoring/patterns/pattern-codes.ts";
import { dependentsElsewhere, withoutResourceType } from "../../catalog/tables/dependent-actions.ts";
import { reachOf } from "../reach/layer-reach.ts";
import { anybody, openContexts } from "../reach/open-context.ts";
import { type AskForm, asksOfCaller, asksWithin, type OperationAsk } from "../reach/operation-asks.ts";

/** Action → resource patterns. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>;

/** What the proxy needs in one instance. */
export interface InstanceNeeds {
  /** To send calls. */
  readonly calls: Grants;
  /** Of other services, which Connect uses on its caller's behalf. */
  readonly dependents: Grants;
  /** To look up what the policies ask of resources. */
  readonly lookUps: Grants;
}

/** Whose calls count. */
export interface Callers {
  readonly bundle: OpenedBundle;
  /** The policies of each binding. */
  readonly ways: readonly PolicyLayers[];
}

/**
 * Finds what the calls to an instance need. Never too little: an operation is usable when each of its targets can pass
 * by some binding, not all by the same, since a caller may match several.
 */
export function needsOf(instance: ConnectInstance, callers: Callers): InstanceNeeds {
  const regions = sharedRegions(instance, callers);
  const calls = new Map<string, Set<string>>();
  const dependents = new Map<string, Set<string>>();
  const lookUps = new Map<string, Set<string>>();
  for (const row of operations()) {
    const use = row.refused === undefined ? usesOf(row, instance, callers) : undefined;
    if (!use) continue;
    for (const { action, forms } of use.required) {
      for (const form of forms) grow(calls, action, placesOf(form, instance, form.region));
      if (withoutResourceType.has(action.slice("connect:".length))) grow(calls, action, ["*"]);
    }
    for (const type of use.lookedUp)
      for (const region of sharedTypes.has(type) ? regions : [instance.region])
        grow(lookUps, lookUpActionOf(type), placesOf({ type, isNamed: true }, instance, region));
    for (const [action, type] of use.asksHierarchy ? hierarchyLookUps : [])
      grow(lookUps, action, placesOf({ type, isNamed: true }, instance, instance.region));
  }
  for (const action of new Set([...calls.keys(), ...lookUps.keys()]))
    for (const each of dependentsElsewhere(action.slice("connect:".length)))
      grow(dependents, each, [placeElsewhere(each, instance)]);
  return { calls, dependents, lookUps };
}

/**
 * The Regions whose phone numbers and traffic distribution groups calls to an instance can name: its own, those of the
 * account's other instances, and those that policies name. A number of any other Region needs a line of your own.
 */
function sharedRegions(
  { region, partition, accountId }: ConnectInstance,
  { bundle, ways }: Callers,
): readonly string[] {
  const siblings = bundle.config.instances.filter(
    (each) => each.partition === partition && each.accountId === accountId,
  );
  const patterns = ways.flatMap((way) =>
    way.attached.statements.flatMap(({ source }) => source.resources.patterns),
  );
  const written = patterns
    .map((pattern) => pattern.split(":"))
    .filter(([, , , , , resource = ""]) => !resource.startsWith("instance/"))
    .map(([, , , name = ""]) => name)
    .filter((name) => /^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(name));
  return [...new Set([region, ...siblings.map((each) => each.region), ...written])];
}

/** A form of resource, of what two Regions share one for each Region that may be named. */
interface PlacedForm extends AskForm {
  readonly region?: string;
}

function placeForm(
  form: AskForm,
  { partition }: ConnectInstance,
  regions: readonly string[],
): readonly PlacedForm[] {
  if (!form.isNamed || !sharedTypes.has(form.type)) return [form];
  return regions.map((region) => {
    const there = resourceCodes(`arn:${partition}:connect:${region}:*:*`, false);
    return {
      ...form,
      region,
      regions: form.regions.map((codes) => [...codes, ...(there ? [Array.from(there)] : [])]),
    };
  });
}

/** How a usable operation is used. */
interface OperationUse {
  /** Each required target with the forms of resource that it can be allowed on. */
  readonly required: readonly { readonly action: string; readonly forms: readonly PlacedForm[] }[];
  /** Types of the resources that the policies ask something of that only Connect knows. */
  readonly lookedUp: ReadonlySet<string>;
  /** Whether they depend on a user's place in the hierarchy. */
  readonly asksHierarchy: boolean;
}

/** The actions that look up a user's place in the hierarchy (`shared/connect/facts/readings.ts`), and on what type. */
const hierarchyLookUps = [
  ["connect:DescribeUser", "user"],
  ["connect:DescribeUserHierarchyGroup", "hierarchy-group"],
] as const;

/** Says how an operation can be used; `undefined` when no call of it can be allowed. */
export function usesOf(
  row: OperationRow,
  instance: ConnectInstance,
  callers: Callers,
): OperationUse | undefined {
  const { bundle, ways } = callers;
  const shared = sharedRegions(instance, callers);
  const lookedUp = new Set<string>();
  let asksHierarchy = false;
  const contextOf = openContexts(anybody, { row, instance, bundle });
  const passing = (ask: OperationAsk): readonly PlacedForm[] =>
    ask.forms
      .flatMap((form) => placeForm(form, instance, shared))
      .filter((form) => {
        const context = contextOf(ask.action, form);
        const reaches = ways.map((layers) =>
          reachOf(layers, { action: ask.action, regions: form.regions, context }),
        );
        for (const key of reaches.flatMap(({ keys }) => [...keys])) {
          const lowerKey = lowerAscii(key);
          asksHierarchy ||= hierarchyLevelOf(lowerKey) !== undefined;
          const type = lookedUpType(lowerKey, form);
          if (type !== undefined) lookedUp.add(type);
        }
        return reaches.some(({ allowed, denied }) => (ask.sort === "required" ? allowed.may : !denied.must));
      });
  const uses = asksOfCaller(row, instance, bundle.config).map((ask) => ({ ask, forms: passing(ask) }));
  const required = uses.filter(({ ask, forms }) => ask.sort === "required" && forms.length > 0);
  const isUsable =
    required.some(({ ask }) => ask.isOwn) &&
    uses.every(({ ask, forms }) => !ask.isCertain || forms.length > 0);
  if (!isUsable) return undefined;
  // What callers need not be allowed besides, Connect asks of the proxy all the same.
  const dependent =
    bundle.config.dependentActions === "ignored"
      ? asksWithin(row, instance).filter(({ isOwn, sort }) => !isOwn && sort === "required")
      : [];
  const granted = [...required.map(({ ask, forms }) => ({ ...ask, forms })), ...dependent];
  return { required: granted.map(({ action, forms }) => ({ action, forms })), lookedUp, asksHierarchy };
}

function lookedUpType(lowerKey: string, form: AskForm): string | undefined {
  if (!lowerKey.startsWith("aws:resourcetag/")) return keyedTypes.get(lowerKey);
  // Contacts' tags are never looked up (`shared/decide/call-context.ts`). An ARN of any type is looked up like most: by its tags alone.
  return form.type === "contact" ? undefined : form.type === "arn" ? "queue" : form.type;
}

/** The action of the operation that tells a resource's facts; these have the operation's name. */
function lookUpActionOf(type: string): string {
  const arn = { text: "", partition: "", region: "", accountId: "", instanceId: "", type, id: "" };
  return `connect:${readingOf(arn, "").operation}`;
}

function grow(grants: Map<string, Set<string>>, action: string, resources: readonly string[]): void {
  const known = grants.get(action) ?? new Set();
  for (const resource of resources) known.add(resource);
  grants.set(action, known);
}

/**
 * Gives the resource pattern for an action of another service that Connect uses on the caller's behalf: for IAM, the
 * service-linked roles of Connect; for any other, all resources of the service, since Connect's reference names none.
 */
function placeElsewhere(action: string, { partition, accountId }: ConnectInstance): string {
  return action.startsWith("iam:")
    ? `arn:${partition}:iam::${accountId}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect*`
    : "*";
}

/**
 * Gives the resource patterns for a form of resource.
 *
 * An instance and its resources go together and the type does not narrow them: which of an instance's resources Connect
 * evaluates for an action is not documented for all, while it is sure that they are of that instance. What has no
 * instance (phone numbers, traffic distribution groups, AWS's own views, resources of other services) is bounded by
 * account and region.
 *
 * @param region of what the instance shares with a replica in another Region
 */
function placesOf(
  { type, isNamed }: Pick<AskForm, "type" | "isNamed">,
  instance: ConnectInstance,
  region = instance.region,
): readonly string[] {
  if (type === "*") return ["*"];
  // Tags of an instance that is being created are asked on `instance/*`, literally: any other wildcard would be about
  // every instance there is.
  if (type === "instance" && !isNamed) return [makeArnOfAll(type, instance).replace(/\*$/, "$${*}")];
  if (type === "instance" || isOfInstance(type)) return [instance.arn, `${instance.arn}/*`];
  return [makeArnOfAll(type, { ...instance, region })];
}
