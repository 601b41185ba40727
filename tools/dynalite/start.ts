/** dynalite, a DynamoDB in memory, in its own process. It speaks the real API and checks no signature. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { installPackages } from "../install-packages.mjs";

const folder = "tools/dynalite";

const program = `
import { createRequire } from "node:module";
const server = createRequire(process.argv[1])("dynalite")({ createTableMs: 0 });
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

/**
 * Starts it on a free port, installing it first where it is missing; resolves once it listens.
 * @param root the checkout's folder
 * @throws Error that says what to run when it cannot be installed
 */
export async function startDynalite(root: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  installPackages(root, folder);
  const flags = ["--max-old-space-size=8192", "--input-type=module", "--eval", program];
  const child = spawn(process.execPath, [...flags, join(root, folder, "package.json")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), exited.then(() => undefined)]);
  if (!first) throw new Error("dynalite ended before it listened");
  return {
    url: `http://127.0.0.1:${first[0]}`,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
