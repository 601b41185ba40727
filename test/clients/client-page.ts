/**
 * The tests of a page in docs/how-to/clients: its program is taken from the page and run, by the client that the page is about,
 * against a gateway of this test.
 */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningGateway, startRunningGateway, tokenFor } from "../scenario/running-gateway.ts";

export const root = resolve(import.meta.dirname, "../..");

export interface ClientPage {
  /** The page's name in docs/how-to/clients, without its ending. */
  readonly name: string;
  /** The language of its blocks, as the page names it. */
  readonly language: string;
  /** The last line of a declaration in a program of this language; Python's ends before an empty line. */
  readonly end: string;
  /** Makes the program ready to run in an empty folder; gives the command that runs it there. */
  prepare(program: string, folder: string): Promise<readonly [string, ...string[]]>;
}

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the SDKs show a code; that for Java shows the status. */
const unauthorized = /UnauthorizedException|Status Code: 401/;
const unavailable = /ServiceUnavailableException|Status Code: 50[23]/;

/** Adds the tests of one client's page. */
export function describeClient(client: ClientPage): void {
  describe(`docs/how-to/clients/${client.name}.md`, () => {
    let page: string;
    let work: string;
    let gateway: RunningGateway;
    let signing: RunningGateway;
    const commands = new Map<string, readonly [string, ...string[]]>();

    beforeAll(async () => {
      page = await readFile(join(root, `docs/how-to/clients/${client.name}.md`), "utf8");
      work = await mkdtemp(join(tmpdir(), "client page "));
      const config = join(work, "x-connect-token");
      await cp(join(root, "examples/aws"), config, { recursive: true });
      const main = join(config, "authorizer.yaml");
      const text = await readFile(main, "utf8");
      await writeFile(main, text.replace(/^tokenHeader: .*$/m, "tokenHeader: x-connect-token"));
      // The proxy sends a read three times itself, so the first call of the client is answered 502.
      const faults = ["--fault", "DescribeUser=error:503 x4", "--fault", "DeleteUser=error:503 x1"];
      gateway = await startRunningGateway(...faults);
      signing = await startRunningGateway("--config", config);
      const programs = { plain: programOf(page, client), signed: signedProgramOf(page, client) };
      for (const [name, program] of Object.entries(programs)) {
        const folder = await mkdtemp(join(work, `${name} `));
        const [command, ...args] = await client.prepare(program, folder);
        commands.set(name, [command, ...args]);
      }
    }, 300_000);

    afterAll(async () => {
      await Promise.all([gateway.stop(), signing.stop()]);
      await rm(work, { recursive: true, force: true });
    });

    const runWith = (name: "plain" | "signed", url: string, token: string) =>
      runCommand(commands.get(name) ?? [""], {
        CONNECT_GATEWAY: url,
        CONNECT_TOKEN: token,
        // For the program that signs; the gateway does not check the signature.
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
      });

    it("prints what the page shows, although the first answers are 502", async () => {
      const index = await readFile(join(root, "docs/how-to/clients/README.md"), "utf8");
      const variables = blockOf(index, "sh")
        .replace("http://127.0.0.1:3000", gateway.url)
        .replace("npx connect-authorizer token", `node tools/run.mjs cli token --url ${gateway.url}`);
      const set = await build(["bash", "-ec", `${variables}echo "$CONNECT_GATEWAY $CONNECT_TOKEN"`], root);
      const [url = "", token = ""] = set.trim().split(" ");
      const run = await runWith("plain", url, token);
      expect(run.stdout, run.stderr).toBe(blockOf(page, "text"));
      expect(run.status).toBe(0);
    });

    it("sends a call once that is not safe to repeat", async () => {
      // Administrators may delete: a second attempt would succeed.
      const run = await runWith("plain", gateway.url, await tokenFor(gateway.url, "admins"));
      expect(run.status).not.toBe(0);
      expect(run.stderr).toMatch(unavailable);
    });

    it("ends with UnauthorizedException when the token is not accepted", async () => {
      const run = await runWith("plain", gateway.url, "nonsense");
      expect(run.status).not.toBe(0);
      expect(run.stderr).toMatch(unauthorized);
    });

    it("signs, and sends the token in its own header", async () => {
      const token = await tokenFor(signing.url, "operators");
      const run = await runWith("signed", signing.url, token);
      expect(run.stdout, run.stderr).toBe(blockOf(page, "text"));
      expect((await runWith("plain", signing.url, token)).stderr).toMatch(unauthorized);
    });
  });
}

/** The only block of a page in a language, or the one at a place. */
function blockOf(page: string, language: string, at = 0): string {
  const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, each]) => each === language);
  const [, , code] = blocks[at] ?? [];
  if (code === undefined) throw new Error(`the page has no block ${at} of ${language}`);
  return code;
}

function programOf(page: string, client: ClientPage): string {
  return blockOf(page, client.language);
}

/** The program with what the section "Signed requests" changes: a line removed, and one declaration replaced. */
function signedProgramOf(page: string, client: ClientPage): string {
  const lines = programOf(page, client).split("\n");
  const [, removed = ""] = /^1\. Remove the line `([^`]+)`\./m.exec(page) ?? [];
  const kept = lines.filter((line) => line.trim() !== removed);
  expect(kept).toHaveLength(lines.length - 1);
  const declaration = blockOf(page, client.language, 1).trimEnd().split("\n");
  const from = kept.findIndex((line) => line.trim() === declaration[0]?.trim());
  const length = kept.slice(from).indexOf(client.end) + (client.end === "" ? 0 : 1);
  if (from < 0 || length < 1) throw new Error(`the program has no ${declaration[0]}`);
  expect(length).toBe(declaration.length);
  return [...kept.slice(0, from), ...declaration, ...kept.slice(from + length)].join("\n");
}

async function runCommand(command: readonly [string, ...string[]], environment: object): Promise<Run> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
    });
  const status = await new Promise<number | null>((done, failed) => {
    child.once("close", done);
    child.once("error", failed);
  });
  return { status, ...written };
}

/** Runs a command that must succeed. */
export async function build(command: readonly [string, ...string[]], folder: string): Promise<string> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const status = await new Promise<number | null>((done) => child.once("close", done));
  if (status !== 0) throw new Error(`${command.join(" ")}: exit ${status}: ${output}`);
  return output;
}
