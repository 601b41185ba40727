/** A route of the configuration, as Try fills it in: labels of its path, its query and its body, and the request that they make. */

import { lowerAscii } from "../../../../../shared/ascii.ts";
import { parseTemplate } from "../../../../../shared/request/route/custom-template.ts";
import { requestOfRoute as makeRequest } from "../../../../../shared/request/route/route-request.ts";
import type { CustomRoute } from "../../../../../shared/request/types.ts";
import { isPlainObject } from "../../../../../shared/shape.ts";
import type { TriedRequest } from "../../../../authoring/own-request.ts";
import { memberOf, startOf } from "./form-value.ts";
import type { MemberShape, Shape } from "./shape.ts";

type Json = Readonly<Record<string, unknown>>;

/** A part of a request that the route's input names, with where it goes. */
interface Named {
  readonly part: "path" | "query" | "body";
  readonly member: MemberShape;
  /** What Try fills in. */
  readonly start: unknown;
}

/** The shape of what is filled in: `{path: {agentId}, query: {…}, body: {…}}`, only with parts that the route has. */
export function shapeOfRoute(route: CustomRoute, operation: Shape): Shape {
  const named = partsOf(route, operation, undefined);
  const parts = ["path", "query", "body"] as const;
  const members = parts.flatMap((part): readonly MemberShape[] => {
    const own = named.filter((each) => each.part === part).map(({ member }) => member);
    return own.length === 0
      ? []
      : [{ name: part, isRequired: true, shape: { kind: "structure", members: own } }];
  });
  return { kind: "structure", members };
}

/** What is required, with made-up values. @param filled the operation's input, as it is filled in */
export function fillRoute(route: CustomRoute, operation: Shape, filled: unknown): Json {
  const input: Record<string, Record<string, unknown>> = {};
  for (const { part, member, start } of partsOf(route, operation, filled)) {
    input[part] ??= {};
    if (member.isRequired) input[part][member.name] = start;
  }
  return input;
}

function partsOf({ input }: CustomRoute, operation: Shape, filled: unknown): readonly Named[] {
  const found = new Map<string, Named>();
  const walk = (
    template: unknown,
    shape: Shape,
    at: { readonly value: unknown; readonly isRequired: boolean },
  ) => {
    if (Array.isArray(template))
      for (const [place, each] of template.entries())
        walk(each, shape.kind === "list" ? shape.item : shape, {
          value: Array.isArray(at.value) ? at.value[place] : undefined,
          isRequired: false,
        });
    else if (isPlainObject(template))
      for (const [name, each] of Object.entries(template)) {
        const member = memberOf(shape, name);
        const inner = member?.shape ?? ("item" in shape ? shape.item : shape);
        const value = isPlainObject(at.value) ? at.value[name] : undefined;
        walk(each, inner, { value, isRequired: at.isRequired && member?.isRequired === true });
      }
    const reference = typeof template === "string" ? parseTemplate(template) : undefined;
    if (reference === undefined) return;
    const { source, name } = reference;
    const part = source === "label" ? "path" : source;
    const isRequired = part === "path" || at.isRequired;
    const start = at.value ?? (startOf(shape) === "" ? `some-${lowerAscii(name)}` : startOf(shape));
    found.set(`${part} ${name}`, { part, member: { name, isRequired, shape }, start });
  };
  walk(input, operation, { value: filled, isRequired: true });
  return [...found.values()].sort((a, b) => Number(b.member.isRequired) - Number(a.member.isRequired));
}

/** Makes the request. A label that is missing is empty. */
export function requestOfRoute(route: CustomRoute, given: Json): TriedRequest {
  const { rawPath, ...rest } = makeRequest(route, given);
  return { ...rest, path: rawPath, headers: [] };
}
