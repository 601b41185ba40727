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
    const found = findBindings(principal);
    const policiesOf = (wanted: (typeof found)[number]["fit"]) =>
      found.flatMap(({ binding, fit }) => (fit === wanted ? binding.policies : []));
    const boundaries = found.flatMap(({ binding }) => binding.boundary ?? []);
    // A binding that only may match gives nothing: of its policies the Denies count, as of boundaries.
    return {
      attached: named(policiesOf("certain")),
      bounding: named([...policiesOf("perhaps"), ...boundaries, ...bundle.config.guardrails]),
    };
  };
}
