/**
 * The one-line form of a target in the generated catalogue and in the table of overrides.
 *
 * `[~]type source[?|+] [@type,…] [#Member=VALUE,…] [|path,…] [:Member] [%]`
 *
 * `~` referenced · `?` if absent, no ask · `+` if absent, an ask on all · `@` types that an ARN there may name · `#`
 * discriminator · `|` alternatives · `:` qualifier · `%` or an ARN of any service. Reviewers read it in diffs; the
 * Lambdas read it at start.
 */
import type { TargetSpec } from "./types.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** @throws TypeError for text in another form; it comes only from the catalogue, never from a caller */
export function parseTarget(text: string): TargetSpec {
  const [type = "", source = "", ...options] = text.split(" ");
  if (type === "" || source === "") throw new TypeError(`not a target: \`${text}\``);
  const referenced = type.startsWith("~");
  const mark = source.at(-1);
  const spec: Mutable<TargetSpec> = {
    type: referenced ? type.slice(1) : type,
    source: mark === "?" || mark === "+" ? source.slice(0, -1) : source,
    sort: referenced ? "referenced" : "required",
    whenAbsent: mark === "?" ? "none" : mark === "+" ? "all" : "error",
  };
  for (const option of options) addOption(spec, option);
  return Object.freeze(spec);
}

function addOption(spec: Mutable<TargetSpec>, option: string): void {
  const rest = option.slice(1);
  switch (option[0]) {
    case "@":
      spec.types = rest.split(",");
      return;
    case "|":
      spec.alternatives = rest.split("|");
      return;
    case ":":
      spec.qualifier = rest;
      return;
    case "%":
      spec.orAnyArn = true;
      return;
    case "#": {
      const [member = "", values = ""] = rest.split("=");
      spec.discriminator = { member, values: values.split(",") };
      return;
    }
    default:
      throw new TypeError(`not an option of a target: \`${option}\``);
  }
}

/** The label of a resource type's own id in its ARN. Most targets are in the member of that name. */
export function idLabelOf(arn: string): string {
  return /\$\{(\w+)\}(?::\$\{\w+\})?$/.exec(arn)?.[1] ?? "";
}

/** Expands a line of the generated file. A type alone: the member of its ARN's label. Empty: the instance. */
export function expandTarget(line: string, arns: ReadonlyMap<string, string>): string {
  if (line.includes(" ")) return line;
  const type = line === "" ? "instance" : line;
  return `${type} ${idLabelOf(arns.get(type) ?? "")}`;
}
