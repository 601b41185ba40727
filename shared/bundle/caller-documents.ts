/**
 * From a principal to the policy documents that hold for it, as they were written: for those who hand them on.
 */
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { PolicyDocument } from "../policy/model/document.ts";
import type { CallerDocuments } from "../policy/session/session-policy.ts";
import type { Attachments } from "./attachments.ts";
import { createBindingFinder } from "./binding-layers.ts";
import type { Bundle } from "./types.ts";

/** Creates the function that finds a principal's documents, by the same bindings as its compiled policies. */
export function createDocumentFinder(
  bundle: Bundle,
): (principal: VerifiedPrincipal, attachments?: Attachments) => CallerDocuments {
  const documents = new Map(bundle.policies.map((document) => [document.name, document]));
  const findBindings = createBindingFinder(bundle.config.bindings);
  const named = (names: readonly string[]) =>
    [...new Set(names)].sort().flatMap((name) => documents.get(name) ?? []);
  return (principal, attachments) => {
    const found = findBindings(principal);
    const policiesOf = (wanted: (typeof found)[number]["fit"]) =>
      found.flatMap(({ binding, fit }) => (fit === wanted ? binding.policies : []));
    const boundaries = found.flatMap(({ binding }) => binding.boundary ?? []);
    // A binding that only may match gives nothing: of its policies the Denies count, as of boundaries.
    return {
      attached: [...named(policiesOf("certain")), ...named(attachments?.policies ?? []).map(onlyAllows)],
      bounding: named([...policiesOf("perhaps"), ...boundaries, ...bundle.config.guardrails]),
    };
  };
}

/** What is attached to one principal takes nothing away from what the bindings give: its Denies are not for AWS. */
function onlyAllows(document: PolicyDocument): PolicyDocument {
  return { ...document, statements: document.statements.filter(({ effect }) => effect === "Allow") };
}
