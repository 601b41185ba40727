/** What policies say about an action on resources, for every operation that needs it, in every instance. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { type Question, type Reach, reachOf } from "../../../shared/reach/layer-reach.ts";
import { openContexts, unknownCaller } from "../../../shared/reach/open-context.ts";
import { asksOfCaller, narrowAsk } from "../../../shared/reach/operation-asks.ts";
import { joinForms } from "../../../shared/reach/operation-reach.ts";
import type { Codes } from "../../../shared/reach/resource-shape.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";

/** An action, and the resources that the codes match. */
interface ActionQuestion {
  /** In IAM's spelling. */
  readonly action: string;
  readonly resource: Codes;
}

/** Lists the matching asks; empty if no call needs the action on such a resource of a configured instance. */
export function questionsOf({ action, resource }: ActionQuestion, bundle: OpenedBundle): readonly Question[] {
  const ofBundle = known.get(bundle) ?? new Map<string, readonly Question[]>();
  known.set(bundle, ofBundle);
  const key = JSON.stringify([action, resource]);
  const questions = ofBundle.get(key) ?? questionsOnAny({ action, resources: [resource] }, bundle);
  ofBundle.set(key, questions);
  return questions;
}

/** A policy test that says what nobody may do asks twice, and again after each save of the tests. */
const known = new WeakMap<OpenedBundle, Map<string, readonly Question[]>>();

/** The same of resources that any of the codes match. */
export function questionsOnAny(
  { action, resources }: Pick<ActionQuestion, "action"> & { readonly resources: readonly Codes[] },
  bundle: OpenedBundle,
): readonly Question[] {
  return bundle.config.instances.flatMap((instance) => questionsWithin(instance));

  function questionsWithin(instance: ConnectInstance): readonly Question[] {
    return operations()
      .filter((row) => row.refused === undefined)
      .flatMap((row) => {
        const asks = asksOfCaller(row, instance, bundle.config).flatMap((ask) =>
          ask.action === action ? (narrowAsk(ask, resources) ?? []) : [],
        );
        if (asks.length === 0) return [];
        const contextOf = openContexts(unknownCaller, { row, instance });
        return asks.flatMap(({ forms }) =>
          forms.map((form) => ({ action, regions: form.regions, context: contextOf(action, form) })),
        );
      });
  }
}

/** Joins the policies' answers to all of them. */
export function reachOfQuestions(layers: PolicyLayers, questions: readonly Question[]): Reach {
  return joinForms(questions.map((question) => reachOf(layers, question)));
}
