/** Statements without everything that does not affect decisions: name, file, place, order, spelling of keys. */
import type { PolicyDocument, PolicyStatement } from "../../../shared/policy/model/document.ts";
import {
  compileResourcePattern,
  type ResourcePattern,
} from "../../../shared/policy/pattern/resource-pattern.ts";
import type { Template } from "../../../shared/policy/pattern/template.ts";
import { type Term, termsOf, textOfTerms } from "../../../shared/reach/implication/term.ts";
import type { Codes } from "../../../shared/reach/patterns/automaton.ts";
import { globCodes, templateCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import { type ActionMatcher, actionMatcher } from "../lint/statement-actions.ts";

export interface NormalPattern {
  /** Equal for equal patterns; a text with a dollar sign differs between versions with and without variables. */
  readonly key: string;
  readonly text: string;
  /** Made when they are needed: most statements are the same before and after. */
  readonly codes: Codes;
  /** Only of a pattern with policy variables: what it matches depends on the request. */
  readonly template?: Template;
}

export interface NormalStatement {
  /** Equal for statements that decide alike. */
  readonly key: string;
  readonly effect: "Allow" | "Deny";
  /** Names of Amazon Connect's actions, in IAM's spelling. */
  readonly actions: ReadonlySet<string>;
  readonly isNegated: boolean;
  readonly patterns: readonly NormalPattern[];
  /** All must hold. */
  readonly terms: readonly Term[];
}

const known = new WeakMap<PolicyDocument, readonly NormalStatement[]>();

export function normalizeStatements(document: PolicyDocument): readonly NormalStatement[] {
  const statements = known.get(document) ?? normalizeAll(document);
  known.set(document, statements);
  return statements;
}

function normalizeAll(document: PolicyDocument): readonly NormalStatement[] {
  // The actions are the same whether or not dependent ones are checked.
  const matcher = actionMatcher("required");
  const variables = document.version === "2012-10-17";
  return document.statements.map((statement) => normalize(statement, variables, matcher));
}

function normalize(statement: PolicyStatement, variables: boolean, matcher: ActionMatcher): NormalStatement {
  const { effect, actions, resources } = statement;
  const named = matcher.matchElement(actions).actions.map(({ name }) => name);
  const patterns = sortedTexts(resources.patterns).map((text) => normalPattern(text, variables));
  const terms = termsOf(statement, variables);
  return {
    key: JSON.stringify([
      effect,
      sortedTexts(named),
      resources.kind,
      patterns.map(({ key }) => key),
      textOfTerms(terms),
    ]),
    effect,
    actions: new Set(named),
    isNegated: resources.kind === "NotResource",
    patterns,
    terms,
  };
}

function normalPattern(text: string, variables: boolean): NormalPattern {
  const isRead = variables && text.includes("${");
  const { template } = isRead ? compile(text, variables) : {};
  let codes: Codes | undefined;
  return {
    key: `${isRead ? "read" : "plain"} ${text}`,
    text,
    get codes() {
      codes ??= codesOf(compile(text, variables));
      return codes;
    },
    ...(template ? { template } : {}),
  };
}

function compile(text: string, variables: boolean): ResourcePattern {
  const compiled = compileResourcePattern(text, variables);
  // The bundle was compiled before: there is no pattern that cannot be read.
  if (typeof compiled === "string") throw new TypeError(compiled);
  return compiled;
}

function codesOf({ template, glob }: ResourcePattern): Codes {
  return template ? templateCodes(template) : globCodes(glob);
}

function sortedTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
