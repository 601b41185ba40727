/**
 * Events: `generate` writes events/, `invoke` and `start-api` check them with the SAM CLI. And `pages`, which runs the
 * commands that the pages show, and `project`, which tries your own repository.
 *
 * Exit status: 0 all as expected, 1 something is not, 2 unusable arguments. The last line of a check is
 * `N passed, N failed`.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { differenceOf as differenceOfEvent, readExpected } from "./expected.ts";
import { generateEvents } from "./generate.ts";
import { startHostConnect } from "./host-connect.ts";
import { runPages } from "./pages/run-pages.ts";
import { checkProject } from "./project/check-project.ts";
import { runProject } from "./project/run-project.ts";
import { runReadme } from "./project/run-readme.ts";
import { invokeFunction, startApi } from "./sam.ts";
import { type Answer, call, differenceOf, scenario } from "./scenario.ts";
import { Tally } from "./tally.ts";

const folder = "events";
const usage = `Usage: node tools/events/run.mjs COMMAND [SAM-FLAG…]

  generate    new key, tokens and events; run the formatter afterwards
  invoke      \`sam local invoke\` on each event, compared with events/expected.json
  start-api   the main scenario through \`sam local start-api\`
  pages PAGE… the commands in these pages, exactly as written
  package FILE  what \`npm pack\` made: README's four commands, then a repository of each API flavour, made, tested, called, built
  project DIR a repository that \`connect-authorizer init\` wrote, installed: builds it, and serves it by the SAM CLI

\`invoke\` and \`start-api\` need Docker, and AUTHORIZER_CONFIG=events/config AUTHORIZER_ROLE_POLICY=unchecked sam build first. SAM names the SAM CLI to run.
`;

async function invokeAll(flags: readonly string[]): Promise<number> {
  const tally = new Tally();
  // Nothing listens on port 9 of the container itself.
  const options = { connectEndpoint: "http://127.0.0.1:9", flags };
  for (const [name, expected] of await readExpected(folder)) {
    const difference = await invokeFunction(expected.function, join(folder, `${name}.json`), options).then(
      (outcome) => differenceOfEvent(expected, outcome),
      (cause: unknown) => String(cause),
    );
    tally.add(name, difference);
  }
  return tally.close();
}

async function runScenario(flags: readonly string[]): Promise<number> {
  const tokens: unknown = JSON.parse(await readFile(join(folder, "tokens.json"), "utf8"));
  const connect = await startHostConnect(join(folder, "config"));
  const tally = new Tally();
  try {
    const options = { connectEndpoint: connect.containerUrl, flags: [...connect.flags, ...flags] };
    const api = await startApi(options);
    try {
      const answers = new Map<string, Answer>();
      for (const step of scenario) {
        const path = typeof step.path === "string" ? step.path : step.path(answers);
        const token = step.token && (tokens as Record<string, string>)[step.token];
        const answer = await call(api.url, step, path, token);
        answers.set(step.title, answer);
        tally.add(step.title, differenceOf(step, answer));
      }
      const reason = /"stage":"authorizer".*"outcome":"deny".*connect:DeleteUser.*with an explicit deny/.test(
        api.log(),
      )
        ? undefined
        : "no record says so";
      tally.add("the authorizer's record gives the reason that the imitation leaves out", reason);
    } finally {
      await api.stop();
    }
  } finally {
    await connect.close();
  }
  return tally.close();
}

/** With the SAM CLI's flags `--sam …`, each repository is also served by it. */
async function tryPackage(packed: string, [sam, ...flags]: readonly string[], tally: Tally): Promise<void> {
  await inEmptyFolder("README", tally, (work) => runReadme(packed, work, tally));
  for (const api of ["rest", "http"] as const) {
    await inEmptyFolder(api, tally, async (work) => {
      const project = await runProject({ packed, api, work }, tally);
      if (sam === "--sam") await checkProject(project, flags, tally);
    });
  }
}

async function inEmptyFolder(
  title: string,
  tally: Tally,
  check: (work: string) => Promise<unknown>,
): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "their own "));
  try {
    await check(work);
  } catch (cause) {
    tally.add(title, String(cause));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const [command, ...flags] = process.argv.slice(2);
if (command === "generate") await generateEvents(folder);
else if (command === "invoke") process.exitCode = await invokeAll(flags);
else if (command === "start-api") process.exitCode = await runScenario(flags);
else if (command === "pages") {
  const tally = new Tally();
  await runPages(flags, tally);
  process.exitCode = tally.close();
} else if (command === "package" && flags[0] !== undefined) {
  const tally = new Tally();
  await tryPackage(resolve(flags[0]), flags.slice(1), tally);
  process.exitCode = tally.close();
} else if (command === "project" && flags[0] !== undefined) {
  const tally = new Tally();
  await checkProject(flags[0], flags.slice(1), tally);
  process.exitCode = tally.close();
} else {
  process.stderr.write(usage);
  process.exitCode = command === "--help" ? 0 : 2;
}
