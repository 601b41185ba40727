/** Words in the SDK's names: `HoursOfOperation` has three, and its plural is `HoursOfOperations`. */
import { lowerAscii } from "../../../../shared/ascii.ts";

const cache = new Map<string, readonly string[]>();

export function wordsOf(name: string): readonly string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+/g) ?? [];
}

/** A family's name in a message: `hours of operation`. */
export function labelOf(name: string): string {
  return lowerAscii(wordsOf(name).join(" "));
}

export function articleOf(label: string): "a" | "an" {
  return /^[aeio]/.test(label) ? "an" : "a";
}

/** `QUEUE`, `ROUTING_PROFILE`: as the members of exceptions name types. */
export function upperSnake(name: string): string {
  return wordsOf(name).join("_").toUpperCase();
}

export function kebab(name: string): string {
  return lowerAscii(wordsOf(name).join("-"));
}

export function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

export function singularOf(name: string): string {
  if (name.endsWith("ies")) return `${name.slice(0, -3)}y`;
  if (/(ses|xes)$/.test(name)) return name.slice(0, -2);
  return name.endsWith("s") ? name.slice(0, -1) : name;
}

/** Every run of words in a name, the longest first: `FlowModule` and five others of `ContactFlowModule`. */
export function runsOf(name: string): readonly string[] {
  const known = cache.get(name);
  if (known) return known;
  const words = wordsOf(name);
  const runs = words.flatMap((_, from) =>
    words.slice(from).map((_each, length) => words.slice(from, from + length + 1).join("")),
  );
  runs.sort((a, b) => b.length - a.length);
  cache.set(name, runs);
  return runs;
}

/** The runs that end with the name's last word: `User`'s own id is `UserId`, an override's `HoursOfOperationOverrideId`. */
export function endingsOf(name: string): readonly string[] {
  return runsOf(name).filter((run) => name.endsWith(run));
}
