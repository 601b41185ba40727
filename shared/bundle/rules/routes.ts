/**
 * What a custom route may be: rules that the author's side reports with positions and that every bundle is held to.
 */
import { findOperation, operationRoutes, operations } from "../../catalog/catalog.ts";
import { parseTemplate } from "../../request/route/custom-template.ts";
import { labelsOf } from "../../request/route/encoded-route.ts";
import type { CustomRoute } from "../../request/types.ts";
import { nearestName } from "../nearest-name.ts";

/** Something wrong with a route: the member it is wrong with, a code for machines, a message for people. */
export interface RouteProblem {
  readonly member: "route" | "operation" | "input";
  readonly code: string;
  readonly message: string;
}

const routeForm = /^(?:GET|POST|PUT|PATCH|DELETE)$/;
const segmentForm = /^(?:[A-Za-z0-9._~-]+|\{[A-Za-z][A-Za-z0-9_-]*\})$/;
const reserved = ["/operations/", "/regions/", "/healthz", "/local/", "/.well-known/"];

/** Finds everything wrong with a route; `others` are the routes before it. */
export function findRouteProblems(
  route: CustomRoute,
  others: readonly CustomRoute[],
): readonly RouteProblem[] {
  const problems = pathProblems(route, others);
  // Of a path that cannot be read, the labels cannot be told either.
  return problems.some(({ code }) => code === "malformedRoute")
    ? problems
    : [...problems, ...inputProblems(route)];
}

function pathProblems(route: CustomRoute, others: readonly CustomRoute[]): RouteProblem[] {
  const { method, path } = route;
  const name = `${method} ${path}`;
  const [first, ...segments] = path.split("/");
  if (
    !routeForm.test(method) ||
    first !== "" ||
    segments.some((segment) => !segmentForm.test(segment) || /^\.+$/.test(segment))
  ) {
    return [
      problem(
        "route",
        "malformedRoute",
        `\`${name}\` is no route; write it like \`DELETE /agents/{agentId}\``,
      ),
    ];
  }
  const labels = labelsOf(path);
  if (new Set(labels).size < labels.length)
    return [problem("route", "malformedRoute", `\`${name}\` names a label twice`)];
  if (reserved.some((prefix) => `${path}/`.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`))) {
    return [problem("route", "reservedRoute", `\`${path}\` is kept for this product's own routes`)];
  }
  ownRoutes ??= operationRoutes();
  const own = ownRoutes.find((each) => each.method === method && overlap(each.uri, path));
  if (own)
    return [
      problem(
        "route",
        "overlappingRoute",
        `\`${name}\` overlaps \`${own.uri}\`, the route of \`${own.name}\``,
      ),
    ];
  const other = others.find((each) => each.method === method && overlap(each.path, path));
  return other
    ? [problem("route", "overlappingRoute", `\`${name}\` overlaps the route \`${other.path}\``)]
    : [];
}

/** Made on first use: the catalogue takes its lines apart anew each time. */
let ownRoutes: ReturnType<typeof operationRoutes> | undefined;

function inputProblems({ path, operation, input }: CustomRoute): RouteProblem[] {
  const row = findOperation(operation);
  if (!row) {
    const nearest = nearestName(
      operation,
      operations().map(({ name }) => name),
    );
    return [
      problem(
        "operation",
        "unknownOperation",
        `there is no operation \`${operation}\`${nearest ? `; did you mean \`${nearest}\`` : ""}`,
      ),
    ];
  }
  if (row.refused !== undefined)
    return [problem("operation", "refusedOperation", `\`${operation}\` is not served: ${row.refused}`)];
  const problems: RouteProblem[] = [];
  const members = new Set(row.members.map(({ name }) => name));
  for (const name of Object.keys(input)) {
    if (!members.has(name)) {
      const nearest = nearestName(name, [...members]);
      problems.push(
        problem(
          "input",
          "unknownMember",
          `\`${operation}\` has no member \`${name}\`${nearest ? `; did you mean \`${nearest}\`` : ""}`,
        ),
      );
    }
  }
  for (const { name, required } of row.members) {
    if (required && !Object.hasOwn(input, name))
      problems.push(problem("input", "missingMember", `\`${operation}\` requires \`${name}\``));
  }
  const used = new Set<string>();
  const labels = new Set(labelsOf(path));
  for (const text of textsOf(input)) {
    const reference = parseTemplate(text);
    if (reference?.source === "label") used.add(reference.name);
    if (!reference && /[{}]/.test(text)) {
      const forms = "`{label}`, `{query.name}` or `{body.Member}`, and nothing beside it";
      problems.push(problem("input", "malformedTemplate", `\`${text}\` is no template: write ${forms}`));
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

/** Whether some path matches both: a label matches every segment. Allocates nothing, since each route is compared with each. */
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
