/** What bindings other than those of a subject allow: a Deny or a boundary that comes or goes matters to nobody without. */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { type Codes, overlap } from "../../../shared/reach/patterns/automaton.ts";
import type { Unproved } from "./merge-differences.ts";
import { type NormalStatement, normalizeStatements } from "./normal-statement.ts";
import { bindingsOf, type Subject } from "./subjects.ts";

/** Whether another binding has an Allow about the action, on the difference's resources if there are any. */
type OtherAllows = (subject: Subject, action: string, found: Unproved) => boolean;

interface AttachedAllow {
  readonly policy: string;
  readonly statement: NormalStatement;
}

function createOtherAllows({ config, policies }: Bundle): OtherAllows {
  let read: readonly AttachedAllow[] | undefined;
  const allows = () => {
    const bound = new Set(config.bindings.flatMap((binding) => binding.policies));
    read ??= policies
      .filter(({ name }) => bound.has(name))
      .flatMap((document) =>
        normalizeStatements(document).map((statement) => ({ policy: document.name, statement })),
      )
      .filter(({ statement }) => statement.effect === "Allow");
    return read;
  };
  const byAction = new Map<string, readonly AttachedAllow[]>();
  const own = new Map<Subject, ReadonlySet<string>>();
  return (subject, action, { within = [] }) => {
    const about = byAction.get(action) ?? allows().filter(({ statement }) => statement.actions.has(action));
    byAction.set(action, about);
    const policiesOf =
      own.get(subject) ?? new Set(bindingsOf(subject, config).flatMap((binding) => binding.policies));
    own.set(subject, policiesOf);
    return about.some(({ policy, statement }) => !policiesOf.has(policy) && mayMatch(statement, within));
  };
}

/** Whether a statement may be about a resource that matches all of the patterns. */
function mayMatch({ isNegated, patterns }: NormalStatement, within: readonly Codes[]): boolean {
  return isNegated || patterns.some(({ codes }) => within.every((each) => overlap(codes, each)));
}

/** Keeps of a difference what others can gain or lose; `undefined` if that is nothing. */
export function createOthersFilter([older, newer]: readonly [Bundle, Bundle]): (
  found: Unproved,
  subject: Subject,
  action: string,
) => Unproved | undefined {
  const [before, after] = [createOtherAllows(older), createOtherAllows(newer)];
  return (found, subject, action) => {
    if (!found.isWithOthers) return found;
    const gains = found.change !== "loses" && after(subject, action, found);
    const loses = found.change !== "gains" && before(subject, action, found);
    if (!gains && !loses) return undefined;
    return { ...found, change: gains && loses ? "changes" : gains ? "gains" : "loses" };
  };
}
