/** `diff`: what changes in access between bundles, for people and for pipelines that must not widen access. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type BundleContent, openRead, readBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { assertNever, CodedError, formatErrors } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { defineCommand, environmentOption, type ParameterTable } from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { alsoOption, chosenForm, formOptions, readAlso } from "../formats/form.ts";
import { isFolder } from "../open-configuration.ts";
import { isStandardInput, readInput } from "../read-input.ts";
import { printLine } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { writeWhole } from "../write-whole.ts";
import { commentCharacters, commentDifference } from "./difference/comment-difference.ts";
import { type ExplainFlags, explainFlags } from "./difference/example-call.ts";
import { annotateDifference, formatDifference, jsonDifference } from "./difference/format-difference.ts";
import { type BundleDifference, countRows, rowsOf } from "./difference/rows.ts";
import { withRevision } from "./revision.ts";
import { readStore } from "./stores/store.ts";

export const differenceOptions = {
  "--principals-table": "also compare for principals that a table attaches a policy to",
} as const satisfies ParameterTable;

const store =
  "configuration folder, bundle file, store (s3://…, ssm:/…, appconfig:…), or git revision of the other's folder";

const fileForms = ["json", "markdown", "comment"] as const;

export const command = defineCommand({
  name: "diff",
  text: "print who gains or loses which actions on which resources, what escalates first",
  arguments: {
    "<older>": { text: store, completes: "file", dash: "input" },
    "<newer>": { text: "the same", completes: "file", dash: "input" },
  },
  options: {
    ...environmentOption,
    ...formOptions("text", "json", "github", "markdown"),
    ...alsoOption(...fileForms),
    "--all": "name all actions, where long lists are grouped",
    "--fail-on <what>": {
      text: "what makes exit status 1: `gain` (anyone may gain access), `escalation`, `any` (access is gained or lost), or `none`",
      choices: ["gain", "escalation", "any", "none"],
      default: "gain",
    },
    ...differenceOptions,
  },
  example: "diff dist/bundle.json config",
  note: "`diff main config` compares the folder as the git revision `main` has it with what it is now; between two revisions the folder is `AUTHORIZER_CONFIG`, else `config`",
  finding: "what `--fail-on` names; by default, anyone may gain access",
  async run({ older, newer, env, format, json, also, ...given }, io) {
    const files = readAlso(also, fileForms);
    const sources = [await sourceOf(older), await sourceOf(newer)];
    if (env !== undefined && !sources.some((source) => source === "folder" || source === "revision"))
      throw new UsageError("`--env` chooses an environment of a folder, and neither of the two is one");
    const named = [older, newer].find((_, index) => sources[index] === "folder");
    const folder = named ?? (process.env["AUTHORIZER_CONFIG"] || "config");
    const around = { environment: env, folder, io };
    const before = await loadBundle(older, around);
    if (before === undefined)
      printLine(`note: everything is new, since ${noFolder(older, around.folder)}`, io);
    const after = await loadBundle(newer, around);
    if (after === undefined) throw new UsageError(noFolder(newer, around.folder));
    // Schemas of inputs are loaded when calls are made up.
    const { compareBundles } = await import("./difference/compare-bundles.ts");
    const difference = compareBundles(before, after, { hasPrincipalsTable: given.principalsTable ?? false });
    const form = chosenForm(format, json);
    // `explain` reads no store and no revision.
    const [, source] = sources;
    const flags = source === "folder" || source === "file" ? explainFlags(newer, env) : [];
    const text = { ...terminalOf(io), isWhole: given.all ?? false, flags };
    io.stdout.write(form === "text" ? formatDifference(difference, text) : formats[form](difference, flags));
    for (const { form: other, file } of files) await writeWhole(file, formats[other](difference, flags));
    return isFound(difference, given.failOn) ? 1 : 0;
  },
});

type Format = (difference: BundleDifference, flags: ExplainFlags) => string;

const formats = {
  json: jsonDifference,
  github: annotateDifference,
  markdown: (difference, flags) => commentDifference(difference, { flags }),
  comment: (difference, flags) => commentDifference(difference, { flags, limit: commentCharacters }),
} as const satisfies Record<string, Format>;

function isFound(difference: BundleDifference, what: "gain" | "escalation" | "any" | "none"): boolean {
  const { escalations, gains, possible, losses } = countRows(rowsOf(difference));
  switch (what) {
    case "gain":
      return difference.gainsAccess;
    case "escalation":
      return escalations > 0;
    case "any":
      return escalations + gains + possible + losses > 0;
    case "none":
      return false;
    default:
      return assertNever(what);
  }
}

type Source = "folder" | "store" | "file" | "revision";

/** What an argument names. What is there goes before a revision of the same name. */
async function sourceOf(argument: string): Promise<Source> {
  if (isStandardInput(argument)) return "file";
  if (/^(?:s3|ssm|appconfig|file):/.test(argument)) return "store";
  if (await isFolder(argument)) return "folder";
  return existsSync(argument) ? "file" : "revision";
}

interface Surroundings {
  readonly environment: string | undefined;
  /** Of which folder a revision's version is read. */
  readonly folder: string;
  readonly io: CommandIo;
}

/** Loads and checks an argument's bundle; `undefined` if a revision has no such folder. @throws UsageError if it is bad */
async function loadBundle(
  argument: string,
  { environment, folder, io }: Surroundings,
): Promise<Bundle | undefined> {
  const source = await sourceOf(argument);
  if (source === "folder") return loadFolder(argument, environment, argument);
  if (source === "revision")
    return withRevision({ name: argument, folder }, (path, shown) => loadFolder(path, environment, shown));
  try {
    const bundle = readBundle(await readContent(argument, source, io));
    openRead(bundle, { place: "candidate" });
    return bundle;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) throw error;
    const named = `\`${argument}\`${error instanceof CodedError ? ": " : " can't be read: "}${reason}`;
    throw new UsageError(reason.includes(argument) ? reason : named, { cause: error });
  }
}

async function readContent(argument: string, source: Source, io: CommandIo): Promise<BundleContent> {
  if (isStandardInput(argument)) return { kind: "text", bytes: await readInput(argument, io) };
  return (await readStore(source === "store" ? argument : `file:${resolve(argument)}`)).content;
}

function noFolder(revision: string, folder: string): string {
  return `the revision \`${revision}\` has no folder \`${folder}\`; if it has another one, write \`${revision}:FOLDER\``;
}

/** @param shown how messages name the folder */
async function loadFolder(path: string, environment: string | undefined, shown: string): Promise<Bundle> {
  const loaded = await loadConfiguration(path, { environment, warnings: "ifRefused" });
  if (loaded.ok) return loaded.bundle;
  const issues = formatErrors(loaded.issues).replaceAll(displayPath(path), () => shown);
  throw new UsageError(`\`${shown}\` has errors:\n${issues}`);
}
