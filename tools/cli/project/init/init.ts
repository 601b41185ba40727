/** `init`: your own repository, for policies, their tests and their deployment. */

import { lstat, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { defineCommand } from "../../command.ts";
import { attemptAt, type CommandIo, UsageError } from "../../command-io.ts";
import {
  type Answers,
  apis,
  assertAnswers,
  completeAnswers,
  defaultAudience,
  exampleInstance,
  exampleIssuer,
  type GivenAnswers,
  pipelines,
} from "./answers.ts";
import { dependencyOf } from "./dependency.ts";
import { type Project, projectFiles } from "./project-files.ts";

export const command = defineCommand({
  name: "init",
  text: "write a repository of your own: configuration, policies, tests, template, workflow; overwrites nothing",
  arguments: {
    "[dir]": { text: "folder to write: a new one, or one that has none of these files", default: "." },
  },
  options: {
    "--instance <arn>": { text: "ARN of an Amazon Connect instance that may be reached", isRepeated: true },
    "--issuer <url>": "issuer whose tokens are trusted, exactly as in their `iss`",
    "--audience <a>": "audience of the tokens: their `aud`, or the `client_id` of Cognito's access tokens",
    "--groups-claim <name>": "claim that lists a caller's groups; default: the usual one of the issuer",
    "--role <name>": {
      text: "group to begin with; default: supervisors, recorders and hr",
      isRepeated: true,
    },
    "--api <kind>": { text: "kind of API Gateway: rest or http; default: rest", choices: apis },
    "--ci <name>": { text: "workflow to write: github or none; default: github", choices: pipelines },
    "--package <spec>":
      "what package.json depends on: a version, a URL or a packed file; default: this version",
    "--yes": "ask nothing: take the defaults for what is not given",
  },
  example: "init my-policies --yes --role supervisors --role hr",
  note: "on a terminal it asks for what is not given; elsewhere, and with --yes, it takes the defaults",
  async run({ dir, package: spec, yes = false, ...flags }, io) {
    const given = givenAnswers(flags);
    assertAnswers(given);
    const named = { name: nameOf(dir), dependency: dependencyOf(spec, dir) };
    await assertFree(dir, { ...completeAnswers(given), ...named });
    const answers = yes || !isTerminal(io) ? completeAnswers(given) : await askAtTerminal(given, io);
    const project = { ...answers, ...named };
    await assertFree(dir, project);
    await attemptAt(`\`${dir}\``, () => writeProject(dir, project));
    io.stdout.write(report(dir, project));
    return 0;
  },
});

const accessFile = "config/access.md";

interface Flags {
  readonly instance: readonly string[];
  readonly issuer?: string;
  readonly audience?: string;
  readonly groupsClaim?: string;
  readonly role: readonly string[];
  readonly api?: Answers["api"];
  readonly ci?: Answers["ci"];
}

function givenAnswers({ instance, role, ...others }: Flags): GivenAnswers {
  return {
    ...others,
    ...(instance.length > 0 ? { instances: instance } : {}),
    ...(role.length > 0 ? { roles: role } : {}),
  };
}

function isTerminal({ stdin, stdout }: CommandIo): boolean {
  return [stdin, stdout].every((stream: Readable | Writable) => "isTTY" in stream && stream.isTTY === true);
}

/** Loads the library that asks only where somebody can answer. */
async function askAtTerminal(given: GivenAnswers, { stdin, stdout }: CommandIo): Promise<Answers> {
  const { askAnswers } = await import("./ask.ts");
  return askAnswers(given, { input: stdin, output: stdout });
}

/** The folder's name as npm allows a package's. */
function nameOf(folder: string): string {
  const name = lowerAscii(basename(resolve(folder))).replace(/[^a-z0-9._-]+/g, "-");
  return name.replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "").slice(0, 100) || "connect-policies";
}

/** @throws UsageError if the folder is a file, or has any of the files */
async function assertFree(folder: string, project: Project): Promise<void> {
  const itself = await stat(folder).catch(() => undefined);
  if (itself && !itself.isDirectory())
    throw new UsageError(`\`${folder}\` is a file; name a folder, which may be a new one`);
  const paths = [...projectFiles(project).keys(), accessFile];
  const isThere = async (path: string) =>
    (await lstat(join(folder, path)).catch(() => undefined)) !== undefined;
  const isFile = async (path: string) =>
    (await stat(join(folder, path)).catch(() => undefined))?.isFile() ?? false;
  const there: string[] = [];
  for (const path of paths) if (await isThere(path)) there.push(path);
  for (const parent of foldersOf(paths)) if (await isFile(parent)) there.push(parent);
  if (there.length === 0) return;
  throw new UsageError(
    `${isHere(folder) ? "this folder" : `\`${folder}\``} already has ${there.map((path) => `\`${path}\``).join(", ")}; nothing was written. Name another folder, like \`init my-policies\`, or move these files away`,
  );
}

/** Folders of files, like `config` and `config/tests`. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const parents = paths.flatMap((path) => {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  return new Set(parents);
}

/** Writes all files, or leaves none behind. */
async function writeProject(folder: string, project: Project): Promise<void> {
  const written: string[] = [];
  try {
    for (const [path, text] of projectFiles(project)) await writeNew(join(folder, path), text, written);
    const { openConfiguration } = await import("../../open-configuration.ts");
    const { renderAccess } = await import("../../test/access-snapshot.ts");
    const { bundle } = await openConfiguration(join(folder, "config"));
    await writeNew(join(folder, accessFile), renderAccess(bundle), written);
  } catch (error) {
    for (const path of written) await rm(path, { recursive: true, force: true });
    throw error;
  }
}

/**
 * @param written gets the file, or the first of the folders that had to be made for it
 * @throws Error of the system if the file is there: another process may have written it meanwhile
 */
async function writeNew(path: string, text: string, written: string[]): Promise<void> {
  const made = await mkdir(dirname(path), { recursive: true });
  if (made !== undefined) written.push(made);
  await writeFile(path, text, { flag: "wx" });
  written.push(path);
}

/** What was written, and what comes next: three commands at the end, to be pasted. */
function report(folder: string, project: Project): string {
  const here = isHere(folder);
  const name = /^[\w./-]+$/.test(folder) ? folder : `"${folder}"`;
  const steps = here ? ["npm install", "npm test", "npm start"] : [`cd ${name}`, "npm install", "npm start"];
  const examples = examplesIn(project);
  const note =
    examples.length === 0
      ? ""
      : `\nExamples, to be replaced in config/authorizer.yaml before you deploy:\n${indented(examples)}`;
  return `Wrote ${projectFiles(project).size + 1} files into ${here ? "this folder" : folder}. README.md says what they are.\n${note}\nNext:\n${indented(steps)}`;
}

function isHere(folder: string): boolean {
  return resolve(folder) === resolve(".");
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join("");
}

/** Answers that name nothing of your own. */
function examplesIn({ instances, issuer, audience }: Project): readonly string[] {
  return [
    ...(instances.includes(exampleInstance) ? [`instance ${exampleInstance}`] : []),
    ...(issuer === exampleIssuer(instances[0]) ? [`issuer   ${issuer}`] : []),
    ...(audience === defaultAudience ? [`audience ${audience}`] : []),
  ];
}
