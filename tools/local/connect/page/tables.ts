/**
 * The tables of docs/reference/local-connect.md: the resources that examples use, what the local Connect serves and how,
 * and what it does not, with the reason.
 */
import { operations } from "../../../../shared/catalog/catalog.ts";
import { labelOf, singularOf } from "../families/words.ts";
import { implementedOperations, wayOf } from "../operations.ts";
import { seedIds } from "../seed.ts";
import builtIn from "../seeds/contact-center.generated.json" with { type: "json" };
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
  return `| resource | id | name |
|---|---|---|
${Object.keys(seedIds).map(resourceRow).join("\n")}

## Operations

Operations served: ${served.length}.

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

/** A resource that examples use, as the built-in seed has it. @param key of `seedIds` */
function resourceRow(key: string): string {
  const id = new Map(Object.entries<string>(seedIds)).get(key);
  const groups: readonly (readonly [string, readonly object[]])[] = Object.entries(builtIn);
  for (const [group, entries] of groups)
    for (const entry of entries) {
      const members = new Map<string, unknown>(Object.entries(entry));
      const isIt = [...members].some(([name, value]) => name.endsWith("Id") && value === id);
      if (isIt) return `| ${labelOf(singularOf(group))} | \`${id}\` | ${nameOf(members)} |`;
    }
  // The start adds it to each instance.
  return `| ${labelOf(key)} | \`${id}\` | |`;
}

/** A contact has no name: how it came. */
function nameOf(members: ReadonlyMap<string, unknown>): string {
  const names = ["Username", "Name", "SecurityProfileName", "Channel", "InitiationMethod"];
  const shown = names.flatMap((name) => members.get(name) ?? []);
  return shown.map((name) => `\`${name}\``).join(" ");
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
