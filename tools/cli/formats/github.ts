/**
 * Findings as workflow commands, which GitHub shows beside the lines of a pull request.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
import { withoutControls } from "../../../shared/without-controls.ts";
import type { Finding } from "./form.ts";
import { sourcePath } from "./source-path.ts";

/** Formats each finding as one line: `::error file=…,line=…,col=…,title=…::message`. */
export function formatGithub(findings: readonly Finding[]): string {
  return findings.map((finding) => `${formatCommand(finding)}\n`).join("");
}

function formatCommand({ level, title, place, lines }: Finding): string {
  const properties = Object.entries({
    ...(place ? { file: sourcePath(place.file), line: place.line, col: place.column } : {}),
    title,
  }).map(([name, value]) => `${name}=${inProperty(String(value))}`);
  return `::${level} ${properties.join(",")}::${inMessage(lines.map(withoutControls).join("\n"))}`;
}

// INVARIANT: nothing that others wrote ends a line or a property, so that none of it is a command.
function inMessage(text: string): string {
  return text.replace(/[%\r\n]/g, percentEncoded);
}

function inProperty(text: string): string {
  return withoutControls(text).replace(/[%\r\n:,]/g, percentEncoded);
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
