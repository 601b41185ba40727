/**
 * The forms of the resources that Amazon Connect's actions support, as patterns: `…:instance/<id>/agent/<id>` for a
 * user, `…:instance/<id>/agent/*`, with a literal star, for all of them, `*` for what has no resource.
 */
import { ANY_IN_PART, STAR_IN_PART } from "../policy/pattern/glob.ts";
import type { ConnectInstance } from "../request/types.ts";
import { ANY_IN_WORD, STAR_IN_WORD } from "./patterns/automaton.ts";

const COLON = 58;

/** How the resource part of what belongs to an instance begins. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of an ARN format
export const ofInstance = "instance/${InstanceId}/";

/** A pattern; see `automaton.ts`. */
export type Codes = readonly number[];

export interface ResourceShape {
  /** An ARN format with variables, in the spelling of the reference: `…:instance/${InstanceId}/agent/${UserId}`. */
  readonly format: string;
  /** Together they match each resource of the form, in any partition, region, account and instance. */
  readonly patterns: readonly Codes[];
}

export function createShape(format: string): ResourceShape {
  return { format, patterns: formatPatterns(format, new Map()) };
}

/** The format of "all resources of a type": its own identifier, and what follows, is a literal `*`. */
export function formatOfAll(format: string): string {
  const resource = format.split(":", 5).join(":").length + 1;
  const own = format.startsWith(ofInstance, resource) ? resource + ofInstance.length : resource;
  return `${format.slice(0, format.indexOf("${", own))}*`;
}

/** The format of the resource that a version belongs to: without the qualifier that every identifier of the type has. */
export function withoutVersion(format: string): string {
  return format.replace(/(\/\$\{[^}]+\}):\$\{[^}]+\}$/, "$1");
}

/** The patterns of a shape's resources that calls to one instance can be about. */
export function patternsWithin(shape: ResourceShape, instance: ConnectInstance): readonly Codes[] {
  const { partition, region, accountId, id } = instance;
  const values = new Map([
    ["Partition", partition],
    ["Account", accountId],
    ["InstanceId", id],
  ]);
  // What has no instance may be named by an ARN of another region of the account, as a replica's phone numbers are.
  if (/:instance\//.test(shape.format)) values.set("Region", region);
  return formatPatterns(shape.format, values);
}

/** Finds the patterns of a shape's resources, each once. */
export type PatternFinder = (shape: ResourceShape) => readonly Codes[];

/** Creates a finder that caches the patterns of each shape within all instances. */
export function createPatternFinder(
  instances: readonly ConnectInstance[],
  patternsOf: (shape: ResourceShape, instance: ConnectInstance) => readonly Codes[] = patternsWithin,
): PatternFinder {
  const known = new Map<ResourceShape, readonly Codes[]>();
  return (shape) => {
    const found = known.get(shape);
    if (found) return found;
    const all = instances.flatMap((instance) => patternsOf(shape, instance));
    const patterns = [...new Map(all.map((codes) => [codes.join(), codes])).values()];
    known.set(shape, patterns);
    return patterns;
  };
}

/** Writes a shape for people, without what every ARN begins with: `instance/INSTANCE-ID/agent/ID`. */
export function describeShape({ format }: ResourceShape): string {
  const parts = format.split(":");
  const resource = parts.slice(5).join(":") || format;
  return resource.replace(/\$\{InstanceId\}/, "INSTANCE-ID").replaceAll(/\$\{[^}]+\}/g, "ID");
}

/** An identifier may have one qualifier (`<id>:$LATEST`), an instance's own apart. */
function formatPatterns(format: string, values: ReadonlyMap<string, string>): readonly Codes[] {
  const plain = formatCodes(format, values);
  const isQualified = /\/\$\{(?!InstanceId)[^}]+\}$/.test(format);
  return isQualified ? [plain, [...plain, COLON, ANY_IN_WORD, STAR_IN_WORD]] : [plain];
}

function formatCodes(format: string, values: ReadonlyMap<string, string>): Codes {
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
