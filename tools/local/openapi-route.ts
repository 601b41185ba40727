/**
 * `GET /openapi.json`: what this gateway serves, as `openapi` writes it. Like the console, it asks for no token and is never
 * deployed. It has no policies in it, but names instances: a page whose own name was made to point here (DNS rebinding) gets
 * nothing.
 */
import type { Configuration } from "../../shared/bundle/types.ts";
import { listServed } from "../../shared/reach/served.ts";
import { describeApi } from "../openapi/openapi.ts";
import { renderGatewayResponse } from "./gateway/answers/gateway-response.ts";
import { headerValues } from "./gateway/events/received-request.ts";
import type { LocalRoute } from "./gateway/gateway.ts";
import { isOwnHost } from "./loopback-server.ts";

/** @param current finds the configuration that decides now, and the gateway's address */
export function openApiRoute(
  current: () => { readonly config: Configuration; readonly url: string },
): LocalRoute {
  return (request) => {
    if (!isOwnHost(headerValues(request, "host")))
      return renderGatewayResponse(
        "explicitDeny",
        "the document is for programs on this machine: ask for it at 127.0.0.1, or use `openapi`",
      );
    const { config, url } = current();
    const document = describeApi({ config, served: listServed(config), servers: [url] });
    return {
      status: 200,
      headers: [["content-type", "application/json"]],
      body: `${JSON.stringify(document)}\n`,
    };
  };
}
