/**
 * The `Resource` and `NotResource` elements: ARN patterns, compared with case.
 *
 * In the first five parts a wildcard stays within its part. The exception is a `*` that ends its part: it may reach
 * beyond the colon. In the resource part wildcards match everything. Partition and service allow no wildcards (IAM User
 * Guide, "IAM JSON policy elements: Resource"). An ARN of fewer than six parts is completed with `*` ("Identify AWS
 * resources with ARNs"). Variables are allowed only in the resource part.
 */
import type { RequestContext } from "../model/context.ts";
import { quote } from "../model/quote.ts";
import { FALSE, not, TRUE, type Truth, UNDECIDED, UNKNOWN } from "../model/unknown.ts";
import {
  ANY,
  ANY_IN_PART,
  compileGlob,
  type Glob,
  literalGlob,
  literalOf,
  literalPrefix,
  matchGlob,
  prefixGlob,
  STAR,
  STAR_IN_PART,
} from "./glob.ts";
import {
  parseTemplate,
  parseWildcards,
  plainCodes,
  substitute,
  type Template,
  type Variable,
} from "./template.ts";
import { splitLiterals, type TextSet } from "./text-set.ts";

/** A glob, or a template if the pattern has variables. */
export type ResourcePattern = {
  /** As written. */
  readonly pattern: string;
  /** The literal characters with which every match begins. */
  readonly prefix: string;
} & (
  | { readonly glob: Glob; readonly template?: undefined }
  | { readonly template: Template; readonly glob?: undefined }
);

export interface CompiledResources {
  readonly negated: boolean;
  /** The result of a `NotResource` pattern whose variable has no value: the one that adds no access. */
  readonly withoutValue: Truth;
  readonly patterns: readonly ResourcePattern[];
  /** The patterns that name one resource. */
  readonly literals: TextSet;
  readonly others: readonly ResourcePattern[];
}

const COLON = 58;
const PARTS = 6;
const NAME = /^[a-z0-9-]+$/;
/** What a region or an account can be, with wildcards; a variable has its own message. */
const REGION = /^[a-z0-9*?-]*$|\$\{/;
const ACCOUNT = /^(?:[0-9*?]*|aws)$|\$\{/;

/** The usual patterns, which need no parsing: an ARN without special characters, or with a star at its end. */
const PLAIN = /^arn(?::[a-z0-9-]+){2}(?::[^:*?$]*){2}:[^*?$]*$/;
const PLAIN_WITH_STAR = /^arn(?::[a-z0-9-]+){2}(?::[^:*?$]*){2}:[^*?$]*\*$/;
/** Wildcards only in the resource part, where they match everything, and nothing that could be a variable. */
const WILD_RESOURCE = /^arn(?::[a-z0-9-]+){2}(?::[^:*?$]*){2}:[^$]*$/;

/** Returns a message if the pattern is invalid. */
export function compileResourcePattern(pattern: string, variables: boolean): ResourcePattern | string {
  if (PLAIN.test(pattern)) return { pattern, prefix: pattern, glob: literalGlob(pattern) };
  if (PLAIN_WITH_STAR.test(pattern)) {
    const prefix = pattern.slice(0, -1);
    return { pattern, prefix, glob: prefixGlob(prefix) };
  }
  if (WILD_RESOURCE.test(pattern)) {
    const glob = compileGlob(parseWildcards(pattern));
    return { pattern, prefix: glob.text, glob };
  }
  if (pattern === "*") return { pattern, prefix: "", glob: prefixGlob("") };
  const problem = findProblem(pattern);
  if (problem !== undefined) return `resource ${quote(pattern)} ${problem}`;
  const parsed = parseTemplate(completeArn(pattern), { variables, wildcards: true });
  if (typeof parsed === "string") return parsed;
  const codes = markParts(parsed.codes);
  if (typeof codes === "string") return `resource ${quote(pattern)} ${codes}`;
  const template: Template = { codes, variables: parsed.variables };
  const prefix = literalPrefix(codes);
  if (template.variables.length > 0) return { pattern, prefix, template };
  return { pattern, prefix, glob: compileGlob(plainCodes(template)) };
}

/** Completes an ARN of fewer than six parts: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`. */
export function completeArn(pattern: string): string {
  return pattern === "*" ? pattern : pattern + ":*".repeat(PARTS - pattern.split(":", PARTS).length);
}

/** Returns a message about what IAM refuses, or what can only be a mistake. */
function findProblem(pattern: string): string | undefined {
  const [prefix, partition, service, ...others] = pattern.split(":", PARTS);
  if (prefix !== "arn" || !partition) return "is not an ARN or `*`";
  if (/[*?]/.test(partition))
    return "has a wildcard in its partition; write `aws`, or `*` for every resource";
  if (service === "") return "has no service; write `connect`";
  if (service !== undefined && /[*?]/.test(service)) {
    return "has a wildcard in its service; write `connect`, or `*` for every resource";
  }
  if (!NAME.test(partition) || (service !== undefined && !NAME.test(service))) {
    return "has a partition or a service that no ARN has; both are small letters, digits and hyphens";
  }
  const [region = "", account = ""] = others;
  if (others.length < PARTS - 3 && !(REGION.test(region) && ACCOUNT.test(account))) {
    return "has fewer than six parts, and a resource before the sixth; write `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`";
  }
  return undefined;
}

/** Marks wildcards that stay within their part; returns a message if the pattern is invalid. */
function markParts(codes: Template["codes"]): Template["codes"] | string {
  const marked: (number | Variable)[] = [];
  let colons = 0;
  for (const [i, code] of codes.entries()) {
    if (colons === 5) {
      marked.push(code);
    } else if (typeof code !== "number") {
      return "has a variable before its fifth colon; variables are allowed in the resource part only";
    } else if (code === STAR) {
      marked.push(codes[i + 1] === COLON ? STAR : STAR_IN_PART);
    } else {
      if (code === COLON) colons++;
      marked.push(code === ANY ? ANY_IN_PART : code);
    }
  }
  return marked;
}

export function compileResources(
  kind: "Resource" | "NotResource",
  effect: "Allow" | "Deny",
  patterns: readonly ResourcePattern[],
): CompiledResources {
  const negated = kind === "NotResource";
  const withoutValue = negated && effect === "Allow" ? TRUE : FALSE;
  return {
    negated,
    withoutValue,
    patterns,
    ...splitLiterals(patterns, ({ glob }) => glob && literalOf(glob)),
  };
}

export function matchResources(
  resources: CompiledResources,
  resource: string | typeof UNKNOWN,
  context: RequestContext,
): Truth {
  let matched: Truth = FALSE;
  if (resource === UNKNOWN) {
    if (resources.literals.size > 0) matched = UNDECIDED;
  } else if (resources.literals.has(resource)) {
    matched = TRUE;
  }
  for (const pattern of resources.others) {
    if (matched === TRUE) break;
    const truth = matchResourcePattern(resources, pattern, resource, context);
    if (truth > matched) matched = truth;
  }
  return resources.negated ? not(matched) : matched;
}

/**
 * A pattern with a variable that has no value matches no resource (IAM User Guide, "Policy variables with no value").
 * Under `NotResource` in an Allow it counts as matching all resources, so that it adds no access.
 */
export function matchResourcePattern(
  resources: CompiledResources,
  pattern: ResourcePattern,
  resource: string | typeof UNKNOWN,
  context: RequestContext,
): Truth {
  if (pattern.template === undefined) return matchOneGlob(pattern.glob, resource);
  if (!resources.negated && resource !== UNKNOWN && !resource.startsWith(pattern.prefix)) return FALSE;
  const codes = substitute(pattern.template, context);
  if (codes === undefined) return resources.withoutValue;
  if (codes === UNKNOWN) return UNDECIDED;
  const glob = globs.get(codes) ?? compileGlob(codes);
  globs.set(codes, glob);
  return matchOneGlob(glob, resource);
}

/** By the identity of the substituted codes. */
const globs = new WeakMap<readonly number[], Glob>();

function matchOneGlob(glob: Glob, resource: string | typeof UNKNOWN): Truth {
  if (glob.kind === "all") return TRUE;
  if (resource === UNKNOWN) return UNDECIDED;
  return matchGlob(glob, resource) ? TRUE : FALSE;
}
