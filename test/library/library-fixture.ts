/** The library around a bundle of its own, and clients whose transport counts. */
import { ConnectClient, type ConnectClientConfig } from "@aws-sdk/client-connect";
import {
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  type DecisionRecord,
  type GuardOptions,
  guardConnectClient,
} from "../../tools/library/index.ts";
import { type Around, bundleOf, type Statement, tokenOf } from "../functions/lambda-fixture.ts";

/** A request as the transport gets it. */
export interface Transmitted {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A transport that keeps what it gets, and answers `{}`. */
export class CountingTransport {
  readonly requests: Transmitted[] = [];
  readonly metadata = { handlerProtocol: "http/1.1" };

  async handle(request: Transmitted) {
    this.requests.push(request);
    const headers = { "content-type": "application/json" };
    return { response: { statusCode: 200, headers, body: new TextEncoder().encode("{}") } };
  }

  updateHttpClientConfig() {}
  httpHandlerConfigs() {
    return {};
  }
  destroy() {}
}

/** Makes a client of the fixture's instance, without retries, on a transport. */
export function clientOn(transport: object, config: ConnectClientConfig = {}): ConnectClient {
  return new ConnectClient({
    region: "us-west-2",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: transport as NonNullable<ConnectClientConfig["requestHandler"]>,
    // The answer is bytes.
    streamCollector: async (body) => body as Uint8Array,
    ...config,
  });
}

/** An authorizer that keeps its records. */
export interface Kept {
  readonly authorizer: Authorizer;
  readonly records: DecisionRecord[];
}

/** Makes an authorizer whose policy `p` for the group `callers` has the given statements. */
export async function authorizerOf(
  statements: readonly Statement[],
  { config, ...options }: Pick<Around, "config"> & Pick<AuthorizerOptions, "principalsTable"> = {},
): Promise<Kept> {
  const records: DecisionRecord[] = [];
  const bundle = bundleOf(statements, config);
  const onRecord = (record: DecisionRecord) => records.push(record);
  return { authorizer: await createAuthorizer({ bundle, onRecord, ...options }), records };
}

/** Guards a client for the fixture's caller. */
export async function guardedBy<Client extends ConnectClient>(
  authorizer: Authorizer,
  client: Client,
  options?: GuardOptions,
): Promise<Client> {
  return guardConnectClient(client, authorizer, await authorizer.identify(tokenOf()), options);
}
