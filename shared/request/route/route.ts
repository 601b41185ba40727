/** Finds the operation of a call, whether its event has the path encoded or decoded. */

import type { CustomRoute, HttpCall, RoutedCall } from "../types.ts";
import { matchDecodedRoute } from "./decoded-route.ts";
import { matchRoute } from "./encoded-route.ts";

/** `/regions/us-west-2/users/…`: any route may follow the Region of the Amazon Connect instance. */
const regionPrefix = /^\/regions\/([a-z]{2,}(?:-[a-z0-9]+)+)(?=\/)/;

/**
 * A Region before the route is part of the path, and so of the key under which API Gateway caches an authorizer's
 * answer.
 *
 * @returns `undefined` for an unknown route, and if it is not known whether the path is decoded and that makes a
 * difference
 * @throws InputError for a label that is not valid percent-encoding, and for a decoded path that fits several
 * operations
 */
export function routeCall(call: HttpCall, customRoutes: readonly CustomRoute[]): RoutedCall | undefined {
  const [prefix = "", region] = regionPrefix.exec(call.rawPath) ?? [];
  const routed = routePath({ ...call, rawPath: call.rawPath.slice(prefix.length) }, customRoutes);
  return routed && region !== undefined ? { ...routed, region } : routed;
}

function routePath(
  { method, rawPath, pathForm = "encoded" }: HttpCall,
  customRoutes: readonly CustomRoute[],
): RoutedCall | undefined {
  if (pathForm === "decoded") return matchDecodedRoute(method, rawPath, customRoutes);
  const routed = matchRoute(method, rawPath, customRoutes);
  if (pathForm === "encoded" || !routed) return routed;
  const other = matchDecodedRoute(method, rawPath, customRoutes);
  return other && isSame(routed, other) ? routed : undefined;
}

function isSame(one: RoutedCall, other: RoutedCall): boolean {
  const text = ({ row, form, labels, custom }: RoutedCall) =>
    JSON.stringify([row.name, form, [...labels], [...(custom?.labels ?? [])]]);
  return text(one) === text(other);
}
