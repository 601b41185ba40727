/** Puts a decoded input in the form that is authorized and sent: canonical identifiers, a configured instance. */
import { sourcesOf } from "../../catalog/identifier-sources.ts";
import { collectAt, type Rewrite, rewriteAt, topMember } from "../../catalog/member-path.ts";
import type { ParsedArn } from "../../catalog/resource-arn.ts";
import { isOfKind, mayBeDiscriminated } from "../../catalog/targets.ts";
import type { OperationRow, TargetSpec } from "../../catalog/types.ts";
import { InputError } from "../../errors.ts";
import type { ConnectInstance, OperationInput, RoutedCall } from "../types.ts";
import { type Destination, findDestination } from "./destination.ts";
import { canonicalText, type Identifier, parseArn, parseIdentifier, wrongType } from "./identifiers.ts";

declare const canonical: unique symbol;

/**
 * A decoded, strictly validated input whose identifiers are in canonical form, with its instance. Only {@link
 * createCanonicalCall} creates it. Exactly this `input` is authorized and sent.
 */
export interface CanonicalCall {
  readonly [canonical]: true;
  readonly row: OperationRow;
  readonly input: OperationInput;
  /** Gives the partition, region, account and credentials of the call. */
  readonly instance: ConnectInstance;
  /** Whether the input itself names the instance; otherwise it is the home instance (the first configured). */
  readonly namesInstance: boolean;
}

/** The operation of a call, and the Region before the route in its path. */
export type RoutedOperation = Pick<RoutedCall, "row" | "region">;

/**
 * @throws InputError for an identifier that has no canonical form
 * @throws CodedError `unknownInstance` when the call's instance is not configured
 */
export function createCanonicalCall(
  routed: RoutedOperation,
  input: OperationInput,
  instances: readonly ConnectInstance[],
): CanonicalCall {
  const { input: canonical, instance, namesInstance } = canonicalizeInput(routed, input, instances);
  return { row: routed.row, input: canonical, instance, namesInstance } as CanonicalCall;
}

/** Puts every identifier of a whole or partial input in canonical form. Throws as {@link createCanonicalCall} does. */
export function canonicalizeInput(
  { row, region }: RoutedOperation,
  input: OperationInput,
  configured: readonly ConnectInstance[],
): Destination & { readonly input: OperationInput } {
  assertLabels(row, input);
  const instances = region === undefined ? configured : configured.filter((each) => each.region === region);
  const sources = sourcesOf(row);
  const named = { instances: [] as Identifier[], arns: [] as ParsedArn[], shared: [] as ParsedArn[] };
  let canonical = input;
  for (const spec of sources.arns) {
    const rewrite: Rewrite = (text, path, parent) => {
      if (!isDiscriminated(parent, spec) && !isOfNoKind(text, parent, spec)) return text;
      const arn = parseArn(text, path);
      named.arns.push(arn);
      return arn.text;
    };
    canonical = rewriteAt(canonical, spec.source, rewrite, (parent) => mayBeDiscriminated(parent, spec));
  }
  for (const source of sources.instances) {
    canonical = rewriteAt(canonical, source, (text, path) => {
      // Where no instance is configured, no id is one of them, however it is written.
      if (instances.length === 0 && !text.startsWith("arn:")) return text;
      const identifier = parseIdentifier(text, path);
      named.instances.push(identifier);
      if (identifier.kind === "id") return identifier.id;
      if (identifier.arn.type !== "instance") throw wrongType(identifier.arn, path);
      return source.endsWith("Arn") ? identifier.arn.text : identifier.arn.id;
    });
  }
  for (const spec of sources.shared) named.shared.push(...arnsAt(canonical, spec));
  const destination = findDestination(named, instances);
  const where = { ...destination.instance, namesInstance: destination.namesInstance };
  for (const { spec, types } of sources.ids) {
    const rewrite: Rewrite = (text, path) => canonicalText(text, { spec, types, where }, path);
    canonical = rewriteAt(canonical, spec.source, rewrite, (parent) => isDiscriminated(parent, spec));
  }
  return { ...destination, input: canonical };
}

/** Refuses a label that a URL parser on the way could read as another path. */
function assertLabels(row: OperationRow, input: OperationInput): void {
  for (const { name, place } of row.members) {
    const value = place === "path" ? input[name] : undefined;
    if (typeof value !== "string") continue;
    if (value === "" || value === "." || value === "..")
      throw new InputError(name, "must not be empty or a dot segment");
    if (/\p{Cc}/u.test(value)) throw new InputError(name, "must not hold control characters");
  }
}

/** The ARNs at a place that may also hold ids. */
function arnsAt(input: OperationInput, spec: TargetSpec): readonly ParsedArn[] {
  const found = collectAt(spec.source, input[topMember(spec.source)], (parent) =>
    isDiscriminated(parent, spec),
  );
  return found.flatMap(({ value, path }) =>
    typeof value === "string" && value.startsWith("arn:") ? [parseArn(value, path)] : [],
  );
}

function isDiscriminated(parent: Readonly<Record<string, unknown>>, { discriminator }: TargetSpec): boolean {
  const value = discriminator && parent[discriminator.member];
  return !discriminator || (typeof value === "string" && isOfKind(value, discriminator.values));
}

/** An ARN without a kind counts as one of the wanted kind (`catalog/targets.ts`), so it gets its canonical form too. */
function isOfNoKind(
  value: string,
  parent: Readonly<Record<string, unknown>>,
  { discriminator }: TargetSpec,
): boolean {
  return !!discriminator && typeof parent[discriminator.member] !== "string" && value.startsWith("arn:");
}
