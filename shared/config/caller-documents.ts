/**
 * From a principal to the policy documents that hold for it, as they were written: for those who hand them on.
 */
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { CallerDocuments } from "../policy/session-policy.ts";
import { createBindingFinder } from "./binding-layers.ts";
import type { Bundle } from "./types.ts";

/** Creates the function that finds a principal's documents, by the same bindings as its compiled policies. */
export function createDocumentFinder(bundle: Bundle): (principal: VerifiedPrincipal) => CallerDocuments {
  const documents = new Map(bundle.policies.map((document) => [document.name, document]));
  const findBindings = createBindingFinder(bundle.config.bindings);
  const named = (names: readonly string[]) =>
    [...new Set(names)].sort().flatMap((name) => documents.get(name) ?? []);
  return (principal) => {
    const matched = findBindings(principal);
    return {
      attached: named(matched.flatMap(({ policies }) => policies)),
      bounding: named([...matched.flatMap(({ boundary }) => boundary ?? []), ...bundle.config.guardrails]),
    };
  };
}
