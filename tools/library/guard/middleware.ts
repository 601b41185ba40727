/**
 * A client's middleware, with its serializer replaced: the last step before a command becomes a request.
 *
 * Middleware that comes earlier may change the input, which is then decided again. What comes later may change the
 * request, which the transport then refuses.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";
import { memberOf } from "../../../shared/connect/member.ts";

export type Stack = ConnectClient["middlewareStack"];

/** The members that a serializer reads and adds. */
export interface StepArguments {
  readonly input: unknown;
  readonly request?: unknown;
}

export type Step = (args: StepArguments) => Promise<unknown>;

export type Middleware = (next: Step, context: unknown) => Step;

const serializerName = "serializerMiddleware";

/**
 * Copies a stack, with another serializer.
 *
 * @param wrap makes the new serializer from the stack's own
 * @returns `undefined` if the stack has no serializer, as in versions of the SDK in which each command has its own
 */
export function withSerializer(stack: Stack, wrap: (own: Middleware) => Middleware): Stack | undefined {
  const own = findSerializer(stack);
  if (!own) return undefined;
  const copy = stack.clone();
  const options = { name: serializerName, step: "serialize", tags: ["SERIALIZER"], override: true } as const;
  const add = copy.add as (middleware: Middleware, options: object) => void;
  add(wrap(own), options);
  return copy;
}

/** A stack shows its middleware only to another stack that it is applied to. */
function findSerializer(stack: Stack): Middleware | undefined {
  let found: Middleware | undefined;
  const reader = {
    add(middleware: unknown, options: { readonly name?: string } = {}) {
      if (options.name === serializerName && typeof middleware === "function")
        found = middleware as Middleware;
    },
    addRelativeTo() {},
  };
  stack.applyToStack(reader as unknown as Stack);
  return found;
}

const namespace = "com.amazonaws.connect";

/**
 * The operation of a schema as each command has one: `[9, namespace, name, …]`. Empty for anything else, and for the
 * commands of other services.
 */
export function operationOfSchema(schema: unknown): string {
  if (!Array.isArray(schema) || schema[0] !== 9 || schema[1] !== namespace) return "";
  const name: unknown = schema[2];
  return typeof name === "string" ? name : "";
}

/** The operation by whose schema a resolved command is serialized. */
export function operationOfContext(context: unknown): string {
  return operationOfSchema(memberOf(memberOf(context, "__smithy_context"), "operationSchema"));
}
