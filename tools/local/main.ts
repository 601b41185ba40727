/**
 * The program behind `npm start`: flags, the one line on stdout, signals, exit statuses.
 *
 * Statuses: 0 stopped by a signal, 1 could not start, 2 unusable flags or configuration.
 */
import { DocumentError, formatErrors } from "../../shared/errors.ts";
import { FlagError, parseFlags, usage } from "./flags.ts";
import { type LocalGateway, startLocal } from "./start-local.ts";

/** The terminal and npm both send the signal: the second of the pair does not count. */
const samePairMs = 500;

const print = (text: string) => process.stderr.write(`${text}\n`);

/** Runs until a signal; resolves to the exit status if it could not start, or printed help. */
async function run(): Promise<number | undefined> {
  try {
    const flags = parseFlags(process.argv.slice(2), process.env);
    if (flags === "help") {
      process.stdout.write(usage);
      return 0;
    }
    if (flags.connect.kind !== "aws") {
      // A local Connect needs no profile or role of the developer.
      process.env["AWS_ACCESS_KEY_ID"] ||= "local";
      process.env["AWS_SECRET_ACCESS_KEY"] ||= "local";
    }
    const gateway = await startLocal({ ...flags, environment: process.env, print });
    stopOnSignal(gateway);
    process.stdout.write(`ready ${gateway.url}\n`);
    return undefined;
  } catch (cause) {
    print(describeFailure(cause));
    return cause instanceof FlagError || cause instanceof DocumentError ? 2 : 1;
  }
}

function stopOnSignal(gateway: LocalGateway): void {
  let stoppingSince: number | undefined;
  const stop = () => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > samePairMs) process.exit(1);
      return;
    }
    stoppingSince = now;
    print("stopping: finishing requests in flight (signal again to stop at once)");
    gateway.close().then(
      () => process.exit(0),
      (cause: unknown) => {
        print(describeFailure(cause));
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  if (process.env["npm_lifecycle_event"] !== undefined) whenOrphaned(stop);
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

function describeFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause instanceof DocumentError) return formatErrors(cause.issues);
  if ("code" in cause && cause.code === "EADDRINUSE")
    return `${cause.message}: choose another port with \`--port\``;
  return cause.message;
}

const status = await run();
if (status !== undefined) process.exit(status);
