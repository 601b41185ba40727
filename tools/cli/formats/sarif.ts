/** Issues as SARIF 2.1.0, which code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
import { pathToFileURL } from "node:url";
import { homepage, version } from "../../../package.json";
import type { Issue } from "../../../shared/errors.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { IgnoredIssue } from "../../authoring/lint/ignores/apply-ignores.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { sourcePath } from "./source-path.ts";

const rootName = "%SRCROOT%";

/** Formats one run. It has neither times nor folders of the machine: equal issues give equal files. */
export function formatSarif(issues: readonly (Issue | IgnoredIssue)[]): string {
  const codes = [...new Set(issues.map(({ code }) => code))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "connect-authorizer",
            version,
            semanticVersion: version,
            informationUri: homepage,
            rules: codes.map((code) => ruleOf(code, issues)),
          },
        },
        originalUriBaseIds: { [rootName]: { description: { text: "The root of the repository." } } },
        columnKind: "utf16CodeUnits",
        results: issues.map((issue) => resultOf(issue, codes.indexOf(issue.code))),
      },
    ],
  };
  return `${formatJson(log)}\n`;
}

const page = `${homepage.replace(/#.*$/, "")}/blob/main/docs/lint.md`;

/** The page has a table of errors and one of warnings. */
function ruleOf(code: string, issues: readonly Issue[]) {
  const level = issues.find((issue) => issue.code === code)?.severity ?? "warning";
  const helpUri = `${page}#${level}s`;
  const words = code.replace(/(?=[A-Z])/g, " ").toLowerCase();
  const text = `What \`${code}\` finds, and what to do: ${helpUri}`;
  return {
    id: code,
    shortDescription: { text: `${words[0]?.toUpperCase()}${words.slice(1)}.` },
    fullDescription: { text },
    help: { text },
    helpUri,
    defaultConfiguration: { level },
  };
}

function resultOf(issue: Issue | IgnoredIssue, ruleIndex: number) {
  const { code, severity, file, path, line, column, message } = issue;
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: inMessage(message) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locationOf(file),
          region: { startLine: line, startColumn: column },
        },
        ...(path === "" ? {} : { logicalLocations: [{ fullyQualifiedName: withoutControls(path) }] }),
      },
    ],
    ...("because" in issue ? { suppressions: [suppressionOf(issue)] } : {}),
  };
}

/** One in a comment is "in source", one in another file "external". */
function suppressionOf({ by, because }: IgnoredIssue) {
  const kind = by === "comment" ? "inSource" : "external";
  return { kind, status: "accepted", justification: withoutControls(because.toWellFormed()) };
}

/** A file outside of the root has no name from there. */
function locationOf(file: string) {
  const path = sourcePath(file);
  if (path.startsWith("../") || /^[A-Za-z]:/.test(path)) return { uri: pathToFileURL(file).href };
  return { uri: path.split("/").map(encodeURIComponent).join("/"), uriBaseId: rootName };
}

/** `[text](target)` would be a link. */
function inMessage(text: string): string {
  return withoutControls(text.toWellFormed()).replace(/[[\]](?=[^[\]]*\]\()|\](?=\()/g, "\\$&");
}
