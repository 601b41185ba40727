/**
 * `token` against a server that stands in for the local gateway.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../command-run.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

interface Received {
  readonly request: IncomingMessage;
  readonly body: unknown;
}

async function serve(
  status: number,
  answer: string,
): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const started = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ request, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(status, { "content-type": "application/json", location: "/elsewhere" }).end(answer);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const address = started.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return { url: `http://127.0.0.1:${address.port}`, received };
}

describe("token", () => {
  it("asks as the gateway wants to be asked and prints the token alone", async () => {
    const { url, received } = await serve(200, '{"token":"a.b.c"}');
    const argv = [
      "token",
      "--sub",
      "alice",
      "--group",
      "operators",
      "--group",
      "a b",
      "--claim",
      "team=x=y",
      "--name",
      "Alice A.",
      "--tag",
      "site=a b",
      "--ttl",
      "60",
    ];
    expect(await run([...argv, "--url", url])).toEqual({ status: 0, stdout: "a.b.c\n", stderr: "" });
    const [{ request, body } = {}] = received;
    expect(request).toMatchObject({ method: "POST", url: "/local/token" });
    expect(request?.headers).toMatchObject({ "content-type": "application/json", "x-local-token": "1" });
    expect(request?.headers.origin).toBeUndefined();
    expect(body).toEqual({
      sub: "alice",
      groups: ["operators", "a b"],
      name: "Alice A.",
      tags: { site: "a b" },
      claims: { team: "x=y" },
      ttlSeconds: 60,
    });
  });

  it("says which of the configured issuers it is to stand for", async () => {
    const { url, received } = await serve(200, '{"token":"a.b.c"}');
    await run(["token", "--sub", "bob", "--issuer", "https://issuer.test", "--url", url]);
    expect(received[0]?.body).toEqual({ sub: "bob", groups: [], claims: {}, issuer: "https://issuer.test" });
  });

  it("leaves the lifetime to the gateway unless it is given", async () => {
    const { url, received } = await serve(200, '{"token":"a.b.c"}');
    await run(["token", "--sub", "bob", "--url", url]);
    expect(received[0]?.body).toEqual({ sub: "bob", groups: [], claims: {} });
  });

  it("exits with 2 and says what to do when no gateway runs", async () => {
    const { url } = await serve(200, "{}");
    server?.close();
    server?.closeAllConnections();
    const { status, stdout, stderr } = await run(["token", "--sub", "a", "--url", url]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe(
      `connect-authorizer: no local gateway answers at \`${url}\`; start it with \`npm start\`, or name it with --url\n`,
    );
  });

  it.each([
    [400, '{"message":"`sub` is odd"}', "gave no token (status 400): `sub` is odd"],
    [200, "{}", "gave no token (status 200): is this the local gateway"],
    [200, '{"token":""}', "gave no token (status 200)"],
    [200, "no json", "gave no token (status 200)"],
    [302, "{}", "no local gateway answers"],
  ])("exits with 2 when the answer is %i %s", async (status, answer, message) => {
    const { url } = await serve(status, answer);
    const done = await run(["token", "--sub", "a", "--url", url]);
    expect(done).toMatchObject({ status: 2, stdout: "" });
    expect(done.stderr).toContain(message);
  });

  it.each([
    [["--claim", "team"], "must be written as `--claim key=value`"],
    [["--claim", "=x"], "must be written as `--claim key=value`"],
    [["--claim", "a=1", "--claim", "a=2"], "the claim `a` is repeated"],
    [["--ttl", "0"], "must be a whole number of seconds"],
    [["--ttl", "1h"], "must be a whole number of seconds"],
    [["--url", "localhost:3000"], "must be a URL"],
    [["--url", "nowhere"], "must be a URL"],
  ])("exits with 2 for %j", async (flags, message) => {
    const { status, stderr } = await run(["token", "--sub", "a", ...flags]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
