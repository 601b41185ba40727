/**
 * The SDK's Connect client, without the steps of its pipeline that a proxy has no use for.
 */
import { ConnectClient, type ConnectClientConfig } from "@aws-sdk/client-connect";

/** Creates a client. */
export function createConnectClient(config: ConnectClientConfig): ConnectClient {
  const client = new ConnectClient(config);
  // It walks the whole input and output to hide what is sensitive, and hands both to a logger that there is none of.
  client.middlewareStack.remove("loggerMiddleware");
  return client;
}
