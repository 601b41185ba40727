/** Where the proxy sends what is allowed: the embedded Connect, another server, or the real service. */
import type { Configuration } from "../../shared/bundle/types.ts";
import { type LocalConnectOptions, startLocalConnect } from "./connect/server.ts";
import type { World } from "./connect/world.ts";

export type ConnectChoice =
  | ({ readonly kind: "embedded" } & Pick<
      LocalConnectOptions,
      "faults" | "live" | "seed" | "source" | "stateFile" | "unimplemented"
    >)
  | { readonly kind: "aws" }
  | { readonly kind: "url"; readonly url: string };

const advice =
  ", but your policies allow the call: `--connect aws` sends it to the real service, `--unimplemented empty` answers without content";

/** Starts the embedded Connect if it is chosen; the endpoint is what `CONNECT_ENDPOINT` takes. */
export async function openConnect(choice: ConnectChoice, { instances }: Configuration) {
  if (choice.kind !== "embedded")
    return { endpoint: choice.kind === "aws" ? "aws" : choice.url, notes: [], close: async () => undefined };
  const { kind: _, ...behaviour } = choice;
  let world: World | undefined;
  const prepare = (made: World) => {
    world = made;
  };
  const server = await startLocalConnect({ ...behaviour, instances, advice, prepare });
  const { userId, notes } = server;
  return { endpoint: server.url, userId, notes, world, close: () => server.close() };
}
