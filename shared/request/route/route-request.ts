/** The request that reaches a route of the configuration: the way back from a route to HTTP. */
import { isPlainObject } from "../../shape.ts";
import type { CustomRoute, HttpCall } from "../types.ts";

/** @param given `{path: {agentId}, query: {…}, body: {…}}`; a label that is missing is empty */
export function requestOfRoute(
  route: Pick<CustomRoute, "method" | "path">,
  given: Readonly<Record<string, unknown>>,
): Pick<HttpCall, "method" | "rawPath" | "query"> & { readonly body: string } {
  const [labels, query, body] = ["path", "query", "body"].map((part) => {
    const value = given[part];
    return isPlainObject(value) ? value : {};
  });
  const label = (name: string) => encodeURIComponent(String(labels?.[name] ?? ""));
  return {
    method: route.method,
    rawPath: route.path.replace(/\{([A-Za-z][\w-]*)\}/g, (_, name: string) => label(name)),
    query: Object.entries(query ?? {}).flatMap(([name, value]) =>
      [value].flat().map((each): readonly [string, string] => [name, String(each)]),
    ),
    body: given["body"] === undefined ? "" : JSON.stringify(body),
  };
}
