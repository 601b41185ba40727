/** `diff`: what changes in access between bundles, for people and for pipelines that must not widen access. */
import { assertNever } from "../../../shared/errors.ts";
import { writeWhole } from "../../authoring/write-whole.ts";
import { defineCommand, environmentOption, type ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { alsoOption, chosenForm, formOptions, readAlso } from "../formats/form.ts";
import { printLine } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { comparable, loadCompared, noFolder, sourceOf } from "./compared-bundle.ts";
import { commentCharacters, commentDifference } from "./difference/comment-difference.ts";
import { type ExplainFlags, explainFlags } from "./difference/example-call.ts";
import { annotateDifference, formatDifference, jsonDifference } from "./difference/format-difference.ts";
import { type BundleDifference, countRows, rowsOf } from "./difference/rows.ts";

export const differenceOptions = {
  "--principals-table": "also compare for principals that a table attaches a policy to",
} as const satisfies ParameterTable;

const fileForms = ["json", "markdown", "comment"] as const;

export const command = defineCommand({
  name: "diff",
  text: "print who gains or loses which actions on which resources, what escalates first",
  arguments: {
    "<older>": { text: comparable, completes: "file", dash: "input" },
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
    const before = await loadCompared(older, around);
    if (before === undefined)
      printLine(`note: everything is new, since ${noFolder(older, around.folder)}`, io);
    const after = await loadCompared(newer, around);
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
