/** The actions that the proxy needs: to send every call that can be allowed, and to look up resource properties. */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { isOfInstance, makeArnOfAll, sharedTypes } from "../../../shared/catalog/resource-arn.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { readingOf } from "../../../shared/connect/facts/readings.ts";
import { keyedTypes } from "../../../shared/decide/call-context.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { createReach, type Question } from "../../../shared/reach/layer-reach.ts";
import { openContexts, unknownCaller } from "../../../shared/reach/open-context.ts";
import {
  type AskForm,
  asksOfCaller,
  asksWithin,
  type OperationAsk,
} from "../../../shared/reach/operation-asks.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import { hierarchyLevelOf } from "../../../shared/request/keys/condition-keys.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { counting } from "../../authoring/progress.ts";
import type { WaysAbout } from "../../authoring/reach/ways-about.ts";
import { dependentsElsewhere, withoutResourceType } from "../../catalog/tables/dependent-actions.ts";

/** Action → resource patterns. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>;

export interface InstanceNeeds {
  /** To send calls. */
  readonly calls: Grants;
  /** Of other services, which Connect uses on its caller's behalf. */
  readonly dependents: Grants;
  /** To look up the properties of resources that policies use. */
  readonly lookUps: Grants;
}

/** Whose calls count. */
export interface Callers {
  readonly bundle: OpenedBundle;
  readonly ways: readonly PolicyLayers[];
  readonly waysAbout: WaysAbout;
}

/** Finds what calls to an instance need, never too little: each target passes by some binding, maybe different ones. */
export function needsOf(instance: ConnectInstance, callers: Callers): InstanceNeeds {
  const regions = sharedRegions(instance, callers);
  const calls = new Map<string, Set<string>>();
  const dependents = new Map<string, Set<string>>();
  const lookUps = new Map<string, Set<string>>();
  for (const row of counting(operations(), { doing: "checking", things: "operations" })) {
    const use = row.refused === undefined ? usesOf(row, { instance, regions, callers }) : undefined;
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
 * account's other instances, and those that policies name. A number of any other Region needs a statement that you write yourself.
 */
function sharedRegions(
  { region, partition, accountId }: ConnectInstance,
  { bundle, ways }: Callers,
): readonly string[] {
  const siblings = bundle.config.instances.filter(
    (each) => each.partition === partition && each.accountId === accountId,
  );
  const regions = new Set([region, ...siblings.map((each) => each.region)]);
  for (const { attached } of ways)
    for (const { source } of attached.statements)
      for (const pattern of source.resources.patterns) {
        const [, , , name = "", , resource = ""] = pattern.split(":", 6);
        if (!resource.startsWith("instance/") && /^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(name)) regions.add(name);
      }
  return [...regions];
}

/** A form of resource; of a type that Regions share, one for each Region that a call can name. */
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

interface OperationUse {
  /** Each required target with the forms of resource that it can be allowed on. */
  readonly required: readonly { readonly action: string; readonly forms: readonly PlacedForm[] }[];
  /** Types of resources with properties that policies use and only Connect knows. */
  readonly lookedUp: ReadonlySet<string>;
  /** Whether they depend on a user's place in the hierarchy. */
  readonly asksHierarchy: boolean;
}

/** The actions that look up a user's place in the hierarchy (`shared/connect/facts/readings.ts`), and on what type. */
const hierarchyLookUps = [
  ["connect:DescribeUser", "user"],
  ["connect:DescribeUserHierarchyGroup", "hierarchy-group"],
] as const;

interface Situation {
  readonly instance: ConnectInstance;
  /** Those that the instance shares resources with. */
  readonly regions: readonly string[];
  readonly callers: Callers;
}

/** Finds how an operation can be used; `undefined` if no call of it can be allowed. */
function usesOf(row: OperationRow, { instance, regions, callers }: Situation): OperationUse | undefined {
  const { bundle, waysAbout } = callers;
  const lookedUp = new Set<string>();
  let asksHierarchy = false;
  const contextOf = openContexts(unknownCaller, { row, instance });
  const passing = (ask: OperationAsk): readonly PlacedForm[] =>
    ask.forms
      .flatMap((form) => placeForm(form, instance, regions))
      .filter((form) => {
        const question = { action: ask.action, regions: form.regions, context: contextOf(ask.action, form) };
        const { keys, passes } = answerOf(question, ask.sort, waysAbout(ask.action));
        for (const key of keys) {
          const lowerKey = lowerAscii(key);
          asksHierarchy ||= hierarchyLevelOf(lowerKey) !== undefined;
          const type = lookedUpType(lowerKey, form);
          if (type !== undefined) lookedUp.add(type);
        }
        return passes;
      });
  const uses = asksOfCaller(row, instance, bundle.config).map((ask) => ({ ask, forms: passing(ask) }));
  const required = uses.filter(({ ask, forms }) => ask.sort === "required" && forms.length > 0);
  const isUsable =
    required.some(({ ask }) => ask.isOwn) &&
    uses.every(({ ask, forms }) => !ask.isCertain || forms.length > 0);
  if (!isUsable) return undefined;
  // Callers do not need the dependent actions here, but the proxy does.
  const dependent =
    bundle.config.dependentActions === "ignored"
      ? asksWithin(row, instance).filter(({ isOwn, sort }) => !isOwn && sort === "required")
      : [];
  const granted = [...required.map(({ ask, forms }) => ({ ...ask, forms })), ...dependent];
  return { required: granted.map(({ action, forms }) => ({ action, forms })), lookedUp, asksHierarchy };
}

/** What all ways together say: the keys that any answer depends on, and whether a target passes by some way. */
function answerOf(question: Question, sort: OperationAsk["sort"], ways: readonly PolicyLayers[]) {
  const reachOf = createReach(question);
  const keys = new Set<string>();
  let passes = false;
  for (const layers of ways) {
    const reach = reachOf(layers);
    for (const key of reach.keys) keys.add(key);
    passes ||= sort === "required" ? reach.allowed.may : !reach.denied.must;
  }
  return { keys, passes };
}

function lookedUpType(lowerKey: string, form: AskForm): string | undefined {
  if (!lowerKey.startsWith("aws:resourcetag/")) return keyedTypes.get(lowerKey);
  // Contacts' tags are never looked up (`shared/decide/call-context.ts`). An ARN of any type is looked up like most: by its tags alone.
  return form.type === "contact" ? undefined : form.type === "arn" ? "queue" : form.type;
}

/** The action that looks up a resource's facts; it has the name of its operation. */
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
 * Finds the resource pattern for an action of another service that Connect uses on the caller's behalf: for IAM, the
 * service-linked roles of Connect; for others, all resources, since Connect's reference does not name any.
 */
function placeElsewhere(action: string, { partition, accountId }: ConnectInstance): string {
  return action.startsWith("iam:")
    ? `arn:${partition}:iam::${accountId}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect*`
    : "*";
}

/**
 * Finds the resource patterns for a form of resource.
 *
 * A pattern is an instance with all its resources, not only those of the type: AWS does not document for every action
 * which of them Connect evaluates, but they are always of that instance. Resources without an instance (phone numbers,
 * traffic distribution groups, AWS's own views, resources of other services) are limited by account and Region.
 *
 * @param region of resources that the instance shares with a replica in another Region
 */
function placesOf(
  { type, isNamed }: Pick<AskForm, "type" | "isNamed">,
  instance: ConnectInstance,
  region = instance.region,
): readonly string[] {
  if (type === "*") return ["*"];
  // The resource for tags of an instance that is being created is literally `instance/*`. A wildcard would match every
  // instance.
  if (type === "instance" && !isNamed) return [makeArnOfAll(type, instance).replace(/\*$/, "$${*}")];
  if (type === "instance" || isOfInstance(type)) return [instance.arn, `${instance.arn}/*`];
  return [makeArnOfAll(type, { ...instance, region })];
}
