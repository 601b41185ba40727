/** Where the proxy sends what is allowed: the embedded Connect, another server, or the real service. */
import type { Configuration } from "../../shared/bundle/types.ts";
import { startLocalConnect } from "./connect/server.ts";

export type ConnectChoice =
  | { readonly kind: "embedded" }
  | { readonly kind: "aws" }
  | { readonly kind: "url"; readonly url: string };

/** Starts the embedded Connect if it is chosen; the endpoint is what `CONNECT_ENDPOINT` takes. */
export async function openConnect(choice: ConnectChoice, { instances }: Configuration) {
  if (choice.kind !== "embedded")
    return { endpoint: choice.kind === "aws" ? "aws" : choice.url, close: async () => undefined };
  const server = await startLocalConnect({ instances });
  return { endpoint: server.url, close: () => server.close() };
}
