/**
 * Actions that a policy allows although no call can succeed: the operation also needs another action, or the same one on
 * another resource, and none of the caller's policies allows that.
 *
 * Judged over all policies of a binding, since they may grant it together. Only actions that a policy names in full are
 * judged: an author of `connect:Search*` does not mean each of them. Conditions count as true and Denies as absent, so that
 * every finding is certain.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { Configuration } from "../../../../shared/bundle/types.ts";
import type { Issue } from "../../../../shared/errors.ts";
import type { PolicyDocument, PolicyStatement } from "../../../../shared/policy/model/document.ts";
import { ofInstance, type ResourceShape } from "../../../../shared/reach/resource-shape.ts";
import type { Positions } from "../../document/issue-sink.ts";
import { shapesOf } from "../facts/action-facts.ts";
import { type OperationNeeds, operationNeeds } from "../facts/operation-needs.ts";
import { type ResourceJudge, resourceJudge } from "../facts/resource-facts.ts";
import { type ActionMatcher, actionMatcher } from "../statement-actions.ts";

interface Policies {
  readonly documents: readonly PolicyDocument[];
  /** By name, as the parser reports them. */
  readonly positions: ReadonlyMap<string, Positions>;
}

type Need = OperationNeeds["needs"][number];

/** Names of policies that a caller has together. */
type PolicyNames = readonly string[];

/** What no call of an operation is allowed. */
interface Lack {
  readonly operation: string;
  readonly lowerAction: string;
  readonly needs: readonly Need[];
}

/** Checks the grants of all bindings (`incompleteGrant`). */
export function checkGrants(config: Configuration, { documents, positions }: Policies): readonly Issue[] {
  const grants = new Grants(config, documents);
  return documents.flatMap(({ name, file, statements }) =>
    statements.flatMap((statement, at) =>
      namedActions(statement).flatMap(([action, index]): readonly Issue[] => {
        const lack = grants.findLack(name, action);
        if (!lack) return [];
        const path = `Statement[${at}].Action[${index}]`;
        const { line, column } = positions.get(name)?.get(path) ?? statement.start;
        const message = describeLack(lack);
        return [{ severity: "warning", code: "incompleteGrant", file, path, line, column, message }];
      }),
    ),
  );
}

/** The actions that an Allow names without a wildcard, in lower case, and their places. */
function namedActions({ effect, actions }: PolicyStatement): readonly (readonly [string, number])[] {
  if (effect === "Deny" || actions.kind === "NotAction") return [];
  return actions.patterns.flatMap((pattern, index) =>
    /[*?]/.test(pattern) ? [] : [[lowerAscii(pattern), index] as const],
  );
}

/** What the bindings of a configuration allow together. */
class Grants {
  readonly #byAction: ReadonlyMap<string, readonly OperationNeeds[]>;
  readonly #byNeed: ReadonlyMap<string, readonly OperationNeeds[]>;
  readonly #shapesIn: (policy: string, lowerAction: string) => bigint;
  readonly #sets: readonly PolicyNames[];
  readonly #setsWith: ReadonlyMap<string, readonly PolicyNames[]>;
  readonly #combined = new Map<string, readonly PolicyNames[]>();
  readonly #shapes = new Map<string, bigint>();
  readonly #lacks = new Map<PolicyNames, Map<string, Lack | undefined>>();

  constructor(config: Configuration, documents: readonly PolicyDocument[]) {
    const { instances, bindings, dependentActions = "required" } = config;
    const needs = operationNeeds(dependentActions);
    this.#byAction = groupBy(needs, ({ lowerAction }) => [lowerAction]);
    this.#byNeed = groupBy(needs, (each) => new Set(each.needs.map(({ lowerAction }) => lowerAction)));
    const facts = { judge: resourceJudge(instances), matcher: actionMatcher(dependentActions) };
    this.#shapesIn = createShapeFinder(documents, facts);
    const { bound, all } = setsOf(bindings, documents);
    this.#sets = all;
    this.#setsWith = groupBy(bound, (names) => names);
  }

  /** Finds what every binding of a policy lacks for an action that it names; `undefined` if one lacks nothing. */
  findLack(policy: string, lowerAction: string): Lack | undefined {
    const lacks = (this.#setsWith.get(policy) ?? []).map((set) => this.#lackOf(set, lowerAction));
    return lacks.every((lack) => lack !== undefined) ? lacks[0] : undefined;
  }

  #lackOf(set: PolicyNames, lowerAction: string): Lack | undefined {
    const ofSet = this.#lacks.get(set) ?? new Map<string, Lack | undefined>();
    this.#lacks.set(set, ofSet);
    if (!ofSet.has(lowerAction)) ofSet.set(lowerAction, this.#judge(set, lowerAction));
    return ofSet.get(lowerAction);
  }

  #judge(set: PolicyNames, lowerAction: string): Lack | undefined {
    const lacks = this.#lacksOf(set, lowerAction);
    const [first] = lacks;
    if (!first || lacks.some(isNothing) || this.#servesAnother(set, lowerAction)) return undefined;
    const isCompleted = first.needs.every(
      (need) => (this.#combinedShapes(lowerAction, need) & need.shapes) !== 0n,
    );
    return isCompleted ? undefined : first;
  }

  /** For each operation of the action, if the action itself is allowed on a resource of it. */
  #lacksOf(set: PolicyNames, lowerAction: string): readonly Lack[] {
    return (this.#byAction.get(lowerAction) ?? [])
      .filter(({ ownShapes }) => this.#isAllowed(set, lowerAction, ownShapes))
      .map(({ operation, needs }) => ({
        operation,
        lowerAction,
        needs: needs.filter((need) => !this.#isAllowed(set, need.lowerAction, need.shapes)),
      }));
  }

  #isAllowed(set: PolicyNames, lowerAction: string, shapes: bigint): boolean {
    return set.some((name) => (this.#shapesIn(name, lowerAction) & shapes) !== 0n);
  }

  /** Whether the author grants the action for another operation, which needs it too. */
  #servesAnother(set: PolicyNames, lowerAction: string): boolean {
    return (this.#byNeed.get(lowerAction) ?? []).some(
      (each) => each.lowerAction !== lowerAction && this.#isAllowed(set, each.lowerAction, each.ownShapes),
    );
  }

  /**
   * The shapes on which policies that cannot do it alone allow what is needed: they may be made to be combined, since a caller
   * can match several bindings.
   */
  #combinedShapes(lowerAction: string, { lowerAction: needed }: Need): bigint {
    const sets =
      this.#combined.get(lowerAction) ??
      this.#sets.filter((set) => !this.#lacksOf(set, lowerAction).some(isNothing));
    this.#combined.set(lowerAction, sets);
    const key = `${lowerAction} ${needed}`;
    const shapes =
      this.#shapes.get(key) ?? sets.flat().reduce((all, name) => all | this.#shapesIn(name, needed), 0n);
    this.#shapes.set(key, shapes);
    return shapes;
  }
}

function isNothing({ needs }: Lack): boolean {
  return needs.length === 0;
}

/** The policies of each binding; and each that no binding attaches, since it may be attached to single callers. */
function setsOf(bindings: Configuration["bindings"], documents: readonly PolicyDocument[]) {
  const sorted = bindings.map(({ policies }) => [...new Set(policies)].sort());
  const bound: readonly PolicyNames[] = [
    ...new Map(sorted.map((names) => [JSON.stringify(names), names])).values(),
  ];
  const names = new Set(bound.flat());
  const unbound = documents.filter(({ name }) => !names.has(name)).map(({ name }) => [name]);
  return { bound, all: [...bound, ...unbound] };
}

/** Finds the shapes on which a policy's Allows have an action, in the configured instances. */
function createShapeFinder(
  documents: readonly PolicyDocument[],
  { judge, matcher }: { readonly judge: ResourceJudge; readonly matcher: ActionMatcher },
): (policy: string, lowerAction: string) => bigint {
  const byName = new Map(documents.map((document) => [document.name, document]));
  const known = new Map<string, bigint>();
  return (policy, lowerAction) => {
    const key = `${lowerAction} ${policy}`;
    const found = known.get(key) ?? find(byName.get(policy), lowerAction);
    known.set(key, found);
    return found;
  };

  function find(document: PolicyDocument | undefined, lowerAction: string): bigint {
    let shapes = 0n;
    for (const statement of document?.statements ?? []) {
      if (statement.effect === "Deny") continue;
      if (!matcher.matchElement(statement.actions).has(lowerAction)) continue;
      if (statement.resources.kind === "NotResource") return -1n;
      const variables = document?.version === "2012-10-17";
      for (const pattern of statement.resources.patterns) {
        const facts = judge(pattern, variables);
        // What is not judged here is the ARN of another service, or `*`.
        if (facts.isJudged || !pattern.startsWith("arn:")) shapes |= facts.configured;
      }
    }
    return shapes;
  }
}

function groupBy<Item, Key>(
  items: readonly Item[],
  keysOf: (item: Item) => Iterable<Key>,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items)
    for (const key of keysOf(item)) {
      const group = groups.get(key) ?? [];
      group.push(item);
      groups.set(key, group);
    }
  return groups;
}

/** A line with more does not help its reader. */
const maxForms = 3;

function describeLack({ operation, lowerAction, needs }: Lack): string {
  const all = [...groupBy(needs, ({ action }) => [action])].map(([action, same]) => {
    const places = [...new Set(same.map(({ shapes }) => describeResources(shapes)))];
    return `\`${action}\` on ${places.join(" and ")}`;
  });
  const isDependent = needs.every((need) => need.lowerAction !== lowerAction);
  const advice = isDependent
    ? "allow that too, or write `dependentActions: ignored` in authorizer.yaml"
    : "allow that too, or remove this";
  return `no call of \`${operation}\` can succeed: it also needs ${all.join(", and ")}; ${advice}`;
}

function describeResources(mask: bigint): string {
  const forms = shapesOf(mask).map(describeForm);
  return forms.length > maxForms ? "the resource that it is about" : forms.join(" or ");
}

/** `…/agent/*` within an instance, `…:phone-number/*` outside. */
function describeForm({ format }: ResourceShape): string {
  const resource = format.split(":").slice(5).join(":");
  if (`${resource}/` === ofInstance) return "the instance";
  if (format === "*") return "`*`";
  const inInstance = resource.startsWith(ofInstance);
  const rest = inInstance ? resource.slice(ofInstance.length) : resource;
  return `\`…${inInstance ? "/" : ":"}${rest.replaceAll(/\$\{[^}]+\}/g, "*")}\``;
}
