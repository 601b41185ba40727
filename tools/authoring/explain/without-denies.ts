/** The policies without the Denies of an explicit deny: how the call would be decided then. */
import { BoundPolicies } from "../../../shared/bundle/binding-layers.ts";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/evaluate.ts";
import type { Explanation } from "./explain-call.ts";

/** Opens them; `undefined` for a call without an explicit deny. */
export function withoutDenies(
  explanation: Explanation,
  bundle: Bundle,
  opened: OpenedBundle,
): OpenedBundle | undefined {
  const removed = deniesOf(explanation);
  if (removed.length === 0) return undefined;
  const isKept = (policy: string, index: number) =>
    !removed.some((each) => each.policy === policy && each.index === index);
  const policies = bundle.policies.map((document) => ({
    ...document,
    statements: document.statements.filter((_, index) => isKept(document.name, index)),
  }));
  const bound = new BoundPolicies({ ...bundle, policies });
  return { ...opened, layersFor: (...of) => bound.layersFor(...of) };
}

function deniesOf({ outcome, asks }: Explanation): readonly MatchedStatement[] {
  const last = asks.at(-1);
  return outcome === "deny" && last?.decision === "explicitDeny" ? last.statements : [];
}
