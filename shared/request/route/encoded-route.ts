/**
 * Finds the operation of a method and a raw path.
 *
 * The path is split while it is still percent-encoded, and then each label is decoded once. If it were decoded first,
 * the slashes of an ARN in a label (`/tags/{resourceArn}`) would turn one operation's path into another's.
 */
import { findOperation, operationRoutes } from "../../catalog/catalog.ts";
import { InputError } from "../../errors.ts";
import type { CustomRoute, RoutedCall } from "../types.ts";

interface RouteNode {
  readonly literals: Map<string, RouteNode>;
  label?: RouteNode;
  /** Where a template ends: method → operation and its labels in order. */
  readonly ends: Map<string, { readonly name: string; readonly labels: readonly string[] }>;
}

export const rpcPrefix = "/operations/";

/**
 * Matches Connect's own REST routes, `POST /operations/{Operation}`, and custom routes.
 *
 * @param rawPath still percent-encoded, without query; a doubled leading slash counts as one, because SDKs
 *   send it when the configured endpoint ends in a slash
 * @throws InputError when a label is not valid percent-encoded UTF-8
 */
export function matchRoute(
  method: string,
  rawPath: string,
  customRoutes: readonly CustomRoute[] = [],
): RoutedCall | undefined {
  return matchOwnRoute(method, rawPath) ?? matchCustomRoute(method, rawPath, customRoutes);
}

function matchOwnRoute(method: string, rawPath: string): RoutedCall | undefined {
  const path = rawPath.startsWith("//") ? rawPath.slice(1) : rawPath;
  if (path.startsWith(rpcPrefix)) {
    const row = method === "POST" ? findOperation(path.slice(rpcPrefix.length)) : undefined;
    return row && { row, labels: new Map(), form: "rpc" };
  }
  const segments = path.split("/");
  if (segments.shift() !== "") return undefined;
  const values: string[] = [];
  let node: RouteNode | undefined = routes();
  for (const segment of segments) {
    const literal: RouteNode | undefined = node.literals.get(segment);
    node = literal ?? node.label;
    if (!node) return undefined;
    if (literal) continue;
    if (segment === "") return undefined;
    values.push(segment);
  }
  const end = node.ends.get(method);
  const row = end && findOperation(end.name);
  const bound = end?.labels.map((name, index) => [name, values[index] ?? ""] as const);
  return row && { row, labels: decodeLabels(bound ?? []), form: "rest" };
}

/** Binds the labels of a custom route's path; `known-from-url.ts` and `from-template.ts` fill the input with them. */
function matchCustomRoute(
  method: string,
  rawPath: string,
  customRoutes: readonly CustomRoute[],
): RoutedCall | undefined {
  const segments = rawPath.split("/");
  for (const { method: own, path, operation, input } of customRoutes) {
    const labels = own === method ? matchSegments(path.split("/"), segments) : undefined;
    const row = labels && findOperation(operation);
    if (row) return { row, labels: new Map(), form: "custom", custom: { input, labels } };
  }
  return undefined;
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Map<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const bound: [name: string, raw: string][] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (!part.startsWith("{")) {
      if (part !== segment) return undefined;
    } else if (segment === "") return undefined;
    else bound.push([part.slice(1, -1), segment]);
  }
  return decodeLabels(bound);
}

function decodeLabels(bound: readonly (readonly [name: string, raw: string])[]): Map<string, string> {
  return new Map(
    bound.map(([name, raw]) => {
      try {
        return [name, decodeURIComponent(raw)];
      } catch (cause) {
        throw new InputError(name, "is not valid percent-encoded UTF-8", { cause });
      }
    }),
  );
}

/** Lists the labels of a path (`/agents/{agentId}`), in order. */
export function labelsOf(path: string): string[] {
  return path
    .split("/")
    .filter((segment) => segment.startsWith("{"))
    .map((segment) => segment.slice(1, -1));
}

let root: RouteNode | undefined;

/** Created on first use. No template of the catalogue overlaps another (a test checks it). */
function routes(): RouteNode {
  if (root) return root;
  root = newNode();
  for (const { name, method, uri } of operationRoutes()) {
    let node = root;
    for (const segment of uri.split("/").slice(1)) node = descend(node, segment);
    node.ends.set(method, { name, labels: labelsOf(uri) });
  }
  return root;
}

function descend(node: RouteNode, segment: string): RouteNode {
  if (segment.startsWith("{")) {
    node.label ??= newNode();
    return node.label;
  }
  const next = node.literals.get(segment) ?? newNode();
  node.literals.set(segment, next);
  return next;
}

function newNode(): RouteNode {
  return { literals: new Map(), ends: new Map() };
}
