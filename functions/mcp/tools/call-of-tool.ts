/** The HTTP call that a tool's arguments make: from here on, it is decided, recorded and sent as if it came by HTTP. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import { InputError } from "../../../shared/errors.ts";
import { requestOfRoute } from "../../../shared/request/route/route-request.ts";
import { findRoute } from "../../../shared/request/route/served-route.ts";
import type { HttpCall } from "../../../shared/request/types.ts";
import type { Tool } from "./tool.ts";

/** The headers of a message that say how it is written, and not who sent it from where. */
const ofMessage = ["content-type", "content-length", "content-encoding", "accept"];

/**
 * @param carrier the HTTP call that brought the arguments
 * @throws InputError for a part that a route does not have, and for a path that leads to another route
 */
export function callOfTool(
  { served: { name, route } }: Tool,
  given: Readonly<Record<string, unknown>>,
  { carrier, bundle }: { readonly carrier: HttpCall; readonly bundle: OpenedBundle },
): HttpCall {
  const headers = new Map([...carrier.headers].filter(([header]) => !ofMessage.includes(header)));
  const call = { ...carrier, headers, pathForm: "encoded" } as const;
  if (!route) {
    const rpc = { method: "POST", rawPath: `/operations/${name}`, query: [] };
    return { ...call, ...rpc, body: JSON.stringify(given) };
  }
  const [stray] = Object.keys(given).filter((part) => !["path", "query", "body"].includes(part));
  if (stray !== undefined) throw new InputError(stray, "is not used by this route");
  const made = { ...call, ...requestOfRoute(route, given) };
  const { custom } = findRoute(made, bundle.config.routes);
  if (custom?.input !== route.input) throw new InputError("path", "leads to another route");
  return made;
}
