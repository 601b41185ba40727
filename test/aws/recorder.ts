/**
 * Passes requests on to another server, unchanged, and keeps them: what is sent to a service is seen on the wire.
 */
import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface Recorder {
  readonly url: string;
  readonly requests: RecordedRequest[];
  close(): Promise<void>;
}

/**
 * Starts a recorder before a server.
 *
 * @param mend rewrites the bodies of answers, where that server does not keep to the protocol
 */
export async function startRecorder(target: string, mend = (body: string) => body): Promise<Recorder> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    const body = await buffer(incoming);
    requests.push({ method, path: url, headers, body: body.toString("utf8") });
    const passed = sendRequest(new URL(url, target), { method, headers }, (answer) => {
      text(answer).then(
        (received) => {
          const mended = mend(received);
          const own = { ...answer.headers, "content-length": String(Buffer.byteLength(mended)) };
          response.writeHead(answer.statusCode ?? 500, own).end(mended);
        },
        () => response.destroy(),
      );
    });
    passed.on("error", () => response.destroy());
    passed.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
