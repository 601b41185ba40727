/**
 * moto's server, which speaks the real APIs of AWS, and AWS's SDK for Python to fill it; both from a Python environment
 * with `moto[server]`. Its folder of programs is named by STORES_PYTHON_BIN; otherwise PATH is searched.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { join, resolve } from "node:path";
import { createInterface, type Interface } from "node:readline";

export interface Sdk {
  /** Calls an operation; an error of the service is given as `{ Error: { Code } }`. Bytes in the answer are base64. */
  call(service: string, operation: string, input: object): Promise<Readonly<Record<string, unknown>>>;
}

export interface Moto extends Sdk {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Credentials that moto takes and {@link isSignatureRight} of the fake services checks. */
export const credentials = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "session-token",
};

function program(name: string): string {
  const folder = process.env["STORES_PYTHON_BIN"];
  return folder ? join(folder, name) : name;
}

/** Starts moto on a free port. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const server = spawn(program("moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`moto_server ended with ${code}`)));
  });
  failed.catch(() => undefined);
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([failed, answering(endpoint)]);
  const sdk = startSdk(endpoint);
  return {
    endpoint,
    environment: { ...credentials, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: endpoint },
    call: sdk.call,
    close: async () => {
      await Promise.all([ended(server), sdk.close()]);
    },
  };
}

/** Starts the SDK for Python against an endpoint. */
export function startSdk(endpoint: string): Sdk & { close(): Promise<void> } {
  const script = resolve(import.meta.dirname, "aws.py");
  const child = spawn(program("python3"), [script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...credentials },
  });
  const lines: Interface = createInterface(child.stdout);
  const answers = lines[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    call(service, operation, input) {
      const answer = last.then(async () => {
        child.stdin.write(`${JSON.stringify({ service, operation, endpoint, arguments: input })}\n`);
        const { value, done } = await answers.next();
        if (done) throw new Error("the SDK for Python ended");
        return JSON.parse(value) as Readonly<Record<string, unknown>>;
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    close: () => ended(child),
  };
}

async function answering(url: string): Promise<void> {
  for (;;) {
    const isUp = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.once("exit", () => done());
    child.kill();
  });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
