/** Reads a state file: whole or not at all, except for a last line that was torn. */
import type { Change } from "./change.ts";
import { StateFileError } from "./lock.ts";
import { fromJson } from "./values.ts";

/** Raise the version when an older release could not read the lines any more. */
export const stateFormat = { format: "connect-authorizer local Connect", version: 1 } as const;

export interface KeptChange {
  readonly change: Change;
  /** `FILE:LINE`. */
  readonly place: string;
}

/** Parses a file into the changes of each instance, by ARN. @throws StateFileError that names the line */
export function parseState(bytes: Buffer, path: string): ReadonlyMap<string, readonly KeptChange[]> {
  const [header = "", ...lines] = readWholeLines(bytes, path);
  const kept = readHeader(header, path).map((arn) => ({ arn, changes: [] as KeptChange[] }));
  for (const [index, line] of lines.entries()) {
    const place = `${path}:${index + 2}`;
    for (const { in: at, ...change } of readLine(line, place)) {
      const instance = kept[at];
      if (!instance) throw new StateFileError(`${place}: the header has no instance ${at}`);
      instance.changes.push({ change, place });
    }
  }
  return new Map(kept.map(({ arn, changes }) => [arn, changes]));
}

/** What follows the last line break was torn, unless it is all that there is: then the file is something else. */
function readWholeLines(bytes: Buffer, path: string): readonly string[] {
  const end = bytes.lastIndexOf("\n");
  if (end < 0) throw notAState(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes.subarray(0, end))
      .split("\n");
  } catch {
    throw new StateFileError(`\`${path}\` is not UTF-8: restore it, or choose another file with \`--state\``);
  }
}

function readHeader(line: string, path: string): readonly string[] {
  const { format, version, instances } = Object(parse(line));
  if (format !== stateFormat.format) throw notAState(path);
  if (version !== stateFormat.version)
    throw new StateFileError(
      `\`${path}\` has version ${JSON.stringify(version)} of the format, and this release reads version ${stateFormat.version}: use the release that wrote it, or choose another file with \`--state\``,
    );
  if (!Array.isArray(instances) || !instances.every((arn) => typeof arn === "string"))
    throw new StateFileError(`${path}:1: \`instances\` must be a list of ARNs`);
  return instances;
}

function notAState(path: string): StateFileError {
  return new StateFileError(
    `\`${path}\` is not a state of the local Connect, and is left as it is: choose another file with \`--state\``,
  );
}

function readLine(line: string, place: string): readonly (Change & { readonly in: number })[] {
  const changes = fromJson(parse(line));
  if (Array.isArray(changes) && changes.every(isChange)) return changes;
  throw new StateFileError(`${place}: this line is damaged: restore the file, or delete it to begin anew`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isChange(value: unknown): value is Change & { readonly in: number } {
  if (!isObject(value) || typeof value["in"] !== "number") return false;
  if ("table" in value)
    return (
      typeof value["table"] === "string" &&
      (isRow(value["row"]) || isNamed(value["removed"]) || typeof value["last"] === "number")
    );
  return (
    typeof value["setting"] === "string" ||
    typeof value["answered"] === "string" ||
    isObject(value["tags"]) ||
    value["createdAt"] instanceof Date
  );
}

function isRow(value: unknown): boolean {
  return (
    isNamed(value) &&
    ["sequence", "revision"].every((name) => Number.isSafeInteger(value[name])) &&
    ["createdAt", "modifiedAt"].every((name) => value[name] instanceof Date) &&
    isObject(value["tags"]) &&
    isObject(value["shape"])
  );
}

function isNamed(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && typeof value["id"] === "string" && Array.isArray(value["parents"]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
