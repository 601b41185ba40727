/** An operation's entry for people. */

import type { CatalogAction, CatalogEntry, CatalogTarget } from "../../catalog/entry/catalog-entry.ts";
import { formatJson } from "../terminal/lay-out.ts";

const decisions = {
  all: "decides all of it from the URL",
  part: "decides part of it from the URL, the proxy the rest",
  nothing: "knows no resource from the URL: the proxy decides",
} as const satisfies Record<CatalogEntry["decidedByUrl"], string>;

/** Formats an entry as one line: name, what the URL decides, route, other actions. */
export function formatEntryLine(entry: CatalogEntry, width: number): string {
  const { operation, route, decidedByUrl, refused, actions } = entry;
  const name = operation.padEnd(width);
  if (refused !== undefined) return `${name}  not served  ${route}`;
  const others = actions.filter(({ action }) => action !== `connect:${operation}`).map(formatAction);
  const url = `url: ${decidedByUrl}`.padEnd("url: nothing".length);
  return [name, url, route, ...(others.length > 0 ? [others.join(", ")] : [])].join("  ");
}

export function formatEntry(entry: CatalogEntry): string {
  const { operation, route, refused, reason, targets, conditionKeys, policy } = entry;
  const head = [`operation   ${operation}`, `route       ${route}`];
  if (refused !== undefined) return `${[...head, `not served  ${refused}`].join("\n")}\n`;
  const referenced = targets.filter(({ sort }) => sort === "referenced");
  const lines = [
    ...head,
    `authorizer  ${decisions[entry.decidedByUrl]}`,
    ...entry.actions.map(
      (action, index) => `${index === 0 ? "actions     " : "            "}${formatAction(action)}`,
    ),
    ...(conditionKeys.length > 0 ? [`keys        ${conditionKeys.join(", ")}`] : []),
    ...(reason === undefined ? [] : [`decided     ${reason}`]),
    "",
    "must be allowed:",
    ...targets.filter(({ sort }) => sort === "required").flatMap(formatTarget),
    ...(referenced.length > 0 ? ["", "also named; a Deny on it denies the call:"] : []),
    ...referenced.flatMap(formatTarget),
    "",
    "a policy that grants exactly this:",
    formatJson(policy),
  ];
  return `${lines.join("\n")}\n`;
}

function formatAction({ action, when }: CatalogAction): string {
  return when === "always" ? action : `${action} when \`${when}\` is given`;
}

function formatTarget({ action, resource, source, notes, inUrl }: CatalogTarget): string[] {
  const from = source === "*" ? [] : [`\`${source}\``];
  const facts = [...from, ...notes, inUrl ? "known from the URL" : "known to the proxy"];
  return [`  ${action} on ${resource}`, `    ${facts.join("; ")}`];
}
