/**
 * Finds the resource that an author probably meant, for a pattern that matches no resource of the statement's actions.
 *
 * The classics: the API's word for a resource instead of its ARN's (`user` for `agent`, `quick-connect` for
 * `transfer-destination`), a leading slash, the instance for what is in it.
 */
import { resourceTypes } from "../../../shared/catalog/catalog.ts";
import { ofInstance, type ResourceShape } from "../../../shared/reach/resource-shape.ts";
import { nearestName } from "../nearest-name.ts";
import { shapesOf } from "./facts/action-facts.ts";

/** Finds another spelling of the given pattern that can match one of the wanted shapes: `agent/1` for `user/1`. */
export function suggestSpelling(
  pattern: string,
  wanted: bigint,
  shapesMatched: (pattern: string) => bigint,
): string | undefined {
  const parts = pattern.split(":");
  const head = parts.slice(0, 5).join(":");
  const resource = parts.slice(5).join(":").replace(/^\/+/, "");
  const candidates = [resource, resource.replace(/\/$/, "/*"), ...swapWord(resource)].map(
    (text) => `${head}:${text}`,
  );
  return candidates.find((text) => text !== pattern && (shapesMatched(text) & wanted) !== 0n);
}

/** Finds a pattern near the given one that can match one of the wanted shapes. */
export function suggestResource(
  pattern: string,
  wanted: bigint,
  shapesMatched: (pattern: string) => bigint,
): string | undefined {
  const parts = pattern.split(":");
  if (parts.length < 6) return undefined;
  const head = parts.slice(0, 5).join(":");
  const resource = parts.slice(5).join(":").replace(/^\/+/, "");
  const spelled = suggestSpelling(pattern, wanted, shapesMatched);
  if (spelled !== undefined) return spelled;
  const within = `${head}:${resource}/*`;
  if ((shapesMatched(within) & wanted) !== 0n) return within;
  const [shape, second] = shapesOf(wanted);
  if (!shape || second) return undefined;
  return shape.format === "*" ? "*" : writeShape(shape, parts, resource);
}

/** The resource with its type's word replaced by the ARN's word, inside and outside the instance. */
function swapWord(resource: string): readonly string[] {
  const words = resource.split("/");
  const own = words[0] === "instance" ? 2 : 0;
  const word = words[own] ?? "";
  const rest = words.length > own + 1 ? words.slice(own + 1) : ["*"];
  const instance = own === 2 ? words.slice(0, 2) : ["instance", "*"];
  return wordsMeant(word).flatMap((meant) => [
    [...instance, meant, ...rest].join("/"),
    [meant, ...rest].join("/"),
  ]);
}

/** ARN words by the names that people use for a type: its name in the reference and its ARN word itself. */
function wordsByName(): ReadonlyMap<string, string> {
  known ??= new Map(
    resourceTypes().flatMap(({ name, arn }): [string, string][] => {
      const resource = arn.split(":").slice(5).join(":").replace(ofInstance, "");
      const word = resource.slice(0, resource.indexOf("/${"));
      return [
        [word, word],
        [name, word],
      ];
    }),
  );
  return known;
}
let known: ReadonlyMap<string, string> | undefined;

function wordsMeant(word: string): readonly string[] {
  const words = wordsByName();
  const name = words.has(word) ? word : nearestName(word, words.keys());
  const meant = name === undefined ? undefined : words.get(name);
  return meant === undefined ? [] : [meant];
}

/** The shape in the pattern's own partition, region, account and instance. */
function writeShape({ format }: ResourceShape, parts: readonly string[], resource: string): string {
  const [word, id] = resource.split("/");
  const values = new Map([
    ["Partition", parts[1] ?? "*"],
    ["Region", parts[3] ?? "*"],
    ["Account", parts[4] ?? "*"],
    ["InstanceId", word === "instance" && id !== undefined && id !== "" ? id : "*"],
  ]);
  return format.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => values.get(name) ?? "*");
}
