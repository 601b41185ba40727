/** Tests that say what nobody may do: proved for all callers and all calls, by the engine of `who-can`. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { BindingMatch, Configuration } from "../../../shared/bundle/types.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import type { Reach } from "../../../shared/reach/layer-reach.ts";
import type { Codes } from "../../../shared/reach/resource-shape.ts";
import { rolesOf } from "../access/roles.ts";
import { bindingsOf, type Subject } from "../diff/subjects.ts";
import { questionsOf, reachOfQuestions } from "../reach/action-reach.ts";
import type { Answer } from "../reach/answer.ts";

export interface NobodyTest {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** In IAM's spelling. */
  readonly action: string;
  /** As it is written, and what it matches. */
  readonly on: string;
  readonly resource: Codes;
  readonly except?: BindingMatch;
}

/** A role whose callers may do it, or may under some condition. */
export interface Exception {
  readonly role: string;
  readonly answer: Exclude<Answer, "never">;
  /** Condition keys that it depends on, as the policies spell them. */
  readonly keys: readonly string[];
  readonly statements: readonly MatchedStatement[];
}

export interface ProofResult {
  readonly test: NobodyTest;
  readonly holds: boolean;
  readonly exceptions: readonly Exception[];
}

/**
 * Proves a test, or finds the roles that break it.
 *
 * A call is allowed by an Allow of some binding that its caller matches. A caller who has only what that binding asks for has
 * this Allow too, and no Deny or boundary that the first one has not. So it is enough to ask for these callers; and if one of
 * them is excepted, so is everybody else who matches the binding in the same way.
 */
export function proveNobody(test: NobodyTest, bundle: OpenedBundle): ProofResult {
  const { action, resource, except } = test;
  const questions = questionsOf({ action, resource }, bundle);
  // Many callers have the same policies.
  const known = new Map<PolicyLayers, Reach>();
  const exceptions: Exception[] = [];
  for (const [role, callers] of rolesOf(bundle.config, bundle)) {
    const reaches = callers.flatMap(({ subject, layers }): Reach[] => {
      if (!layers || (except && isExcepted(subject, except, bundle.config))) return [];
      const reach = known.get(layers) ?? reachOfQuestions(layers, questions);
      known.set(layers, reach);
      return [reach];
    });
    const found = reaches.find(({ allowed }) => allowed.may);
    if (found) exceptions.push(exceptionOf(role, found));
  }
  return { test, holds: exceptions.length === 0, exceptions };
}

function exceptionOf(role: string, { allowed, keys, statements }: Reach): Exception {
  const answer = allowed.must ? "always" : keys.size > 0 ? "depends" : "some";
  const names = statements.map(({ name }) => name).filter(({ effect }) => effect === "Allow");
  return { role, answer, keys: answer === "depends" ? [...keys] : [], statements: names };
}

/** Whether a call could need the action on such a resource at all. If none does, there is nothing to prove. */
export function canBeAsked(
  { action, resource }: Pick<NobodyTest, "action" | "resource">,
  bundle: OpenedBundle,
): boolean {
  return questionsOf({ action, resource }, bundle).length > 0;
}

function isExcepted(subject: Subject, except: BindingMatch, config: Configuration): boolean {
  const [only, ...others] = config.issuers;
  const issuer = subject.issuer ?? (others.length === 0 ? only?.issuer : undefined);
  const excepted = { ...config, bindings: [{ match: except, policies: [] }] };
  return bindingsOf({ ...subject, issuer }, excepted).length > 0;
}
