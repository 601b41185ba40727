/** `report`: the access table as one self-contained page, for auditors and as a pull request's artefact. */
import { join } from "node:path";
import { openRead } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { AccessModel } from "../../authoring/access/access-model.ts";
import { compareModels } from "../../authoring/access/compare-models.ts";
import { readSourceFile } from "../../authoring/configuration/read/source-file.ts";
import { compareSettings } from "../../authoring/diff/compare-configuration.ts";
import { tableNotes } from "../../authoring/table-notes.ts";
import { comparable, loadCompared, noFolder } from "../bundle/compared-bundle.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { isFolder, openConfiguration } from "../open-configuration.ts";
import { isStandardInput } from "../read-input.ts";
import { counted, printNotes } from "../terminal/lay-out.ts";
import { isOwnOutput, writeOut } from "../write-out.ts";
import { formatReport } from "./access-report.ts";
import type { ShownChanges } from "./changes.ts";
import { View } from "./view.ts";

export const command = defineCommand({
  name: "report",
  text: "write who may do what as one HTML page: readable without script and without network",
  arguments: configurationArgument,
  options: {
    "--html <file>": { text: "file to write; its folder is created", isRequired: true, dash: "output" },
    "--compare <other>": {
      text: `also mark what is gained and lost since this: ${comparable}`,
      completes: "file",
      dash: "input",
    },
    "--at <time>":
      "when it is made, as `2026-11-30T18:00:00Z`; without it the page names no time, and the same configuration gives the same page",
    ...configurationOption,
  },
  example: "report config --html access.html",
  async run({ config: path, env, html: out, compare, at }, io) {
    if (at !== undefined && !isTime(at))
      throw new UsageError(`\`--at ${at}\` is not a time; write it as \`2026-11-30T18:00:00Z\``);
    const { bundle, open } = await openConfiguration(path, { environment: env, stdin: io.stdin });
    printNotes(tableNotes(bundle.config), io);
    const model = new AccessModel(bundle.config, open());
    const older = compare === undefined ? undefined : await readOlder(compare, { path, env, io });
    const view = new View(model, older && compareModels(sideOf(older), { model, bundle }));
    const changes: ShownChanges | undefined =
      older && compare !== undefined
        ? { older: { name: compare, version: older.version }, settings: compareSettings(older, bundle) }
        : undefined;
    const facts = {
      configuration: isStandardInput(path) ? "a bundle" : path,
      ...(env === undefined ? {} : { environment: env }),
      ...(at === undefined ? {} : { at }),
      ...(changes ? { changes } : {}),
    };
    const texts = await readTexts(path, bundle);
    const page = formatReport({ bundle, view, facts, policies: bundle.policies, texts });
    await writeOut(out, page, io);
    if (!isOwnOutput(out))
      io.stdout.write(
        `${out}: ${counted(view.columns.length, "binding")}, ${counted(view.rows.length, "operation")}\n`,
      );
    return 0;
  },
});

function isTime(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}

function sideOf(bundle: Bundle) {
  return { bundle, model: new AccessModel(bundle.config, openRead(bundle, { place: "candidate" })) };
}

type Around = Readonly<Record<"path", string>> & {
  readonly env: string | undefined;
  readonly io: Parameters<typeof loadCompared>[1]["io"];
};

async function readOlder(compare: string, { path, env, io }: Around): Promise<Bundle> {
  const older = await loadCompared(compare, { environment: env, folder: path, io });
  if (!older) throw new UsageError(noFolder(compare, path));
  return older;
}

/** A bundle has no files: its statements are shown as it has them. */
async function readTexts(path: string, { policies }: Bundle): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  if (!(await isFolder(path))) return texts;
  for (const { name, file: shown } of policies) {
    const file = await readSourceFile(join(path, shown));
    if (file.ok) texts.set(name, file.text);
  }
  return texts;
}
