/** The HTTP call that a tool's arguments make: from here on, it is decided, recorded and sent as if it came by HTTP. */
import { InputError } from "../../../shared/errors.ts";
import { requestOfRoute } from "../../../shared/request/route/route-request.ts";
import type { HttpCall } from "../../../shared/request/types.ts";
import type { Tool } from "./tool.ts";

/** The headers of a message that say how it is written, and not who sent it from where. */
const ofMessage = ["content-type", "content-length", "content-encoding", "accept"];

/**
 * @param carrier the HTTP call that brought the arguments
 * @throws InputError for a part that a route does not have
 */
export function callOfTool(
  { served: { name, route } }: Tool,
  given: Readonly<Record<string, unknown>>,
  carrier: HttpCall,
): HttpCall {
  const headers = new Map([...carrier.headers].filter(([header]) => !ofMessage.includes(header)));
  const call = { ...carrier, headers, pathForm: "encoded" } as const;
  if (!route) {
    const rpc = { method: "POST", rawPath: `/operations/${name}`, query: [] };
    return { ...call, ...rpc, body: JSON.stringify(given) };
  }
  const [stray] = Object.keys(given).filter((part) => !["path", "query", "body"].includes(part));
  if (stray !== undefined) throw new InputError(stray, "is not used by this route");
  // No two routes overlap, nor does one of them with a route of Connect (the bundle's rules): it leads to this one.
  return { ...call, ...requestOfRoute(route, given) };
}
