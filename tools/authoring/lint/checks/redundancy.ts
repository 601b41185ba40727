/**
 * Entries of a list that another entry of the same list covers: one finding per list.
 *
 * Rules: IAM Access Analyzer's policy check reference, "Redundant action", "Redundant resource", "Redundant condition value".
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { type Comparison, parseOperator } from "../../../../shared/policy/condition/operators.ts";
import type { PolicyCondition } from "../../../../shared/policy/model/document.ts";
import { quote } from "../../../../shared/policy/model/quote.ts";
import { parseTemplate } from "../../../../shared/policy/pattern/template.ts";
import { type Codes, covers } from "../../../../shared/reach/patterns/automaton.ts";
import {
  actionCodes,
  resourceCodes,
  templateCodes,
} from "../../../../shared/reach/patterns/pattern-codes.ts";
import { isUnresolved } from "../../policy/instance-names.ts";
import type { LintedStatement, Report } from "../linted-statement.ts";

/** Every entry is compared with every other, so longer lists are only searched for equal ones. */
const maxCompared = 200;

/** The beginning of a longer one says nothing, since it is the beginning of both. */
const maxShown = 60;

interface Entry {
  readonly written: string;
  /** Entries with the same form are equal. */
  readonly form: string;
  /** Without them only equal entries are found. */
  readonly codes?: (() => Codes | undefined) | undefined;
}

/** Checks each list of a statement: `redundantAction`, `redundantResource`, `redundantValue`. */
export function checkRedundancy(linted: LintedStatement, report: Report): void {
  const { statement, path, variables } = linted;
  if (linted.actions.actions.length === 0) return;
  const { actions, resources, conditions } = statement;
  const check = (code: string, at: string, entries: readonly Entry[]) => {
    const found = findRedundant(entries);
    if (found) report(code, `${at}[${found.index}]`, found.message);
  };
  check(
    "redundantAction",
    `${path}.${actions.kind}`,
    actions.patterns.map((written) => ({
      written,
      form: lowerAscii(written),
      codes: () => actionCodes(written),
    })),
  );
  check(
    "redundantResource",
    `${path}.${resources.kind}`,
    resources.patterns.some(isUnresolved)
      ? []
      : resources.patterns.map((written) => ({
          written,
          form: written,
          codes: written.includes("${") ? undefined : () => resourceCodes(written, variables),
        })),
  );
  for (const condition of conditions) {
    const at = `${path}.Condition.${condition.operator}.${condition.key}`;
    if (isOrdered(condition) && condition.values.length > 1) {
      const message = `one value decides alone under \`${condition.operator}\`, the one that most requests pass; remove the others`;
      report("redundantValue", `${at}[1]`, message);
    } else
      check(
        "redundantValue",
        at,
        condition.values.map((value) => entryOf(condition, value)),
      );
  }
}

/** Whether its operator asks for less or more than a value, and is no negation. */
function isOrdered({ operator }: PolicyCondition): boolean {
  const { order, negated } = parseOperator(operator) ?? {};
  return negated === false && (order?.less === true || order?.greater === true);
}

function findRedundant(entries: readonly Entry[]) {
  if (entries.length < 2) return undefined;
  const first = new Map<string, number>();
  const found: { readonly index: number; readonly by: number }[] = [];
  for (const [index, { form }] of entries.entries()) {
    const twin = first.get(form);
    if (twin === undefined) first.set(form, index);
    const by = twin ?? (entries.length > maxCompared ? -1 : findWider(entries, index));
    if (by >= 0) found.push({ index, by });
  }
  const [one] = found;
  return one && { index: one.index, message: describe(entries, one, found.length - 1) };
}

function describe(
  entries: readonly Entry[],
  { index, by }: { readonly index: number; readonly by: number },
  more: number,
): string {
  const [entry, other] = [entries[index]?.written ?? "", entries[by]?.written ?? ""];
  const fault =
    entry === other
      ? `${quote(entry)} is repeated`
      : `${quote(entry)} is covered by entry ${by + 1} of this list${other.length > maxShown ? "" : `, ${quote(other)}`}`;
  if (more === 0) return `${fault}; remove it`;
  const others = more === 1 ? "another entry is" : `${more} more entries are`;
  return `${fault}, and ${others} superfluous too; remove them`;
}

/** Only an entry with a wildcard covers another one. */
function findWider(entries: readonly Entry[], index: number): number {
  const entry = entries[index];
  if (!entry?.codes || !entries.some(({ written }) => written !== entry.written && wildcard.test(written)))
    return -1;
  const narrower = entry.codes();
  if (!narrower) return -1;
  return entries.findIndex((other, at) => {
    if (at === index || other.form === entry.form || !wildcard.test(other.written)) return false;
    const wider = other.codes?.();
    return wider !== undefined && covers(wider, narrower);
  });
}

const wildcard = /[*?]/;

const withoutCase: ReadonlySet<Comparison> = new Set(["stringEqualsIgnoreCase", "bool", "null"]);

function entryOf({ operator }: PolicyCondition, written: string): Entry {
  const comparison = parseOperator(operator)?.comparison;
  const form = comparison && withoutCase.has(comparison) ? lowerAscii(written) : written;
  if (comparison !== "stringLike" || written.includes("${")) return { written, form };
  const template = parseTemplate(written, { variables: false, wildcards: true });
  return typeof template === "string"
    ? { written, form }
    : { written, form, codes: () => templateCodes(template) };
}
