/**
 * Custom routes of `authorizer.yaml`. Author side only.
 */

import { findRouteProblems } from "../../../../shared/bundle/rules/routes.ts";
import type { CustomRoute } from "../../../../shared/request/types.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { nearestName } from "../../nearest-name.ts";

/** Reads the `routes`; every issue goes to the document's sink. */
export function readRoutes(node: DocumentNode | undefined): readonly CustomRoute[] {
  const routes: CustomRoute[] = [];
  for (const item of node?.list() ?? []) {
    const members = item.mapping({ required: ["route", "operation", "input"], optional: [] });
    const [route, operation, input] = [
      members?.get("route"),
      members?.get("operation"),
      members?.get("input"),
    ];
    const text = route?.text();
    const name = operation?.text();
    const entries = input?.entries();
    if (text === undefined || name === undefined || !entries || !input) continue;
    const [method = "", path = "", ...rest] = text.split(" ");
    const values = Object.fromEntries([...entries].map(([key, value]) => [key, value.plain()]));
    const custom: CustomRoute = { method, path: [path, ...rest].join(" "), operation: name, input: values };
    for (const { member, code, message } of findRouteProblems(custom, routes, nearestName))
      members?.get(member)?.report(code, message);
    routes.push(custom);
  }
  return routes;
}
