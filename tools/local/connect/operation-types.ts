/** The SDK's own types of an operation, by its name. */
import type * as sdk from "@aws-sdk/client-connect";

type Sdk = typeof sdk;

/** Every operation that the SDK knows: `CreateUser`. */
export type OperationName = {
  [K in keyof Sdk]: K extends `${infer Name}Command` ? (Name extends "" | "$" ? never : Name) : never;
}[keyof Sdk];

/** An operation's input after the strict decoder: required members are there (the SDK types allow `undefined`). */
export type InputOf<Name extends OperationName> = Present<CommandOf<Name>["input"]>;

/** An operation's output, without the client's own `$metadata`. */
export type OutputOf<Name extends OperationName> =
  ReturnType<CommandOf<Name>["resolveMiddleware"]> extends (
    ...call: never
  ) => Promise<{ output: infer Output }>
    ? Omit<Output, "$metadata">
    : never;

type CommandOf<Name extends OperationName> = InstanceType<Sdk[`${Name}Command`]>;

type Present<T> = {
  readonly [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] : Exclude<T[K], undefined>;
};
