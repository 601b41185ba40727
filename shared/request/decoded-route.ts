/**
 * Which operation a path names that API Gateway has decoded already, as HTTP APIs do.
 *
 * A slash in it may have been a `%2F` inside a label, so that one path can stand for several requests: every reading
 * of it, under all routes of the method, is looked at, and only a single one is taken. What is taken is decided and
 * sent like any other call; this is about doing what the client meant, or nothing.
 */
import { findOperation, operationRoutes } from "../catalog/catalog.ts";
import type { OperationRow } from "../catalog/types.ts";
import { InputError } from "../errors.ts";
import { parseTemplate } from "./custom-template.ts";
import { isIdentifier } from "./identifier-sources.ts";
import { matchRoute } from "./route.ts";
import type { CustomRoute, RoutedCall } from "./types.ts";

interface Route {
  readonly name: string;
  readonly parts: readonly string[];
}

/** No ARN of Amazon Connect makes a path longer; it bounds the readings that are tried. */
const maxSegments = 32;
const rpcPrefix = "/operations/";

/**
 * Finds the operation; a doubled leading slash is read as one, as `matchRoute` does.
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
  // An operation's name holds nothing that is ever encoded.
  if (single.startsWith(rpcPrefix)) return matchRoute(method, single);
  const segments = single.split("/").slice(1);
  if (!single.startsWith("/") || segments[0] === undefined) return undefined;
  if (segments.length > maxSegments) throw ambiguous([]);
  const readings = [
    ...readOwnRoutes(method, segments),
    ...readCustomRoutes(method, path.split("/").slice(1), customRoutes),
  ];
  if (readings.length > 1) throw ambiguous(readings.map(({ row }) => row.name));
  return readings[0];
}

function* readOwnRoutes(method: string, segments: readonly string[]): Generator<RoutedCall> {
  for (const { name, parts } of ownRoutes().get(`${method} ${segments[0]}`) ?? []) {
    const row = findOperation(name);
    if (!row) continue;
    for (const labels of fillings(parts, segments, (label) => isFreeText(row, label)))
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
    for (const labels of fillings(path.split("/").slice(1), segments, isFree))
      yield { row, labels: new Map(), form: "custom", custom: { input, labels } };
  }
}

/**
 * Every way in which segments fill a template. A label takes more than one only where its value may hold a slash: an
 * ARN, or a text of the caller's choice; an identifier may not.
 */
function* fillings(
  parts: readonly string[],
  segments: readonly string[],
  isFree: (label: string) => boolean,
): Generator<Map<string, string>> {
  const [part, ...restParts] = parts;
  if (part === undefined) {
    if (segments.length === 0) yield new Map();
    return;
  }
  if (!part.startsWith("{")) {
    if (segments[0] === part) yield* fillings(restParts, segments.slice(1), isFree);
    return;
  }
  const label = part.slice(1, -1);
  for (let count = 1; count <= segments.length - restParts.length; count++) {
    const value = segments.slice(0, count).join("/");
    if (value === "" || (count > 1 && !value.startsWith("arn:") && !isFree(label))) continue;
    for (const rest of fillings(restParts, segments.slice(count), isFree))
      yield new Map([[label, value], ...rest]);
  }
}

/** Identifiers that no policy asks about, like a test case's, are told by their name. */
function isFreeText(row: OperationRow, label: string): boolean {
  return !label.endsWith("Id") && !isIdentifier(row, label);
}

/**
 * The labels that a custom route's input puts where an identifier stands, at any depth.
 *
 * @param path of the template, as the catalogue writes member paths
 */
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
    `an http api hands this path over decoded, and it can be read in more than one way${which}: send the call as \`POST /operations/{Operation}\``,
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
