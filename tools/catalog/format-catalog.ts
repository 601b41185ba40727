/**
 * Writes the catalogue as `shared/catalog/generated/catalog.generated.json`: one operation a line, what is usual left out, so that
 * a diff reads like a list of changes and the Lambdas carry little. `shared/catalog/catalog.ts` reads it.
 */
import { lowerAscii } from "../../shared/ascii.ts";
import {
  arnBeginnings,
  fieldSeparator,
  methodMarks,
  ownLabel,
  ownLabelOf,
  pageMarks,
  tagVariable,
  targetSeparator,
} from "../../shared/catalog/catalog.ts";
import { idLabelOf } from "../../shared/catalog/target-text.ts";
import type { InputMember, TargetSpec } from "../../shared/catalog/types.ts";
import type { Catalog, CatalogRow } from "./derive-catalog.ts";

/** Formats the whole catalogue; the same catalogue gives the same text. */
export function formatCatalog({ rows, resourceTypes }: Catalog): string {
  const keySets = countKeySets(rows);
  const block = (entries: readonly (readonly [string, unknown])[]): string =>
    entries.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(",\n");
  const sets = keySets.map((keys) => `    ${JSON.stringify(keys.split(" ").map(shortenKey).join(" "))}`);
  return `{
  "resourceTypes": {
${block([...resourceTypes].map(([name, arn]) => [name, shortenArn(arn)]))}
  },
  "conditionKeys": [
${sets.join(",\n")}
  ],
  "operations": [
${rows.map((row) => `    ${JSON.stringify(formatLine(row, { keySets, arns: resourceTypes }))}`).join(",\n")}
  ],
  "rare": {
${block(rows.flatMap((row) => Object.entries(rareFacts(row, resourceTypes))))}
  }
}
`;
}

/** Distinct sets of condition keys, the commonest first: it is the default and takes no room. */
function countKeySets(rows: readonly CatalogRow[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { conditionKeys } of rows) {
    const text = conditionKeys.join(" ");
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([text]) => text);
}

function formatLine(
  { operation, targets, conditionKeys }: CatalogRow,
  { keySets, arns }: { readonly keySets: readonly string[]; readonly arns: ReadonlyMap<string, string> },
): string {
  const { name, method, uri } = operation;
  const members = pageMarks.reduce(
    (text, [mark, page]) => text.replace(page, mark),
    operation.members.map(formatMember).join(" "),
  );
  const keys = keySets.indexOf(conditionKeys.join(" "));
  const lines = targets.map((target) => shortenTarget(formatTarget(target), arns)).join(targetSeparator);
  const route = uri.replaceAll("{InstanceId}", "{}").replace(`{${ownLabelOf(lines, arns)}}`, ownLabel);
  const fields = [
    name,
    methodMarks[method] + route,
    members,
    targets.length === 0 ? "-" : lines,
    keys === 0 ? "" : String(keys),
  ];
  const isUsual = fields.map((field) => field === "");
  return fields.slice(0, isUsual.lastIndexOf(false) + 1).join(fieldSeparator);
}

/** Undone by `expandKey` of shared/catalog/catalog.ts. */
function shortenKey(key: string): string {
  return key.replace(/^connect:/, "").replace(tagVariable, "");
}

/** Facts that few operations have, by operation; nothing for the others. */
function rareFacts(
  { operation: { name }, action, extraActions, refused }: CatalogRow,
  arns: ReadonlyMap<string, string>,
): Readonly<Record<string, object>> {
  const extra = extraActions.map((each) => [
    shortenKey(each.action),
    each.when === "always" ? "always" : each.when.member,
    ...each.targets.map((target) => shortenTarget(formatTarget(target), arns)),
  ]);
  const rare = {
    ...(action === name ? {} : { action }),
    ...(extra.length === 0 ? {} : { extra }),
    ...(refused === undefined ? {} : { refused }),
  };
  return Object.keys(rare).length === 0 ? {} : { [name]: rare };
}

function formatMember({ name, place, wireName, required }: InputMember): string {
  const usual = place === "query" ? lowerAscii(name.charAt(0)) + name.slice(1) : name;
  const mark = place === "query" ? "?" : place === "header" ? "^" : "";
  return `${mark}${name}${wireName === usual ? "" : `=${wireName}`}${required ? "!" : ""}`;
}

/** Undone by `expandArn` of shared/catalog/catalog.ts. */
function shortenArn(arn: string): string {
  for (const [mark, beginning] of arnBeginnings)
    if (arn.startsWith(beginning)) return mark + arn.slice(beginning.length);
  return arn;
}

/** Writes a target in the form that `parseTarget` of shared/catalog/target-text.ts reads. */
export function formatTarget(spec: TargetSpec): string {
  const mark = { none: "?", all: "+", error: "" }[spec.whenAbsent];
  const parts = [`${spec.sort === "referenced" ? "~" : ""}${spec.type}`, `${spec.source}${mark}`];
  if (spec.types) parts.push(`@${spec.types.join(",")}`);
  if (spec.discriminator) parts.push(`#${spec.discriminator.member}=${spec.discriminator.values.join(",")}`);
  if (spec.alternatives) parts.push(`|${spec.alternatives.join("|")}`);
  if (spec.qualifier !== undefined) parts.push(`:${spec.qualifier}`);
  if (spec.orAnyArn) parts.push("%");
  return parts.join(" ");
}

/** Undone by `expandTarget` of shared/catalog/target-text.ts. */
function shortenTarget(line: string, arns: ReadonlyMap<string, string>): string {
  const [type = "", source, ...options] = line.split(" ");
  if (options.length > 0 || source !== idLabelOf(arns.get(type) ?? "")) return line;
  return type === "instance" ? "" : type;
}
