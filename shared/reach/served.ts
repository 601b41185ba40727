/** All that a configuration serves: the operations of Amazon Connect, and the routes of its own. */
import type { Configuration } from "../bundle/types.ts";
import { findOperation, operations } from "../catalog/catalog.ts";
import type { OperationRow } from "../catalog/types.ts";
import { compileGlob, matchGlob } from "../policy/pattern/glob.ts";
import { parseWildcards } from "../policy/pattern/template.ts";
import type { ConnectInstance, CustomRoute } from "../request/types.ts";

export interface Served {
  /** The operation, `DeleteUser`, or the route, `DELETE /agents/{id}`. Different for each. */
  readonly name: string;
  readonly operation: OperationRow;
  /** Those that a call can go to. */
  readonly instances: readonly ConnectInstance[];
  readonly route?: CustomRoute;
}

export function listServed({
  instances,
  routes,
}: Pick<Configuration, "instances" | "routes">): readonly Served[] {
  const ofRoutes = routes.flatMap((route): readonly Served[] => {
    const operation = findOperation(route.operation);
    const own = { name: nameOfRoute(route), instances: instancesOf(route, instances), route };
    return operation ? [{ operation, ...own }] : [];
  });
  const served = operations().filter(({ refused }) => refused === undefined);
  return [...ofRoutes, ...served.map((operation) => ({ name: operation.name, operation, instances }))];
}

/**
 * Whether one of the patterns matches what is served: an operation by its name, a route by `GET /agents/{agentId}`. `*` stands for
 * any text, `?` for any character.
 */
export function createChoice(patterns: readonly string[]): (served: Pick<Served, "name">) => boolean {
  const globs = patterns.map((pattern) => compileGlob(parseWildcards(pattern)));
  return ({ name }) => globs.some((glob) => matchGlob(glob, name));
}

export function nameOfRoute({ method, path }: CustomRoute): string {
  return `${method} ${path}`;
}

/** A route that names an instance itself leads to no other. */
function instancesOf(route: CustomRoute, instances: readonly ConnectInstance[]): readonly ConnectInstance[] {
  const named = route.input["InstanceId"];
  if (typeof named !== "string" || named.startsWith("{")) return instances;
  return instances.filter(({ id, arn }) => [id, arn].includes(named));
}
