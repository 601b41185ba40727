/**
 * Whom a difference can be about: whoever a binding of either configuration names, with all the bindings that hold for
 * such a caller; and, where a table attaches policies to single principals, whoever has one of them.
 */
import type { Binding, BindingMatch, Bundle, Configuration } from "../types.ts";

/** A caller who has exactly what some match asks for. */
export interface Subject {
  /** For people: `group operators`, `claim department = sales and group agents`. */
  readonly label: string;
  readonly group: string | undefined;
  readonly principal: string | undefined;
  readonly claims: Readonly<Record<string, string>>;
  /** Name of a policy that a table attaches to the caller. */
  readonly attached?: string;
}

/** Lists, for each policy of either bundle, whoever a table attaches it to. */
export function findAttachedSubjects(bundles: readonly Bundle[]): readonly Subject[] {
  const names = new Set(bundles.flatMap(({ policies }) => policies.map(({ name }) => name)));
  return [...names].sort().map((attached) => ({
    label: `whoever has \`${attached}\` attached`,
    group: undefined,
    principal: undefined,
    claims: {},
    attached,
  }));
}

/** Lists the subjects that the configurations' bindings name, each once. */
export function findSubjects(configurations: readonly Configuration[]): readonly Subject[] {
  const subjects = new Map<string, Subject>();
  for (const { bindings } of configurations) {
    for (const { match } of bindings)
      for (const subject of subjectsOf(match)) {
        const key = keyOf(subject);
        if (!subjects.has(key)) subjects.set(key, subject);
      }
  }
  return [...subjects.values()];
}

/** Every way to fulfil a match with no more than it asks for. */
function subjectsOf({ groups, principals, claims }: BindingMatch): readonly Subject[] {
  let choices: readonly Readonly<Record<string, string>>[] = [{}];
  for (const [claim, values] of Object.entries(claims ?? {}))
    choices = choices.flatMap((choice) => values.map((value) => ({ ...choice, [claim]: value })));
  return (groups ?? [undefined]).flatMap((group) =>
    (principals ?? [undefined]).flatMap((principal) =>
      choices.map((chosen) => ({
        label: labelOf(group, principal, chosen),
        group,
        principal,
        claims: chosen,
      })),
    ),
  );
}

/** Equal for equal subjects; a label is not enough, since names may hold whatever a label is made of. */
function keyOf({ group, principal, claims }: Subject): string {
  const sorted = Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([group ?? null, principal ?? null, sorted]);
}

function labelOf(
  group: string | undefined,
  principal: string | undefined,
  claims: Readonly<Record<string, string>>,
): string {
  return [
    ...(group === undefined ? [] : [`group \`${group}\``]),
    ...(principal === undefined ? [] : [`principal \`${principal}\``]),
    ...Object.entries(claims)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([claim, value]) => `claim \`${claim}\` = \`${value}\``),
  ].join(" and ");
}

/** Finds the bindings that hold for a subject. */
export function bindingsOf(subject: Subject, { bindings }: Configuration): readonly Binding[] {
  return bindings.filter(({ match }) => {
    const { groups, principals, claims } = match;
    if (groups && (subject.group === undefined || !groups.includes(subject.group))) return false;
    if (principals && (subject.principal === undefined || !principals.includes(subject.principal)))
      return false;
    return Object.entries(claims ?? {}).every(([claim, values]) => {
      const value = Object.hasOwn(subject.claims, claim) ? subject.claims[claim] : undefined;
      return value !== undefined && values.includes(value);
    });
  });
}
