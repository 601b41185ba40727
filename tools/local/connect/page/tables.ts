/** The tables of docs/reference/local-connect.md: what the local Connect serves and how, and what it does not, with the reason. */
import { operations } from "../../../../shared/catalog/catalog.ts";
import { labelOf } from "../families/words.ts";
import { implementedOperations, wayOf } from "../operations.ts";
import { reasonOf } from "./missing.ts";

const begin = "<!-- tables: written by `npm run generate` -->";
const end = "<!-- end of the tables -->";

/** The page with fresh tables between its marks. */
export function withTables(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`docs/reference/local-connect.md needs the lines \`${begin}\` and \`${end}\``);
  return `${page.slice(0, from)}${begin}\n\n${formatTables()}\n${page.slice(to)}`;
}

function formatTables(): string {
  const served = implementedOperations();
  const all = operations().map(({ name }) => name);
  const missing = all.filter((name) => !served.includes(name));
  return `Operations served: ${served.length}.

| kind | operations |
|---|---|
${rows(groupBy(served, kindOf))}
| by hand | ${list(served.filter((name) => kindOf(name) === undefined))} |

### Not served

Operations that answer 501: ${missing.length}.

| why | operations |
|---|---|
${rows(groupBy(missing, reasonOf))}
`;
}

function kindOf(name: string): string | undefined {
  const family = wayOf(name)?.family;
  return family === undefined ? undefined : labelOf(family);
}

function groupBy(
  names: readonly string[],
  keyOf: (name: string) => string | undefined,
): ReadonlyMap<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = keyOf(name);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return groups;
}

function rows(groups: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([key, names]) => `| ${key} | ${list(names)} |`).join("\n");
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(" ");
}
