/**
 * An issuer's key server on 127.0.0.1 that can be slow, down, wrong or rotating.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface JwksServer {
  readonly url: string;
  /** How many times it was asked. */
  readonly requests: () => number;
  /** What it does from now on. */
  answer(behaviour: (response: ServerResponse) => void): void;
  answerKeys(...keys: readonly object[]): void;
  close(): Promise<void>;
}

export async function startJwksServer(): Promise<JwksServer> {
  let requests = 0;
  let behaviour = (response: ServerResponse) => {
    response.end('{"keys":[]}');
  };
  const server = createServer((_request, response) => {
    requests++;
    behaviour(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    answer: (next) => {
      behaviour = next;
    },
    answerKeys: (...keys) => {
      behaviour = (response) => response.end(JSON.stringify({ keys }));
    },
    close,
  };
}
