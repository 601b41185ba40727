/**
 * Connect's stand-in on the wire, reached directly and through the gateway by the same SDK client.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as connect from "@aws-sdk/client-connect";
import { type Gateway, startGateway } from "../../tools/local/gateway/gateway.ts";
import { allowAll, given, tokenOf } from "../functions/lambda-fixture.ts";
import { connectClient } from "../scenario/running-gateway.ts";

/** A request as Connect receives it, without what differs from one request to the next. */
export interface Received {
  readonly method: string | undefined;
  /** Path and query as they stand on the wire. */
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** What the stand-in answers. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Wire {
  readonly direct: connect.ConnectClient;
  readonly proxied: connect.ConnectClient;
  /** The gateway's address. */
  readonly url: string;
  /** One answer for all, or one for each request. */
  reply: Reply | ((request: Received) => Reply);
  /** What the stand-in received since the last {@link send}, in order. */
  readonly received: Received[];
  send(client: connect.ConnectClient, operation: string, input: object): Promise<Sent>;
  close(): Promise<void>;
}

export interface Sent {
  readonly output: unknown;
  readonly sent: Received | undefined;
}

/**
 * Headers that say who speaks, when, and in how many attempts; and the length of a body that the client wrote with its
 * members in the caller's order.
 */
const volatile =
  /^(host|connection|user-agent|x-amz-user-agent|authorization|x-amz-date|x-amz-security-token|x-amz-content-sha256|amz-sdk-.*|content-length)$/;

type AnyCommand = new (input: object) => connect.DescribeUserCommand;

/** Connect's stand-in alone: keeps what it receives and gives the reply that was set last. */
export interface StandIn extends Pick<Wire, "reply" | "received"> {
  readonly endpoint: string;
  close(): Promise<unknown>;
}

/** Starts the stand-in. */
export async function openStandIn(): Promise<StandIn> {
  const received: Received[] = [];
  const standIn: Pick<Wire, "reply"> = { reply: { status: 200, headers: {}, body: "{}" } };
  const upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const headers = Object.entries(request.headers).filter(([name]) => !volatile.test(name));
      const seen = {
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(headers),
        body: text === "" ? "" : JSON.parse(text),
      };
      received.push(seen);
      const reply = typeof standIn.reply === "function" ? standIn.reply(seen) : standIn.reply;
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  const endpoint = await listen(upstream);
  const close = () => new Promise((done) => upstream.close(done));
  return Object.assign(standIn, { received, endpoint, close });
}

/** Starts stand-in, gateway and both clients. */
export async function openWire(): Promise<Wire> {
  const standIn = await openStandIn();
  const { received, endpoint, close: closeStandIn } = standIn;
  const { authorize, proxy } = given([allowAll], { environment: { CONNECT_ENDPOINT: endpoint } });
  const gateway: Gateway = await startGateway({
    port: 0,
    authorizer: authorize,
    proxy,
    tokenHeader: "authorization",
  });
  const direct = connectClient(endpoint);
  const proxied = connectClient(gateway.url, tokenOf());
  return Object.assign(standIn, {
    direct,
    proxied,
    url: gateway.url,
    received,
    async send(client: connect.ConnectClient, operation: string, input: object) {
      received.length = 0;
      const Command = Reflect.get(connect, `${operation}Command`) as AnyCommand;
      const { $metadata: _, ...output } = await client.send(new Command(input));
      return { output, sent: received[0] };
    },
    async close() {
      await gateway.close();
      direct.destroy();
      proxied.destroy();
      await closeStandIn();
    },
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
