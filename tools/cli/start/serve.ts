/** What the commands that serve have in common: a port, one line when they are ready, and an end by a signal. */
import { DocumentError, formatErrors } from "../../../shared/errors.ts";
import { systemReason } from "../../authoring/system-reason.ts";
import { withProgram } from "../called-as.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";

export interface LocalServer {
  readonly url: string;
  /** Finishes requests in flight. */
  close(): Promise<void>;
}

/** The terminal and npm both send the signal: the second of the pair does not count. */
const samePairMs = 500;

export function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(
    `the port must be a number from 0 to 65535, not \`${text}\`: choose it with \`--port\``,
  );
}

/** Says that the server is ready, and resolves when a signal has stopped it. */
export async function serve(server: LocalServer, { stdout, stderr }: CommandIo): Promise<ExitStatus> {
  const stopped = new Promise<void>((resolve, reject) => {
    let stoppingSince: number | undefined;
    const stop = () => {
      const now = performance.now();
      if (stoppingSince !== undefined) {
        if (now - stoppingSince > samePairMs) process.exit(1);
        return;
      }
      stoppingSince = now;
      stderr.write("stopping: finishing requests in flight (signal again to stop at once)\n");
      server.close().then(resolve, reject);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    if (process.env["npm_lifecycle_event"] !== undefined) whenOrphaned(stop);
  });
  stdout.write(`ready ${server.url}\n`);
  await stopped;
  return process.exit(0);
}

/** `kill` on npm ends npm and the shell, but not this process, which would keep the port. */
function whenOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 250);
  timer.unref();
}

function portOf(cause: Error): string {
  return "port" in cause ? `port ${cause.port} of this machine` : "the port";
}

export function describeFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause instanceof DocumentError) return withProgram(formatErrors(cause.issues));
  if ("code" in cause && cause.code === "EADDRINUSE")
    return `another program has ${portOf(cause)}: stop it, or choose another port with \`--port\``;
  return "path" in cause ? `\`${cause.path}\`: ${systemReason(cause)}` : cause.message;
}
