/** Findings as SARIF 2.1.0, which code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
import { pathToFileURL } from "node:url";
import { homepage, version } from "../../../package.json";
import type { Issue } from "../../../shared/errors.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { IgnoredIssue } from "../../authoring/lint/ignores/apply-ignores.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { sourcePath } from "./source-path.ts";

const rootName = "%SRCROOT%";

type Level = "error" | "warning" | "note";

export interface SarifRule {
  readonly id: string;
  /** What it finds, in a short sentence. */
  readonly text: string;
  /** Where a page says what to do: the part of an address after `docs/`. */
  readonly page: string;
  readonly level: Level;
}

export interface SarifPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is there, in its file's own words: `Statement[0].Resource`. */
  readonly path?: string;
  /** What a reader should know about the place. */
  readonly text?: string;
}

export interface SarifResult {
  readonly rule: SarifRule;
  readonly level: Level;
  /** The message. What lines hold is not trusted. */
  readonly lines: readonly string[];
  readonly place: SarifPlace;
  /** What else has to do with it. */
  readonly related?: readonly SarifPlace[];
  readonly suppression?: object;
}

/**
 * Formats one run. It has neither times nor folders of the machine: equal results give equal files.
 * @param command whose run it is: code scanning keeps those of several commands apart
 */
export function formatSarif(command: string, results: readonly SarifResult[]): string {
  const codes = [...new Set(results.map(({ rule }) => rule.id))].sort();
  const rules = codes.flatMap((code) => results.find(({ rule }) => rule.id === code)?.rule ?? []);
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
            rules: rules.map(formatRule),
          },
        },
        automationDetails: { id: `connect-authorizer/${command}/` },
        originalUriBaseIds: { [rootName]: { description: { text: "The root of the repository." } } },
        columnKind: "utf16CodeUnits",
        results: results.map((result) => formatResult(result, codes.indexOf(result.rule.id))),
      },
    ],
  };
  return `${formatJson(log)}\n`;
}

const pages = `${homepage.replace(/#.*$/, "")}/blob/main/docs`;

function formatRule({ id, text: short, page, level }: SarifRule) {
  const helpUri = `${pages}/${page}`;
  const text = `What \`${id}\` finds, and what to do: ${helpUri}`;
  return {
    id,
    shortDescription: { text: short },
    fullDescription: { text },
    help: { text },
    helpUri,
    defaultConfiguration: { level },
  };
}

function formatResult(
  { rule, level, lines, place, related = [], suppression }: SarifResult,
  ruleIndex: number,
) {
  return {
    ruleId: rule.id,
    ruleIndex,
    level,
    message: { text: lines.map(inMessage).join("\n") },
    locations: [formatPlace(place)],
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map((each, index) => ({ id: index + 1, ...formatPlace(each) })) }),
    ...(suppression ? { suppressions: [suppression] } : {}),
  };
}

function formatPlace({ file, line, column, path = "", text }: SarifPlace) {
  return {
    physicalLocation: {
      artifactLocation: locationOf(file),
      region: { startLine: line, startColumn: column },
    },
    ...(path === "" ? {} : { logicalLocations: [{ fullyQualifiedName: withoutControls(path) }] }),
    ...(text === undefined ? {} : { message: { text: inMessage(text) } }),
  };
}

/** The page of lint has a table of errors and one of warnings. */
export function issueResult(issue: Issue | IgnoredIssue): SarifResult {
  const { code, severity, file, path, line, column, message } = issue;
  const words = code.replace(/(?=[A-Z])/g, " ").toLowerCase();
  const text = `${words[0]?.toUpperCase()}${words.slice(1)}.`;
  return {
    rule: { id: code, text, page: `reference/lint.md#${severity}s`, level: severity },
    level: severity,
    lines: [message],
    place: { file, line, column, path },
    ...("because" in issue ? { suppression: suppressionOf(issue) } : {}),
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
