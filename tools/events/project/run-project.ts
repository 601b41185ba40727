/** Your own repository, from an empty folder and the packed file alone, as its owner uses it. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Tally } from "../tally.ts";
import { callAsRoles } from "./calls.ts";
import { type Outcome, run, serve } from "./npm.ts";

export interface ProjectOptions {
  /** Absolute path of what `npm pack` made. */
  readonly packed: string;
  readonly api: "rest" | "http";
  /** An empty folder. */
  readonly work: string;
}

const mostBytes = 40_000_000;
const mostPackages = 20;

/** Makes the repository and checks each step. @returns its folder */
export async function runProject({ packed, api, work }: ProjectOptions, tally: Tally): Promise<string> {
  const folder = join(work, "my-api");
  const check: Check = (title, difference) => tally.add(`${api}: ${title}`, difference);
  const step = (title: string, outcome: Outcome, status = 0, says = "") =>
    check(title, unexpected(outcome, status, says));

  const flags = api === "http" ? ["--api", "http"] : [];
  const init = ["connect-authorizer", "init", "my-api", "--yes", "--package", `file:${packed}`, ...flags];
  step("npx connect-authorizer init", await run(["npx", "--yes", "--package", packed, ...init], work));
  step(
    "init overwrites nothing",
    await run(["npx", "--yes", "--package", packed, ...init], work),
    2,
    "my-api",
  );
  const lines = readFileSync(join(folder, "template.yaml"), "utf8").trimEnd().split("\n").length;
  check("template.yaml has at most 60 lines", lines <= 60 ? undefined : `it has ${lines}`);
  step("npm install", await run(["npm", "install", "--no-audit", "--no-fund"], folder));
  const { bytes, packages } = measure(join(folder, "node_modules"));
  const size = `${Math.round(bytes / 1e5) / 10} MB in ${packages} packages`;
  check(`installed: ${size}`, bytes <= mostBytes && packages <= mostPackages ? undefined : "too much");
  const started = Date.now();
  step("--version", await run(["npx", "connect-authorizer", "--version"], folder));
  process.stdout.write(`   ${Date.now() - started} ms, npx included\n`);
  step(
    "validate finds nothing",
    await run(["npx", "connect-authorizer", "validate"], folder),
    0,
    "0 warnings",
  );
  step("npm test", await run(["npm", "test"], folder));
  await startAndCall(folder, check);
  step("npm run build", await run(["npm", "run", "build"], folder));
  await denyAndUpdate(folder, step);
  return folder;
}

type Check = (title: string, difference: string | undefined) => void;

async function startAndCall(folder: string, check: Check): Promise<void> {
  const service = await serve(["npm", "start", "--", "--port", "0"], folder);
  try {
    const tokens: Record<string, string> = {};
    for (const role of ["supervisors", "recorders", "hr"]) {
      const flags = ["--sub", `${role}-1`, "--group", role, "--url", service.url];
      const { status, stdout, stderr } = await run(["npx", "connect-authorizer", "token", ...flags], folder);
      if (status !== 0) throw new Error(`no token: ${stderr}`);
      tokens[role] = stdout.trim();
    }
    const { arn } = firstInstance(folder);
    for (const [title, difference] of await callAsRoles({ url: service.url, arn, tokens })) {
      check(title, difference);
    }
  } finally {
    await service.stop();
    const answers = await fetch(service.url).then(
      () => "something still answers",
      () => undefined,
    );
    check("nothing of npm start is left", answers);
  }
}

function firstInstance(folder: string): { readonly arn: string } {
  const { instances } = parse(readFileSync(join(folder, "config/authorizer.yaml"), "utf8"));
  return instances[0];
}

type StepCheck = (title: string, outcome: Outcome, status?: number, says?: string) => void;

/** A new Deny makes a test red, at its place; `--update` takes the change over. */
async function denyAndUpdate(folder: string, step: StepCheck): Promise<void> {
  const policy = "config/policies/hr/one-more.json";
  // No policy test is about it.
  const statement = { Sid: "NoLists", Effect: "Deny", Action: "connect:ListUsers", Resource: "*" };
  const document = { Version: "2012-10-17", Statement: [statement] };
  writeFileSync(join(folder, policy), `${JSON.stringify(document, undefined, 2)}\n`);
  const file = join(folder, "config/authorizer.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/(groups: \[hr\] *\}?\n *policies: \[)/, "$1hr/one-more, "));
  step("a new Deny makes npm test red", await run(["npm", "test"], folder), 1, "config/access.md:");
  step("npm test -- --update", await run(["npm", "test", "--", "--update"], folder));
  step("npm test is green again", await run(["npm", "test"], folder));
}

function unexpected({ status, stdout, stderr }: Outcome, expected: number, says: string): string | undefined {
  const output = `${stdout}\n${stderr}`;
  if (status !== expected) return `status ${status}: ${output.slice(-2000)}`;
  return output.includes(says) ? undefined : `its output is without \`${says}\`: ${output.slice(-2000)}`;
}

function measure(folder: string): { readonly bytes: number; readonly packages: number } {
  let bytes = 0;
  let packages = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, name);
    const stats = statSync(file);
    if (stats.isFile()) bytes += stats.size;
    if (
      /(^|[\\/])node_modules[\\/](@[^\\/]+[\\/])?[^\\/@.][^\\/]*[\\/]package\.json$/.test(
        `node_modules/${name}`,
      )
    )
      packages += 1;
  }
  return { bytes, packages };
}
