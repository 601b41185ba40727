/**
 * Prevents an SDK client from sending over plain HTTP, except to this machine. It does not matter where the endpoint
 * was set: in a parameter of ours, an `AWS_ENDPOINT_URL`, or a profile.
 */
import { confidentialForm, isConfidential } from "../../endpoint.ts";
import type { Settings } from "../../settings.ts";
import { UpstreamError, unavailable } from "../answer/upstream-failure.ts";

interface Client {
  readonly middlewareStack: { add(middleware: never, place: never): void };
}

interface Sent {
  readonly request: { readonly protocol: string; readonly hostname: string };
}

/** Only `sam local` uses this name, for its containers' host. */
const samHost = "host.docker.internal";

/** Makes a client refuse to send anything that others could read. */
export function sendConfidentially({ middlewareStack }: Client, settings: Settings): void {
  const isSam = settings.AWS_SAM_LOCAL;
  const middleware = (next: (args: Sent) => unknown) => async (args: Sent) => {
    const { hostname } = args.request;
    if (isConfidential(args.request) || (isSam && hostname === samHost)) return next(args);
    const failure = unavailable("amazon connect could not be reached", undefined);
    throw new UpstreamError({ ...failure, detail: `an endpoint must be ${confidentialForm}` }, undefined);
  };
  // Low: nearest to the network, so that it sees the final request.
  const place = { name: "sendConfidentially", step: "deserialize", priority: "low", override: true };
  middlewareStack.add(middleware as never, place as never);
}
