/**
 * AWS's SDK for Python, which comes with moto: what fills moto's services, and a second opinion on our own fakes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { startDynalite } from "../../tools/dynalite/start.ts";
import { startMoto } from "./moto-server.ts";

export interface Sdk {
  /** Calls an operation; an error of the service is given as `{ Error: { Code } }`. Bytes in the answer are base64. */
  call(service: string, operation: string, input: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** A server with an SDK that speaks to it. */
export interface FilledServer extends Sdk {
  /** For functions and commands: endpoint, region and credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Credentials that moto takes, and whose signatures the fakes of the unit tests check. */
const credentials = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "session-token",
};

/** Starts moto and an SDK for it. */
export async function startFilledMoto(): Promise<FilledServer> {
  return withSdk(await startMoto());
}

/** Starts dynalite, which is DynamoDB alone, and an SDK for it. */
export async function startFilledDynalite(): Promise<FilledServer> {
  return withSdk(await startDynalite(resolve(import.meta.dirname, "../..")));
}

function withSdk(server: { readonly url: string; stop(): Promise<void> }): FilledServer {
  const sdk = startSdk(server.url);
  return {
    environment: { ...credentials, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: server.url },
    call: sdk.call,
    close: async () => {
      await Promise.all([server.stop(), sdk.close()]);
    },
  };
}

/** Starts the SDK against an endpoint, with the Python that moto was installed for. */
export function startSdk(endpoint: string): Sdk {
  const python = join(dirname(process.env["MOTO_SERVER"] ?? ""), "python3");
  const child = spawn(python, [resolve(import.meta.dirname, "sdk.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...credentials },
  });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
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

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.once("exit", () => done());
    child.kill();
  });
}
