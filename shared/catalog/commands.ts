/**
 * The SDK's schema of each operation, and the command that sends it. The catalogue does not import this file, so the
 * authorizer does not contain the SDK.
 *
 * It uses only public exports of the SDK. Where it matters it imports them by name, so that the rest stays out of the
 * bundle.
 */
import * as sdk from "@aws-sdk/client-connect";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { operationSchemas } from "./generated/operation-schemas.generated.ts";

/** The SDK's command classes differ only in type: each takes its operation's input. */
export type CommandClass = new (input: object) => Command;

export type Command = sdk.DescribeUserCommand;

/** `[9, namespace, name, traits, input, output]`: an operation's static schema in `@smithy/types`. */
export type StaticOperation = (typeof operationSchemas)[number];

/** `[-3, namespace, name, …]`: the static schema of a modelled exception. */
export type StaticError = typeof sdk.AccessDeniedException$;

/** Only the build of the deployed bundle defines it (tools/functions.mjs, template.yaml). */
declare const IS_DEPLOYED: boolean;

const schemasByName = new Map<string, StaticOperation>(operationSchemas.map((schema) => [schema[2], schema]));
const commandsByName = new Map<string, CommandClass>();

export function findStaticOperation(operation: string): StaticOperation | undefined {
  return schemasByName.get(operation);
}

export function findCommand(operation: string): CommandClass | undefined {
  const known = commandsByName.get(operation);
  if (known) return known;
  const schema = findStaticOperation(operation);
  const found = schema && commandOf(schema);
  if (found) commandsByName.set(operation, found);
  return found;
}

/**
 * In the deployed bundle, a command is created from its schema on first use, as the SDK creates its own, so the bundle
 * needs no class for each. Elsewhere it is the SDK's class, which tests that replace the client expect.
 */
function commandOf(schema: StaticOperation): CommandClass {
  return typeof IS_DEPLOYED === "undefined"
    ? Reflect.get(sdk, `${schema[2]}Command`)
    : makeCommand(schema, sdk.DescribeUserCommand);
}

/** @param example any of the SDK's commands: all find their endpoint by the same parameters */
export function makeCommand(schema: StaticOperation, example: typeof sdk.DescribeUserCommand): CommandClass {
  const name = schema[2];
  const made = sdk.$Command
    .classBuilder<
      object,
      sdk.ServiceOutputTypes,
      sdk.ConnectClientResolvedConfig,
      object,
      sdk.ServiceOutputTypes
    >()
    .ep(example.getEndpointParameterInstructions())
    .m((Made, _, config) => [getEndpointPlugin(config, Made.getEndpointParameterInstructions())])
    .s("AmazonConnectService", name, {})
    .n("ConnectClient", `${name}Command`)
    .sc(schema)
    .build();
  return made as unknown as CommandClass;
}

/** @param name of one of Connect's modelled exceptions: `AccessDeniedException` */
export function findStaticError(name: string): StaticError | undefined {
  for (const registry of sdk.errorTypeRegistries) {
    const found: unknown = registry.find((schema) => Array.isArray(schema) && schema[2] === name);
    if (Array.isArray(found) && found[0] === -3) return found as unknown as StaticError;
  }
  return undefined;
}
