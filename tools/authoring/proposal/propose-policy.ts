/** The smallest policy that allows recorded calls, and nothing else unless `--generalize` says so. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { matchGlob } from "../../../shared/policy/pattern/glob.ts";
import {
  compileResourcePattern,
  type ResourcePattern,
} from "../../../shared/policy/pattern/resource-pattern.ts";
import { overlap } from "../../../shared/reach/patterns/automaton.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import { lintFacts } from "../lint/facts/action-facts.ts";
import { type Generalization, generalize } from "./generalize.ts";

/** An action that is needed on a resource. */
export interface Grant {
  readonly action: string;
  /** An ARN, `<type>/*` or `*`. */
  readonly resource: string;
}

interface ProposedStatement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A proposal, in IAM's own form. */
export interface ProposedPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly ProposedStatement[];
}

/** Action → the resources that calls needed it on. Nothing else of the calls is kept. */
export class AskedResources {
  readonly #resources = new Map<string, Set<string>>();

  add({ action, resource }: Grant): void {
    const known = this.#resources.get(action);
    if (known) known.add(resource);
    else this.#resources.set(action, new Set([resource]));
  }

  get(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#resources;
  }
}

/** Proposes a policy that allows all the calls, and would not without any of its statements, actions or resources. */
export function proposePolicy(asked: AskedResources, generalization?: Generalization): ProposedPolicy {
  const byResources = new Map<string, string[]>();
  for (const [action, resources] of asked.get()) {
    const patterns = leastPatterns(action, resources, generalization);
    const key = JSON.stringify(patterns);
    byResources.set(key, [...(byResources.get(key) ?? []), action]);
  }
  const statements = [...byResources].map(
    ([resources, actions]): ProposedStatement => ({
      Effect: "Allow",
      Action: actions.sort(),
      Resource: JSON.parse(resources),
    }),
  );
  statements.sort((a, b) => ((a.Action[0] ?? "") < (b.Action[0] ?? "") ? -1 : 1));
  return { Version: "2012-10-17", Statement: statements };
}

/** The patterns for the resources of one action; no pattern is covered by the others. */
function leastPatterns(
  action: string,
  resources: ReadonlySet<string>,
  generalization: Generalization | undefined,
): readonly string[] {
  const literal = new Map<string, string>();
  const wide = new Map<string, ResourcePattern>();
  for (const resource of resources) {
    const text = generalization ? generalize(resource, generalization) : exactPattern(action, resource);
    const pattern = compile(text);
    if (pattern.glob?.kind === "literal") literal.set(text, resource);
    else wide.set(text, pattern);
  }
  dropNeedless(wide, resources);
  const alone = [...literal].filter(([, resource]) => !isMatched(resource, wide));
  return [...alone.map(([text]) => text), ...wide.keys()].sort();
}

/** Each pattern must be the only one for some resource. */
function dropNeedless(patterns: Map<string, ResourcePattern>, resources: ReadonlySet<string>): void {
  for (const [text, pattern] of [...patterns]) {
    patterns.delete(text);
    if ([...resources].some((resource) => matches(pattern, resource) && !isMatched(resource, patterns)))
      patterns.set(text, pattern);
  }
}

function isMatched(resource: string, patterns: ReadonlyMap<string, ResourcePattern>): boolean {
  return [...patterns.values()].some((pattern) => matches(pattern, resource));
}

/**
 * The pattern for exactly one resource. For all resources of a type, `<type>/*`, it is the same text if the action has no
 * other resources that match, as with creates. Otherwise the star is literal, `${*}`, since a wildcard would also allow the
 * action on each single resource.
 */
function exactPattern(action: string, resource: string): string {
  if (!resource.endsWith("/*")) return resource;
  const { actions, shapes } = lintFacts();
  const required = actions.required.get(lowerAscii(action))?.required ?? 0n;
  const codes = codesOf(resource);
  const literal = `${resource.slice(0, -1)}$\{*}`;
  const own = codesOf(literal);
  const matched = shapes.filter(
    ({ patterns }, index) =>
      (required & (1n << BigInt(index))) !== 0n &&
      patterns.some((shape) => overlap(codes, shape) && !overlap(own, shape)),
  );
  return matched.length === 0 ? resource : literal;
}

function compile(text: string): ResourcePattern {
  const pattern = compileResourcePattern(text, true);
  // INVARIANT: a resource is an ARN or `*` (`recorded-call.ts`), and so is what it is generalized to.
  if (typeof pattern === "string") throw new TypeError(pattern);
  return pattern;
}

function codesOf(text: string): ArrayLike<number> {
  return resourceCodes(text, true) ?? [];
}

function matches({ glob }: ResourcePattern, resource: string): boolean {
  return glob !== undefined && matchGlob(glob, resource);
}
