/** `diff`: what changes in access between bundles, for people and for pipelines that must not widen access. */
import { writeWhole } from "../../authoring/write-whole.ts";
import { defineCommand, environmentOption, type ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { alsoOption, chosenForm, formOptions, readAlso } from "../formats/form.ts";
import { printLine } from "../terminal/lay-out.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { comparable, loadCompared, noFolder, sourceOf } from "./compared-bundle.ts";
import { commentCharacters, commentDifference } from "./difference/comment-difference.ts";
import { explainFlags } from "./difference/example-call.ts";
import { annotateDifference, formatDifference, jsonDifference } from "./difference/format-difference.ts";
import { junitDifference, type ReportOptions, sarifDifference } from "./difference/report-difference.ts";
import { type BundleDifference, type Kind, rowsOf } from "./difference/rows.ts";

export const differenceOptions = {
  "--principals-table": "also compare for principals that a table attaches a policy to",
} as const satisfies ParameterTable;

const fileForms = ["json", "sarif", "junit", "markdown", "comment"] as const;

export const command = defineCommand({
  name: "diff",
  text: "print who gains or loses which actions on which resources, what escalates first",
  arguments: {
    "<older>": { text: comparable, completes: "file", dash: "input" },
    "<newer>": { text: "the same", completes: "file", dash: "input" },
  },
  options: {
    ...environmentOption,
    ...formOptions("text", "json", "github", "sarif", "junit", "markdown"),
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
    const [olderSource, source] = sources;
    const flags = source === "folder" || source === "file" ? explainFlags(newer, env) : [];
    const text = { ...terminalOf(io), isWhole: given.all ?? false, flags };
    const report = {
      older: before && { bundle: before, folder: olderSource === "folder" ? older : folder },
      newer: { bundle: after, folder: source === "folder" ? newer : folder },
      ...{ flags, failing: failingKinds[given.failOn] },
    };
    io.stdout.write(form === "text" ? formatDifference(difference, text) : formats[form](difference, report));
    for (const { form: other, file } of files) await writeWhole(file, formats[other](difference, report));
    return rowsOf(difference).some(({ kind }) => report.failing.has(kind)) ? 1 : 0;
  },
});

type Format = (difference: BundleDifference, report: ReportOptions) => string;

const formats = {
  json: jsonDifference,
  github: (difference, { flags }) => annotateDifference(difference, flags),
  sarif: sarifDifference,
  junit: junitDifference,
  markdown: (difference, { flags }) => commentDifference(difference, { flags }),
  comment: (difference, { flags }) => commentDifference(difference, { flags, limit: commentCharacters }),
} as const satisfies Record<string, Format>;

const failingKinds: Readonly<Record<"gain" | "escalation" | "any" | "none", ReadonlySet<Kind>>> = {
  gain: new Set(["escalation", "gain", "possible"]),
  escalation: new Set(["escalation"]),
  any: new Set(["escalation", "gain", "possible", "loss"]),
  none: new Set(),
};
