/**
 * moto's server, started for a test: an AWS of several accounts in memory, with STS and a little of Amazon Connect.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface MotoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the program that `MOTO_SERVER` names on a free port; resolves once it listens. */
export async function startMoto(): Promise<MotoServer> {
  const program = process.env["MOTO_SERVER"];
  if (!program) throw new Error("`MOTO_SERVER` must name moto's server; pip install 'moto[server]' makes it");
  const child = spawn(program, ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    exited.then(() => reject(new Error(`moto's server ended:\n${lines.join("\n")}`)));
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found) resolve(found);
    });
  });
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
