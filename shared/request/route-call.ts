/**
 * Which operation a call is for, however its event spells the path.
 */
import { matchDecodedRoute } from "./decoded-route.ts";
import { matchRoute } from "./route.ts";
import type { CustomRoute, HttpCall, RoutedCall } from "./types.ts";

/**
 * Finds the operation of a call.
 *
 * @returns nothing for an unknown route, and for a path that may or may not be decoded where that makes a difference
 * @throws InputError for a label that is not valid percent-encoding, and for a decoded path that fits several operations
 */
export function routeCall(call: HttpCall, customRoutes: readonly CustomRoute[]): RoutedCall | undefined {
  const { method, rawPath, pathForm = "encoded" } = call;
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
