/** Where the statements stand that make a difference: an Allow that is new, or a Deny that only the older version has. */
import { join } from "node:path";
import type { Bundle } from "../../../../shared/bundle/types.ts";
import { type Codes, overlap } from "../../../../shared/reach/patterns/automaton.ts";
import type { AccessDifference } from "../../../authoring/diff/merge-differences.ts";
import { type NormalStatement, normalizeStatements } from "../../../authoring/diff/normal-statement.ts";
import {
  bindingsOf,
  findAttachedSubjects,
  findSubjects,
  type Subject,
} from "../../../authoring/diff/subjects.ts";
import type { SarifPlace } from "../../formats/sarif.ts";

/** A version that is compared, and the folder that its files are named from. */
export interface Side {
  readonly bundle: Bundle;
  readonly folder: string;
}

export interface Places {
  /** Of the statement that decides it now; absent if no statement does. */
  readonly place?: SarifPlace;
  /** What else changed about it. */
  readonly related: readonly SarifPlace[];
  /** Whether the place is of the older version, since nothing in the newer one has to do with it. */
  readonly isOlder: boolean;
}

/** Creates what finds the places of a difference. @param older absent if there was nothing */
export function createPlaceFinder(
  older: Side | undefined,
  newer: Side,
): (difference: AccessDifference) => Places {
  const bundles = [...(older ? [older.bundle] : []), newer.bundle];
  const all = [...findSubjects(bundles.map(({ config }) => config)), ...findAttachedSubjects(bundles)];
  const subjects = new Map(all.map((subject) => [subject.label, subject]));
  const [was, is] = [createStatements(older, "older"), createStatements(newer, "newer")];
  return (difference) => {
    const subject = subjects.get(difference.subject);
    if (!subject) return { related: [], isOlder: false };
    const [before, after] = [was(subject), is(subject)];
    const [gone, fresh] = [without(before, after), without(after, before)];
    const isAbout = about(difference);
    const causes = [
      ...fresh.filter((each) => isAbout(each) && isCause(each, "fresh", difference.change)),
      ...gone.filter((each) => isAbout(each) && isCause(each, "gone", difference.change)),
    ];
    const allow = after.find((each) => isAbout(each) && each.effect === "Allow" && each.layer === "attached");
    const isStanding = difference.change !== "loses" && causes.every(({ version }) => version === "older");
    const [first, ...related] = [...(isStanding && allow ? [allow] : []), ...causes];
    return {
      ...(first ? { place: first.place } : {}),
      related: related.map(({ place }) => place),
      isOlder: first?.version === "older",
    };
  };
}

interface PlacedStatement extends NormalStatement {
  readonly version: "older" | "newer";
  readonly layer: "attached" | "limit";
  readonly place: SarifPlace;
}

/** What is allowed is gained by an Allow that comes and a Deny that goes, and lost the other way round. */
function isCause(
  { effect }: NormalStatement,
  what: "fresh" | "gone",
  change: AccessDifference["change"],
): boolean {
  const gives = (what === "fresh") === (effect === "Allow");
  return change === "changes" || gives === (change === "gains");
}

function about({ actions, example }: AccessDifference): (statement: NormalStatement) => boolean {
  const codes: Codes | undefined =
    example === undefined
      ? undefined
      : Array.from({ length: example.length }, (_, i) => example.charCodeAt(i));
  return (statement) =>
    actions.some((action) => statement.actions.has(action)) &&
    (codes === undefined ||
      statement.patterns.some((pattern) => overlap(pattern.codes, codes)) !== statement.isNegated);
}

function without(
  statements: readonly PlacedStatement[],
  others: readonly PlacedStatement[],
): readonly PlacedStatement[] {
  const keys = new Set(others.map(({ layer, key }) => `${layer} ${key}`));
  return statements.filter(({ layer, key }) => !keys.has(`${layer} ${key}`));
}

/** Creates what finds the statements that hold for a subject, once for each. */
function createStatements(
  side: Side | undefined,
  version: PlacedStatement["version"],
): (subject: Subject) => readonly PlacedStatement[] {
  if (!side) return () => [];
  const { config, policies } = side.bundle;
  const documents = new Map(policies.map((document) => [document.name, document]));
  const placed = (name: string, layer: PlacedStatement["layer"]): readonly PlacedStatement[] => {
    const document = documents.get(name);
    if (!document) return [];
    return normalizeStatements(document).flatMap((statement, index) => {
      const { sid, effect, start } = document.statements[index] ?? {};
      if (!start) return [];
      const text = `${effect} ${name}#${sid ?? index}${version === "older" ? ", as the older version has it" : ""}`;
      const place = { file: join(side.folder, document.file), line: start.line, column: start.column, text };
      return { ...statement, version, layer, place };
    });
  };
  const known = new Map<Subject, readonly PlacedStatement[]>();
  return (subject) => {
    const bindings = bindingsOf(subject, config);
    const own = subject.attached === undefined ? [] : [subject.attached];
    const attached = new Set([...bindings.flatMap((binding) => binding.policies), ...own]);
    const limits = new Set([...bindings.flatMap(({ boundary }) => boundary ?? []), ...config.guardrails]);
    const statements = known.get(subject) ?? [
      ...[...attached].flatMap((name) => placed(name, "attached")),
      ...[...limits].flatMap((name) => placed(name, "limit")),
    ];
    known.set(subject, statements);
    return statements;
  };
}
