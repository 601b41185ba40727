/**
 * Finds the operation of a path that API Gateway has already decoded, as HTTP APIs do.
 *
 * A slash in it may have been a `%2F` inside a label, so one path can mean several requests. All readings under all
 * routes of the method are tried, and the path is refused unless there is exactly one: the call does what the client
 * meant, or nothing. It is then decided and sent like any other call.
 */
import { findOperation, operationRoutes } from "../../catalog/catalog.ts";
import { isIdentifierMember } from "../../catalog/identifier-sources.ts";
import type { OperationRow } from "../../catalog/types.ts";
import { InputError } from "../../errors.ts";
import type { CustomRoute, RoutedCall } from "../types.ts";
import { parseTemplate } from "./custom-template.ts";
import { matchRoute, rpcPrefix } from "./encoded-route.ts";

interface Route {
  readonly name: string;
  readonly parts: readonly string[];
}

/** Limits the readings that are tried. No ARN of Amazon Connect makes a longer path. */
const maxSegments = 32;

/**
 * A doubled leading slash counts as one, as in `matchRoute`.
 *
 * @param path decoded once, by API Gateway
 * @throws InputError when it fits more than one operation, or one in more than one way
 */
export function matchDecodedRoute(
  method: string,
  path: string,
  customRoutes: readonly CustomRoute[] = [],
): RoutedCall | undefined {
  const single = path.startsWith("//") ? path.slice(1) : path;
  // An operation's name contains no character that is ever encoded.
  if (single.startsWith(rpcPrefix)) return matchRoute(method, single);
  const segments = single.split("/").slice(1);
  if (!single.startsWith("/") || segments[0] === undefined) return undefined;
  if (segments.length > maxSegments) throw ambiguous([]);
  let only: RoutedCall | undefined;
  for (const readings of [
    readOwnRoutes(method, segments),
    // A custom route begins with a single slash.
    readCustomRoutes(method, path.split("/").slice(1), customRoutes),
  ]) {
    // There may be very many: stop at the second one.
    for (const reading of readings) {
      if (only) throw ambiguous([only.row.name, reading.row.name]);
      only = reading;
    }
  }
  return only;
}

function* readOwnRoutes(method: string, segments: readonly string[]): Generator<RoutedCall> {
  for (const { name, parts } of ownRoutes().get(`${method} ${segments[0]}`) ?? []) {
    const row = findOperation(name);
    if (!row) continue;
    const isFree = (label: string) => isFreeText(row, label);
    for (const labels of fillings({ parts, segments, isFree, deadEnds: new Set() }))
      yield { row, labels, form: "rest" };
  }
}

function* readCustomRoutes(
  method: string,
  segments: readonly string[],
  customRoutes: readonly CustomRoute[],
): Generator<RoutedCall> {
  for (const { method: own, path, operation, input } of customRoutes) {
    const row = own === method ? findOperation(operation) : undefined;
    if (!row) continue;
    let identifiers: ReadonlySet<string> | undefined;
    const isFree = (label: string) => {
      identifiers ??= new Set(identifierLabels(row, input, ""));
      return !identifiers.has(label);
    };
    const parts = path.split("/").slice(1);
    for (const labels of fillings({ parts, segments, isFree, deadEnds: new Set() }))
      yield { row, labels: new Map(), form: "custom", custom: { input, labels } };
  }
}

interface Filling {
  readonly parts: readonly string[];
  readonly segments: readonly string[];
  /** Whether a label's value can contain a slash: free text can, an identifier cannot. */
  readonly isFree: (label: string) => boolean;
  /** Positions from which the rest cannot match: each is tried once, not once for each way that leads to it. */
  readonly deadEnds: Set<string>;
}

/** All ways in which the segments from `segment` on can fill the template from `part` on. */
function* fillings(filling: Filling, part = 0, segment = 0): Generator<Map<string, string>> {
  const { parts, segments, deadEnds } = filling;
  const text = parts[part];
  if (text === undefined) {
    if (segment === segments.length) yield new Map();
    return;
  }
  const place = `${part} ${segment}`;
  if (deadEnds.has(place)) return;
  let isDead = true;
  for (const [count, taken] of takings(filling, text, segment)) {
    for (const rest of fillings(filling, part + 1, segment + count)) {
      isDead = false;
      yield new Map([...taken, ...rest]);
    }
  }
  if (isDead) deadEnds.add(place);
}

/** How many segments, from one on, a part of the template can take, and the label that it binds. */
function* takings(
  { segments, isFree }: Filling,
  part: string,
  from: number,
): Generator<readonly [number, Map<string, string>]> {
  if (!part.startsWith("{")) {
    if (segments[from] === part) yield [1, new Map()];
    return;
  }
  const label = part.slice(1, -1);
  for (let count = 1; from + count <= segments.length; count++) {
    const value = segments.slice(from, from + count).join("/");
    // An ARN can contain a slash wherever it is.
    if (value === "" || (count > 1 && !value.startsWith("arn:") && !isFree(label))) continue;
    yield [count, new Map([[label, value]])];
  }
}

/** Identifiers without an ask, for instance a test case's, are recognized by their name. */
function isFreeText(row: OperationRow, label: string): boolean {
  return !label.endsWith("Id") && !isIdentifierMember(row, label);
}

/** The labels that a custom route's input uses as an identifier, at any depth; `path` is the template's. */
function identifierLabels(row: OperationRow, template: unknown, path: string): readonly string[] {
  if (typeof template === "string") {
    const reference = parseTemplate(template);
    return reference?.source === "label" && !isFreeText(row, path) ? [reference.name] : [];
  }
  if (typeof template !== "object" || template === null) return [];
  const isList = Array.isArray(template);
  return Object.entries(template).flatMap(([name, inner]) =>
    identifierLabels(row, inner, isList ? `${path}[]` : path === "" ? name : `${path}.${name}`),
  );
}

function ambiguous(names: readonly string[]): InputError {
  const [one, other] = [...new Set(names)];
  const which =
    one === undefined ? "" : other === undefined ? ` (\`${one}\`)` : ` (\`${one}\`, \`${other}\`)`;
  return new InputError(
    "",
    `an http api passes this path on decoded, and it can be read in more than one way${which}: send the call as \`POST /operations/{Operation}\``,
  );
}

let routes: Map<string, Route[]> | undefined;

/** Routes by method and first segment, made on first use. Every route begins with a literal (a test holds it). */
function ownRoutes(): ReadonlyMap<string, readonly Route[]> {
  if (routes) return routes;
  routes = new Map();
  for (const { name, method, uri } of operationRoutes()) {
    const parts = uri.split("/").slice(1);
    const key = `${method} ${parts[0]}`;
    routes.set(key, [...(routes.get(key) ?? []), { name, parts }]);
  }
  return routes;
}
