/**
 * The forms of the resources that Amazon Connect's actions are asked on, as patterns: `…:instance/<id>/agent/<id>` for a
 * user, `…:instance/<id>/agent/*`, with a literal star, for all of them, `*` for what has no resource.
 */
import { ANY_IN_PART, STAR_IN_PART } from "../../policy/glob.ts";
import type { ConnectInstance } from "../../request/types.ts";
import { ANY_IN_WORD, STAR_IN_WORD } from "./pattern-overlap.ts";

/** One form of a resource. */
export interface ResourceShape {
  /** An ARN format with variables, in the spelling of the reference: `…:instance/${InstanceId}/agent/${UserId}`. */
  readonly format: string;
  /** Matches each resource of the form, in any partition, region, account and instance. */
  readonly codes: readonly number[];
}

/** Makes a shape. */
export function createShape(format: string): ResourceShape {
  return { format, codes: formatCodes(format, new Map()) };
}

/** The format of "all resources of a type": its own identifier, and what follows, is a literal `*`. */
export function formatOfAll(format: string): string {
  const resource = format.split(":", 5).join(":").length + 1;
  const own = format.startsWith("instance/${InstanceId}/", resource)
    ? resource + "instance/${InstanceId}/".length
    : resource;
  return `${format.slice(0, format.indexOf("${", own))}*`;
}

/** The patterns of a shape's resources that calls to one instance can be about. */
export function codesWithin(shape: ResourceShape, instance: ConnectInstance): readonly number[] {
  const { partition, region, accountId, id } = instance;
  const values = new Map([
    ["Partition", partition],
    ["Account", accountId],
    ["InstanceId", id],
  ]);
  // What has no instance may be named by an ARN of another region of the account, as a replica's phone numbers are.
  if (/:instance\//.test(shape.format)) values.set("Region", region);
  return formatCodes(shape.format, values);
}

/** Writes a shape for people, without what every ARN begins with: `instance/INSTANCE-ID/agent/ID`. */
export function describeShape({ format }: ResourceShape): string {
  const parts = format.split(":");
  const resource = parts.slice(5).join(":") || format;
  return resource.replace("${InstanceId}", "INSTANCE-ID").replaceAll(/\$\{[^}]+\}/g, "ID");
}

function formatCodes(format: string, values: ReadonlyMap<string, string>): readonly number[] {
  const codes: number[] = [];
  let colons = 0;
  for (const [index, piece] of format.split(/\$\{([^}]+)\}/).entries()) {
    // Texts and variables' names take turns.
    const text = index % 2 === 0 ? piece : values.get(piece);
    if (text === undefined) {
      if (colons < 5) codes.push(ANY_IN_PART, STAR_IN_PART);
      else codes.push(ANY_IN_WORD, STAR_IN_WORD);
      continue;
    }
    for (let i = 0; i < text.length; i++) {
      if (text[i] === ":") colons++;
      codes.push(text.charCodeAt(i));
    }
  }
  return codes;
}
