/** Rules for custom routes, for the author's file and for bundles. */
import { findOperation, operationRoutes, operations } from "../../catalog/catalog.ts";
import type { OperationRow } from "../../catalog/types.ts";
import { parseTemplate } from "../../request/route/custom-template.ts";
import { labelsOf } from "../../request/route/encoded-route.ts";
import type { CustomRoute } from "../../request/types.ts";

/** The member that is wrong, a code for machines, a message for people. */
export interface RouteProblem {
  readonly member: "route" | "operation" | "input";
  readonly code: string;
  readonly message: string;
}

/** Suggests the name that the author probably meant. Only the author's side needs it. */
export type SuggestName = (name: string, candidates: readonly string[]) => string | undefined;

const routeForm = /^(?:GET|POST|PUT|PATCH|DELETE)$/;
const segmentForm = /^(?:[A-Za-z0-9._~-]+|\{[A-Za-z][A-Za-z0-9_-]*\})$/;
const reserved = ["/operations/", "/regions/", "/healthz", "/local/", "/.well-known/"];

/** @param others the routes before this one */
export function findRouteProblems(
  route: CustomRoute,
  others: readonly CustomRoute[],
  suggest: SuggestName = () => undefined,
): readonly RouteProblem[] {
  const problems = pathProblems(route, others);
  // The labels of a malformed path are not known.
  if (problems.some(({ code }) => code === "malformedRoute")) return problems;
  return [...problems, ...operationProblems(route, suggest)];
}

function pathProblems({ method, path }: CustomRoute, others: readonly CustomRoute[]): RouteProblem[] {
  const name = `${method} ${path}`;
  const [first, ...segments] = path.split("/");
  const isForm = segments.every((segment) => segmentForm.test(segment) && !/^\.+$/.test(segment));
  if (!routeForm.test(method) || first !== "" || !isForm) {
    const message = `\`${name}\` is not a valid route; example: \`DELETE /agents/{agentId}\``;
    return [problem("route", "malformedRoute", message)];
  }
  const labels = labelsOf(path);
  if (new Set(labels).size < labels.length)
    return [problem("route", "malformedRoute", `\`${name}\` repeats a label`)];
  if (reserved.some((prefix) => `${path}/`.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`)))
    return [problem("route", "reservedRoute", `\`${path}\` is reserved for this product's own routes`)];
  ownRoutes ??= operationRoutes();
  const own = ownRoutes.find((each) => each.method === method && overlap(each.uri, path));
  const other = others.find((each) => each.method === method && overlap(each.path, path));
  if (!own && !other) return [];
  const what = own ? `\`${own.uri}\`, the route of \`${own.name}\`` : `the route \`${other?.path}\``;
  return [problem("route", "overlappingRoute", `\`${name}\` overlaps ${what}`)];
}

/** Created on first use, because the catalogue parses its lines again each time. */
let ownRoutes: ReturnType<typeof operationRoutes> | undefined;

function operationProblems(route: CustomRoute, suggest: SuggestName): RouteProblem[] {
  const { operation } = route;
  const row = findOperation(operation);
  if (!row) {
    const names = operations().map(({ name }) => name);
    const message = `there is no operation \`${operation}\`${hint(suggest(operation, names))}`;
    return [problem("operation", "unknownOperation", message)];
  }
  if (row.refused !== undefined)
    return [problem("operation", "refusedOperation", `\`${operation}\` is not served: ${row.refused}`)];
  return [...memberProblems(route, row, suggest), ...labelProblems(route)];
}

function memberProblems(
  { operation, input }: CustomRoute,
  row: OperationRow,
  suggest: SuggestName,
): RouteProblem[] {
  const names = row.members.map(({ name }) => name);
  const unknown = Object.keys(input).filter((name) => !names.includes(name));
  const missing = row.members.filter(({ name, required }) => required && !Object.hasOwn(input, name));
  return [
    ...unknown.map((name) => {
      const message = `\`${operation}\` has no member \`${name}\`${hint(suggest(name, names))}`;
      return problem("input", "unknownMember", message);
    }),
    ...missing.map(({ name }) => problem("input", "missingMember", `\`${operation}\` requires \`${name}\``)),
  ];
}

function hint(meant: string | undefined): string {
  return meant ? `; did you mean \`${meant}\`` : "";
}

/** Checks the templates of the input, and the labels that they take from the path. */
function labelProblems({ path, input }: CustomRoute): RouteProblem[] {
  const problems: RouteProblem[] = [];
  const used = new Set<string>();
  const labels = new Set(labelsOf(path));
  for (const text of textsOf(input)) {
    const reference = parseTemplate(text);
    if (reference?.source === "label") used.add(reference.name);
    if (!reference && /[{}]/.test(text)) {
      const forms = "`{label}`, `{query.name}` or `{body.Member}` and nothing else";
      problems.push(problem("input", "malformedTemplate", `\`${text}\` is not a template; use ${forms}`));
    }
  }
  for (const name of used)
    if (!labels.has(name))
      problems.push(problem("input", "unknownLabel", `the route has no label \`${name}\``));
  for (const name of labels)
    if (!used.has(name))
      problems.push(problem("route", "unusedLabel", `the input does not use the label \`${name}\``));
  return problems;
}

function problem(member: RouteProblem["member"], code: string, message: string): RouteProblem {
  return { member, code, message };
}

/** Whether some path matches both: a label matches every segment. Allocates nothing, because all pairs are compared. */
function overlap(one: string, other: string): boolean {
  for (let [a, b] = [0, 0]; ; ) {
    const [endA, endB] = [endOfSegment(one, a), endOfSegment(other, b)];
    const fits = one[a] === "{" || other[b] === "{" || one.slice(a, endA) === other.slice(b, endB);
    const [lastA, lastB] = [endA === one.length, endB === other.length];
    if (!fits || lastA || lastB) return fits && lastA && lastB;
    [a, b] = [endA + 1, endB + 1];
  }
}

function endOfSegment(path: string, from: number): number {
  const slash = path.indexOf("/", from);
  return slash < 0 ? path.length : slash;
}

/** Every text in a value, at any depth. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
