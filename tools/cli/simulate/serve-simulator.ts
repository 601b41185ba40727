/**
 * `simulate --serve`: IAM's policy simulator on 127.0.0.1, in AWS's Query protocol. Signatures are not checked, since it
 * tells nothing that the files of this machine do not say.
 *
 * A web page must not read the policies here. Its requests have an `Origin`, and those of a page whose own name was made to
 * point here (DNS rebinding) have another `Host`: both are refused.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { answerIam } from "../../authoring/simulation/answer-iam.ts";
import { IamError } from "../../authoring/simulation/iam-error.ts";
import { isOwnHost, openLoopbackServer } from "../../local/loopback-server.ts";
import { fingerprintFolder, watchFolder } from "../../local/watch-folder.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { isFolder } from "../open-configuration.ts";
import { describeFailure, type LocalServer, serve } from "../start/serve.ts";
import { formatLines } from "../terminal/lay-out.ts";
import { writeAnswer, writeError } from "./query-answer.ts";
import { readForm } from "./query-form.ts";

/** Sixty policies of the greatest length. */
const maxBodyBytes = 8 * 1024 * 1024;
const requestTimeoutMs = 60_000;

interface SimulatorOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** Of the configuration. */
  readonly path: string;
  readonly load: () => Promise<Bundle>;
}

/** Serves until a signal stops it. */
export async function serveSimulator(options: SimulatorOptions, io: CommandIo): Promise<ExitStatus> {
  const server = await openSimulator(options, io).catch((cause: Error) => {
    if ("code" in cause && cause.code === "EADDRINUSE")
      throw new UsageError(describeFailure(cause), { cause });
    throw cause;
  });
  return serve(server, io);
}

/** Opens the server, with the configuration if there is one; it is read again when it changes. */
export async function openSimulator(
  { port, path, load }: SimulatorOptions,
  { stderr }: Pick<CommandIo, "stderr">,
): Promise<LocalServer> {
  const isThere = path !== "config" || (await isFolder(path));
  const seen = isThere ? await fingerprintFolder(path) : "";
  let bundle = isThere ? await load() : undefined;
  if (!isThere)
    stderr.write("note: there is no folder `config`: requests with a PolicySourceArn are refused\n");
  const reload = async () => {
    try {
      bundle = await load();
      stderr.write(`reloaded ${bundle.version}\n`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const lines = [...reason.split("\n"), "not reloaded: the last good configuration stays in use"];
      stderr.write(formatLines(lines, { columns: undefined }));
    }
  };
  const server = await openLoopbackServer(port, { requestTimeout: requestTimeoutMs }, (request, response) => {
    answer(request, response, () => bundle).catch(() => response.destroy());
  });
  const watcher = isThere ? watchFolder(path, seen, reload) : undefined;
  return {
    url: `http://127.0.0.1:${server.port}`,
    close: async () => {
      await watcher?.close();
      await server.close();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  configured: () => Bundle | undefined,
): Promise<void> {
  const requestId = randomUUID();
  const send = (status: number, xml: string) => {
    response.writeHead(status, {
      "content-type": "text/xml",
      "x-amzn-requestid": requestId,
      "cache-control": "no-store",
      // What was not read of a body is not the next request.
      ...(request.complete ? {} : { connection: "close" }),
    });
    response.end(xml);
  };
  try {
    assertOwn(request);
    const { operation, request: asked } = readForm(await readBody(request));
    send(200, writeAnswer(operation, answerIam(operation, asked, configured()), requestId));
  } catch (error) {
    const known =
      error instanceof IamError
        ? error
        : new IamError("PolicyEvaluation", "The request could not be decided.");
    send(known.status, writeError(known, requestId));
  }
}

/** @throws IamError for what no program of this machine sends */
function assertOwn(request: IncomingMessage): void {
  const { host = [], origin, "content-type": types = [] } = request.headersDistinct;
  if (!isOwnHost(host) || origin !== undefined)
    throw new IamError(
      "AccessDenied",
      "This server is for programs of its own machine: call it as http://127.0.0.1",
    );
  if (request.method !== "POST" || request.url !== "/")
    throw new IamError("InvalidAction", "Send a POST request to /, as AWS's SDKs do.");
  if (!/^application\/x-www-form-urlencoded\b/i.test(types.join()))
    throw new IamError("MalformedQueryString", "The body must be application/x-www-form-urlencoded.");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > maxBodyBytes)
      throw new IamError("RequestEntityTooLarge", `The request is larger than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
