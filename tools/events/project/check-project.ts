/**
 * Your own repository, as `connect-authorizer init` writes it and with its packages installed: built, checked by the SAM
 * CLI, and served by it in Lambda containers. Its answers there must be those of the local gateway.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadPath } from "../../cli/open-configuration.ts";
import { startLocal } from "../../local/start-local.ts";
import { leadThroughDeployment } from "../guided-deployment.ts";
import { startHostConnect } from "../host-connect.ts";
import { runCommands } from "../pages/shell.ts";
import { invokeFunction, startApi } from "../sam.ts";
import type { Tally } from "../tally.ts";
import { makeCalls, type Outcome, type ProjectCalls, send } from "./project-calls.ts";
import { type TestIssuer, trustTestIssuer } from "./test-issuer.ts";

type ApiFlavour = "rest" | "http";

/**
 * Runs all checks; stops at the first command that fails, since the others need what it makes.
 * @param flags of `sam local`
 */
export async function checkProject(path: string, flags: readonly string[], tally: Tally): Promise<void> {
  const folder = resolve(path);
  const work = await mkdtemp(join(tmpdir(), "project-"));
  const settings = await readFile(join(folder, "samconfig.toml"), "utf8");
  try {
    await new ProjectCheck(folder, work, { flags, tally }).run();
  } finally {
    // The guided deployment may have saved its answers.
    await writeFile(join(folder, "samconfig.toml"), settings);
    await rm(work, { recursive: true, force: true });
  }
}

interface Surroundings {
  readonly flags: readonly string[];
  readonly tally: Tally;
}

class ProjectCheck {
  readonly #folder: string;
  readonly #work: string;
  readonly #flags: readonly string[];
  readonly #tally: Tally;

  constructor(folder: string, work: string, { flags, tally }: Surroundings) {
    this.#folder = folder;
    this.#work = work;
    this.#flags = flags;
    this.#tally = tally;
  }

  async run(): Promise<void> {
    const build = "npm run build";
    const isBuilt = await this.#runAll([
      build,
      "sam validate --lint",
      "cfn-lint .connect-authorizer/template.yaml",
      "sam build",
    ]);
    if (!isBuilt) return;
    const shell = { folder: this.#folder, environment: process.env };
    this.#tally.add("sam deploy --guided", await leadThroughDeployment("sam deploy --guided", shell));
    const config = join(this.#work, "config");
    await cp(join(this.#folder, "config"), config, { recursive: true });
    const issuer = await trustTestIssuer(config);
    try {
      if (await this.#runAll([`${build} -- --config ${JSON.stringify(config)}`, "sam build"]))
        await this.#compare(config, issuer).catch((cause: unknown) =>
          this.#tally.add("sam local", String(cause)),
        );
    } finally {
      await this.#runAll([build]);
    }
  }

  /** Runs commands in the project's folder until one fails. @returns whether none did */
  async #runAll(commands: readonly string[]): Promise<boolean> {
    for (const command of commands) {
      const { status, stdout, stderr } = await runCommands([command], {
        folder: this.#folder,
        environment: { ...process.env, SAM_CLI_TELEMETRY: "0" },
      });
      const failure = status === 0 ? undefined : `status ${status}: ${`${stdout}\n${stderr}`.slice(-3000)}`;
      this.#tally.add(command.replace(this.#work, "…"), failure);
      if (failure !== undefined) return false;
    }
    return true;
  }

  async #compare(config: string, issuer: TestIssuer): Promise<void> {
    const manifest = await readFile(join(this.#folder, "package.json"), "utf8");
    const api: ApiFlavour = /build --api http/.test(manifest) ? "http" : "rest";
    const calls = makeCalls(issuer);
    const expected = await this.#answerLocally({ config, api }, calls);
    const statuses = new Set([...expected.values()].map(({ status }) => status));
    for (const status of [200, 401, 403])
      this.#tally.add(`some call is answered ${status}`, statuses.has(status) ? undefined : "none is");
    const connect = await startHostConnect(config);
    try {
      const options = {
        folder: this.#folder,
        connectEndpoint: connect.containerUrl,
        flags: [...connect.flags, ...this.#flags],
      };
      const { function: name, file, check } = await calls.invocation(api, this.#work);
      const invoked = await invokeFunction(name, file, options);
      this.#tally.add(`sam local invoke ${name}`, check(invoked.result));
      const sam = await startApi(options);
      try {
        for (const call of calls.all) {
          const answer = await send(sam.url, call);
          this.#tally.add(
            `sam local start-api: ${call.title}`,
            differenceOf(answer, expected.get(call.title)),
          );
        }
      } finally {
        await sam.stop();
      }
    } finally {
      await connect.close();
    }
  }

  /** What the local gateway answers: what `npm start` gives. */
  async #answerLocally(
    { config, api }: { readonly config: string; readonly api: ApiFlavour },
    calls: ProjectCalls,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const gateway = await startLocal({
      port: 0,
      configFolder: config,
      connect: { kind: "embedded" },
      api,
      load: loadPath,
      program: "npm run --silent cli --",
      environment: { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_REGION: "us-east-1" },
      print: () => undefined,
    });
    const answers = new Map<string, Outcome>();
    try {
      for (const call of calls.all) answers.set(call.title, await send(gateway.url, call));
    } finally {
      await gateway.close();
    }
    return answers;
  }
}

/** A denial has IAM's message where the proxy gives it; the SAM CLI leaves it out where the authorizer does. */
function differenceOf(answer: Outcome, expected: Outcome | undefined): string | undefined {
  if (answer.status === expected?.status) return undefined;
  return `status ${answer.status} (${answer.text.slice(0, 300)}), not ${expected?.status} as by npm start`;
}
