/**
 * The SDK's Connect client, without the steps of its pipeline that a proxy has no use for.
 */
import { ConnectClient, type ConnectClientConfig } from "@aws-sdk/client-connect";
import { writeLongTextsAtOnce } from "./long-texts.ts";

/** Creates a client. */
export function createConnectClient(config: ConnectClientConfig): ConnectClient {
  const client = new ConnectClient(config);
  // It walks the whole input and output to hide what is sensitive, and hands both to a logger that there is none of.
  client.middlewareStack.remove("loggerMiddleware");
  writeLongTextsAtOnce(client);
  return client;
}
