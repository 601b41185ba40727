/**
 * The SDK's own command of each operation, which brings along the SDK's own schemas of it. Kept apart from the catalogue,
 * so that the authorizer does without the SDK.
 *
 * Imported from the SDK's public index, each by name: what nobody names stays out of the bundle.
 */
import { type DescribeUserCommand, errorTypeRegistries } from "@aws-sdk/client-connect";
import { operationRoutes } from "./catalog.ts";
import { commandClasses } from "./command-classes.generated.ts";

/** The SDK's command classes differ in type only: each takes its operation's input. */
export type CommandClass = new (input: object) => Command;

/** A command, ready to be sent. */
export type Command = DescribeUserCommand;

/** `[9, namespace, name, traits, input, output]`, as `@smithy/types` lays an operation's static schema out. */
export type StaticOperation = readonly [
  kind: 9,
  namespace: string,
  name: string,
  traits: unknown,
  input: unknown,
  output: unknown,
];

/** `[-3, namespace, name, …]`: a modelled exception's. */
export type StaticError = readonly [kind: -3, namespace: string, name: string, ...rest: unknown[]];

let byName: ReadonlyMap<string, unknown> | undefined;

/** Finds an operation's command by the operation's exact name. */
export function findCommand(operation: string): CommandClass | undefined {
  byName ??= new Map(operationRoutes().map(({ name }, index) => [name, commandClasses[index]]));
  const found = byName.get(operation);
  return typeof found === "function" ? (found as CommandClass) : undefined;
}

/**
 * Finds an operation's static schema by its exact name.
 *
 * @throws TypeError when the generated list is not that of the catalogue
 */
export function findStaticOperation(operation: string): StaticOperation | undefined {
  const Command = findCommand(operation);
  if (!Command) return undefined;
  const schema: unknown = Reflect.get(new Command({}), "schema");
  if (!Array.isArray(schema) || schema[0] !== 9 || schema[2] !== operation)
    throw new TypeError(`the command listed for \`${operation}\` is another operation's`);
  return schema as unknown as StaticOperation;
}

/** Finds the static schema of one of Connect's modelled exceptions (`AccessDeniedException`). */
export function findStaticError(name: string): StaticError | undefined {
  for (const registry of errorTypeRegistries) {
    const found: unknown = registry.find((schema) => Array.isArray(schema) && schema[2] === name);
    if (Array.isArray(found) && found[0] === -3) return found as unknown as StaticError;
  }
  return undefined;
}
