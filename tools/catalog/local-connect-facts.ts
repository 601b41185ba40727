/**
 * What is known of operations beyond their schemas: the exceptions that each may throw, and the values of
 * enumerations. Only the SDK's type declarations have them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as sdk from "@aws-sdk/client-connect";

/** Exceptions that every operation may throw; the file does not repeat them. */
const everywhere = new Set(["ConnectServiceException", "InternalServiceException", "ThrottlingException"]);

/** Writes the exceptions as JSON, one operation a line. */
export function formatLocalConnectFacts(operations: readonly string[]): string {
  const folder = typesFolder();
  const errors = operations.map((name) => [name, errorsOf(folder, name)] as const);
  return `{\n  "errors": {\n${linesOf(errors)}\n  }\n}\n`;
}

/** Writes the enumerations as JSON, one a line. */
export function formatEnumerations(): string {
  return `{\n  "enums": {\n${linesOf(enumsOf(typesFolder()))}\n  }\n}\n`;
}

function typesFolder(): string {
  const main = createRequire(import.meta.url).resolve("@aws-sdk/client-connect/package.json");
  return join(dirname(main), "dist-types");
}

function linesOf(entries: readonly (readonly [string, unknown])[]): string {
  return entries.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(",\n");
}

/** The modelled exceptions of an operation, without the suffix that all of them have. */
function errorsOf(folder: string, operation: string): string {
  const text = readFileSync(join(folder, "commands", `${operation}Command.d.ts`), "utf8");
  const names = [...text.matchAll(/@throws \{@link (\w+)\}/g)].map((match) => match[1] ?? "");
  return names
    .filter((name) => !everywhere.has(name))
    .map((name) => name.replace(/Exception$/, ""))
    .join(" ");
}

interface EnumFact {
  readonly values: readonly string[];
  /** Where it is: `CreateContactFlowRequest.Type`. */
  readonly at: readonly string[];
}

function enumsOf(folder: string): readonly (readonly [string, EnumFact])[] {
  const at = new Map<string, string[]>();
  const models = join(folder, "models");
  for (const file of readdirSync(models).sort()) {
    if (!/^models_\d+\.d\.ts$/.test(file)) continue;
    const text = readFileSync(join(models, file), "utf8").replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
    for (const [, structure, body] of text.matchAll(/export interface (\w+)[^{]*\{\n((?:(?: .*)?\n)*)\}/g)) {
      for (const [, member, type = ""] of (body ?? "").matchAll(/^ {4}(\w+)\??: ([^;]+);$/gm)) {
        const name = type.match(/\w+/g)?.find((word) => valuesOf(word) !== undefined);
        if (name) at.set(name, [...(at.get(name) ?? []), `${structure}.${member}`]);
      }
    }
  }
  return [...at]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, places]) => [name, { values: valuesOf(name) ?? [], at: places.sort() }] as const);
}

function valuesOf(name: string): readonly string[] | undefined {
  const found: unknown = Reflect.get(sdk, name);
  if (typeof found !== "object" || found === null || Array.isArray(found)) return undefined;
  const values: readonly unknown[] = Object.values(found);
  return values.length > 0 && values.every((value) => typeof value === "string")
    ? values.filter((value) => typeof value === "string")
    : undefined;
}
