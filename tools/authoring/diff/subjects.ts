/** The subjects of differences: callers that match a binding, and principals that a table attaches a policy to. */
import type { Binding, BindingMatch, Bundle, Configuration } from "../../../shared/bundle/types.ts";

/** A caller with exactly what some match requires. */
export interface Subject {
  /** For people: `group operators`, `claim department = sales and group agents`. */
  readonly label: string;
  /** Absent if no binding requires one. */
  readonly issuer?: string | undefined;
  readonly group: string | undefined;
  readonly principal: string | undefined;
  readonly claims: Readonly<Record<string, string>>;
  /** Name of a policy that a table attaches to the caller. */
  readonly attached?: string;
}

/** Lists one subject for each policy of either bundle: the principals that a table attaches it to. */
export function findAttachedSubjects(bundles: readonly Bundle[]): readonly Subject[] {
  const names = new Set(bundles.flatMap(({ policies }) => policies.map(({ name }) => name)));
  return [...names].sort().map((attached) => ({
    label: `principals with \`${attached}\` attached`,
    group: undefined,
    principal: undefined,
    claims: {},
    attached,
  }));
}

/** Lists the bindings' subjects, each once. With issuers in bindings, or only one trusted, each has one issuer. */
export function findSubjects(configurations: readonly Configuration[]): readonly Subject[] {
  const subjects = new Map<string, Subject>();
  const isByIssuer = configurations.some(({ bindings }) => bindings.some(({ match }) => match.issuer));
  for (const { bindings, issuers } of configurations) {
    const only = issuers.length === 1 ? issuers.map(({ issuer }) => issuer) : undefined;
    for (const { match } of bindings)
      for (const subject of subjectsOf(isByIssuer ? withIssuer(match, only) : match)) {
        const key = keyOf(subject);
        if (!subjects.has(key)) subjects.set(key, subject);
      }
  }
  return [...subjects.values()];
}

/** A claim `iss` means the same as an issuer. */
function withIssuer(match: BindingMatch, only: readonly string[] | undefined): BindingMatch {
  const { iss, ...claims } = match.claims ?? {};
  const issuer = match.issuer?.filter((each) => iss?.includes(each) ?? true) ?? iss ?? only;
  return { ...match, claims, ...(issuer ? { issuer } : {}) };
}

/** Every way to fulfil a match with only what it requires. */
function subjectsOf({ issuer: issuers, groups, principals, claims }: BindingMatch): readonly Subject[] {
  let choices: readonly Readonly<Record<string, string>>[] = [{}];
  for (const [claim, values] of Object.entries(claims ?? {}))
    choices = choices.flatMap((choice) => values.map((value) => ({ ...choice, [claim]: value })));
  return (issuers ?? [undefined]).flatMap((issuer) =>
    (groups ?? [undefined]).flatMap((group) =>
      (principals ?? [undefined]).flatMap((principal) =>
        choices.map((chosen) => {
          const asked = { issuer, group, principal, claims: chosen };
          return { label: labelOf(asked), ...asked };
        }),
      ),
    ),
  );
}

type Asked = Pick<Subject, "issuer" | "group" | "principal" | "claims">;

/** Equal for equal subjects; labels are not unique, since names may contain anything. */
function keyOf({ issuer, group, principal, claims }: Asked): string {
  const sorted = Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([issuer ?? null, group ?? null, principal ?? null, sorted]);
}

function labelOf({ issuer, group, principal, claims }: Asked): string {
  return [
    ...(group === undefined ? [] : [`group \`${group}\``]),
    ...(principal === undefined ? [] : [`principal \`${principal}\``]),
    ...Object.entries(claims)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([claim, value]) => `claim \`${claim}\` = \`${value}\``),
    ...(issuer === undefined ? [] : [`issuer \`${issuer}\``]),
  ].join(" and ");
}

/** What a caller needs, without the values. */
export function shapeOf({ issuer, group, principal, claims }: Subject): unknown {
  return [issuer, group !== undefined, principal !== undefined, Object.keys(claims).sort()];
}

/** Finds the bindings that hold for a subject, in their order: none if its issuer is not trusted. */
export function bindingsOf(subject: Subject, config: Configuration): readonly Binding[] {
  const { issuer } = subject;
  if (issuer !== undefined && !config.issuers.some((each) => each.issuer === issuer)) return [];
  const held = issuer === undefined ? subject.claims : { ...subject.claims, iss: issuer };
  return candidatesFor(subject, config).filter(({ match }) => {
    const { groups, principals, claims } = match;
    if (match.issuer && (issuer === undefined || !match.issuer.includes(issuer))) return false;
    if (groups && (subject.group === undefined || !groups.includes(subject.group))) return false;
    if (principals && (subject.principal === undefined || !principals.includes(subject.principal)))
      return false;
    return Object.entries(claims ?? {}).every(([claim, values]) => {
      const value = Object.hasOwn(held, claim) ? held[claim] : undefined;
      return value !== undefined && values.includes(value);
    });
  });
}

/** Places of bindings by what they ask for, so that ten thousand bindings are not read for each of ten thousand subjects. */
interface BindingIndex {
  readonly byGroup: ReadonlyMap<string, readonly number[]>;
  /** Of bindings that name no groups. */
  readonly byPrincipal: ReadonlyMap<string, readonly number[]>;
  readonly others: readonly number[];
}

const indexes = new WeakMap<readonly Binding[], BindingIndex>();

function candidatesFor({ group, principal }: Subject, { bindings }: Configuration): readonly Binding[] {
  const index = indexes.get(bindings) ?? indexBindings(bindings);
  indexes.set(bindings, index);
  const places = new Set([
    ...((group !== undefined && index.byGroup.get(group)) || []),
    ...((principal !== undefined && index.byPrincipal.get(principal)) || []),
    ...index.others,
  ]);
  return [...places].sort((one, other) => one - other).flatMap((place) => bindings[place] ?? []);
}

function indexBindings(bindings: readonly Binding[]): BindingIndex {
  const byGroup = new Map<string, number[]>();
  const byPrincipal = new Map<string, number[]>();
  const others: number[] = [];
  for (const [place, { match }] of bindings.entries()) {
    const [index, names] = match.groups ? [byGroup, match.groups] : [byPrincipal, match.principals];
    if (!names) others.push(place);
    for (const name of names ?? []) {
      const places = index.get(name);
      if (places) places.push(place);
      else index.set(name, [place]);
    }
  }
  return { byGroup, byPrincipal, others };
}
