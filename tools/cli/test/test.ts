/** `test`: runs the policy tests of a configuration, and compares the access snapshot. */
import { DocumentError, type Issue } from "../../../shared/errors.ts";
import { tableNotes } from "../../authoring/table-notes.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { alsoOption, chosenForm, type Form, findingOf, formOptions, readAlso } from "../formats/form.ts";
import { formatGithub } from "../formats/github.ts";
import { formatSarif, issueResult } from "../formats/sarif.ts";
import { isFolder, openConfiguration } from "../open-configuration.ts";
import { printNotes } from "../terminal/lay-out.ts";
import { isOwnOutput } from "../write-out.ts";
import type { TestOptions, TestRuns } from "./run-tests.ts";

const fileForms = ["json", "sarif", "junit", "markdown"] as const;

export const command = defineCommand({
  name: "test",
  text: "run the policy tests in tests/, and compare access with the snapshot access.md",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    "--filter <text>": "only the tests whose name, caller or operation contains this text, in any case",
    "--update": { text: "write the access snapshot; tests are never changed", excludes: ["filter", "env"] },
    "--coverage": "also print which statements decide no test, and which conditions are not tested both ways",
    "--min-coverage <percent>":
      "fail with exit status 1 if fewer of the statements decide a test; prints coverage, too",
    "--lcov <file>": {
      text: "also write the coverage to this file in LCOV's form, for editors; to standard output it is the only text",
      completes: "file",
      dash: "output",
    },
    "--watch": {
      text: "test again after each change, until a signal ends it",
      excludes: ["update", "json", "format"],
    },
    "--junit <file>": {
      text: "also write the results to this file, as JUnit XML; to standard output they are the only text",
      completes: "file",
      dash: "output",
    },
    ...formOptions("text", "json", "github", "sarif", "junit", "markdown"),
    ...alsoOption(...fileForms),
  },
  example: "test config",
  note: "`connect-authorizer schema --tests` describes the files. What a test does not say (the time, an address, what Amazon Connect would tell) is not known; a call that depends on it is denied.",
  finding: "a test does not hold, or access is not as the snapshot says",
  async run({ config: folder, env, filter, update = false, watch = false, ...given }, io) {
    const { coverage = false, minCoverage, format, json, junit, lcov } = given;
    const form = chosenForm(format, json);
    const also = readAlso(given.also, fileForms);
    assertOneOutput({ form, junit, lcov });
    const limits = {
      coverage,
      minCoverage: minCoverage === undefined ? undefined : readPercent(minCoverage),
    };
    let runs: TestRuns | undefined;
    const runTests = async () => {
      const { bundle, names, open } = await openConfiguration(folder, { environment: env, stdin: io.stdin });
      if (!(await isFolder(folder)))
        throw new UsageError("a bundle has no tests: name the folder of a configuration");
      printNotes(tableNotes(bundle.config), io);
      // What needs zod or the SDK is loaded when it is needed: a command's help needs neither.
      const { TestRuns } = await import("./run-tests.ts");
      runs ??= new TestRuns();
      const options = { filter, update, junit, lcov, form, also, ...limits };
      return runs.run({ folder, bundle, names, open }, options, io);
    };
    if (!watch) {
      const format = issueForms.get(form);
      return format ? alsoOfIssues(runTests, { format, io }) : runTests();
    }
    if (!(await isFolder(folder)))
      throw new UsageError(
        `\`${folder}\` is not a folder to watch: name the one that holds \`authorizer.yaml\``,
      );
    const { watchTests } = await import("./watch-tests.ts");
    return watchTests(folder, runTests, io);
  },
});

/** @throws UsageError if two outputs go to the standard output */
function assertOneOutput({ form, ...files }: Pick<TestOptions, "form" | "junit" | "lcov">): void {
  const own = Object.entries(files).flatMap(([flag, file]) =>
    file !== undefined && isOwnOutput(file) ? [{ flag: `--${flag}`, written: `--${flag} ${file}` }] : [],
  );
  const [first, second = form === "text" ? undefined : { flag: "", written: `--format ${form}` }] = own;
  if (first && second)
    throw new UsageError(
      `\`${first.written}\` and \`${second.written}\` both write to the standard output: name a file for \`${first.flag}\``,
    );
}

/** The forms that also show, at its place, why a file cannot be used. */
const issueForms: ReadonlyMap<Form, (issues: readonly Issue[]) => string> = new Map([
  ["github", (issues) => formatGithub(issues.map(findingOf))],
  ["sarif", (issues) => formatSarif("test", issues.map(issueResult))],
]);

async function alsoOfIssues(
  work: () => Promise<ExitStatus>,
  { format, io }: { readonly format: (issues: readonly Issue[]) => string; readonly io: CommandIo },
): Promise<ExitStatus> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DocumentError) io.stdout.write(format(error.issues));
    throw error;
  }
}

function readPercent(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new UsageError(`\`--min-coverage ${text}\` must be a whole number from 0 to 100`);
}
