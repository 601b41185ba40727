/**
 * What a client is shown: the caller's tools, at most sixty. If there are more, two of our own stand for the rest: one
 * that finds tools, and one that calls what was found, for clients that call only what is listed.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import { areaOf, broadAreaOf } from "../../../shared/catalog/area.ts";
import { defineTool, type ToolDefinition } from "./definition.ts";
import { effectOf } from "./effect.ts";
import type { UsableTool } from "./usable.ts";

const maxListed = 60;
const maxFound = 10;

export const searchTool = {
  name: "SearchOperations",
  description:
    "Finds tools that are not in the list, by words of their names and areas, like `hours of operation`. It answers with their names, descriptions and the schemas of their arguments. Call a tool that was found by its name, or by CallOperation.",
  inputSchema: {
    type: "object",
    properties: {
      query: { type: "string", description: "A few words: what to do, and with what." },
      limit: {
        type: "integer",
        minimum: 1,
        maximum: maxFound,
        description: "How many; default: all that fit.",
      },
    },
    required: ["query"],
    additionalProperties: false,
  },
  annotations: {
    title: "Search operations",
    ...{ readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  },
} as const satisfies ToolDefinition;

export const callTool = {
  name: "CallOperation",
  description: "Calls a tool that SearchOperations found.",
  inputSchema: {
    type: "object",
    properties: {
      name: { type: "string", description: "The tool's name." },
      arguments: { type: "object", description: "Its arguments, by the schema that SearchOperations gave." },
    },
    required: ["name"],
    additionalProperties: false,
  },
  annotations: {
    title: "Call operation",
    ...{ readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  },
} as const satisfies ToolDefinition;

/** Lists the tools in the order in which they are kept if they are too many. */
export function listTools(usable: readonly UsableTool[]): readonly ToolDefinition[] {
  if (usable.length <= maxListed) return usable.map(define);
  const kept = [...usable].sort(bySubject).slice(0, maxListed - 2);
  return [searchTool, callTool, ...kept.map(define)];
}

function define({ tool, word }: UsableTool): ToolDefinition {
  return defineTool(tool, word);
}

/** The routes of the configuration first, then what reads; of these, short names, which are those of the main resources. */
function bySubject(one: UsableTool, other: UsableTool): number {
  const rank = ({ tool }: UsableTool) => {
    const { readOnlyHint } = effectOf(tool.served.operation);
    return (tool.served.route ? 0 : readOnlyHint ? 1_000 : 2_000) + tool.name.length;
  };
  return rank(one) - rank(other) || (one.tool.name < other.tool.name ? -1 : 1);
}

/** The tools with the most of the words in their names, areas and actions, the best first. */
export function searchTools(
  usable: readonly UsableTool[],
  query: string,
  limit = maxFound,
): readonly ToolDefinition[] {
  const words = [...new Set(wordsOf(query))].slice(0, maxWords);
  const scored = usable.map((each) => ({ each, score: scoreOf(each, words) }));
  return scored
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || bySubject(one.each, other.each))
    .slice(0, Math.min(limit, maxFound))
    .map(({ each }) => define(each));
}

const maxWords = 20;

/** Words of the name count twice, and a name that is asked for is the first. */
function scoreOf({ tool }: UsableTool, words: readonly string[]): number {
  const { operation, name } = tool.served;
  const own = wordsOf(`${name} ${tool.name} ${operation.name}`);
  const others = wordsOf(
    `${areaOf(operation)} ${broadAreaOf(operation)} ${operation.targets.map(({ type }) => type).join(" ")}`,
  );
  const scores = words.map((word): number => {
    if (word === lowerAscii(tool.name)) return 100;
    return own.some((each) => isAlike(each, word)) ? 2 : others.some((each) => isAlike(each, word)) ? 1 : 0;
  });
  return scores.reduce((sum, score) => sum + score, 0);
}

/** One is the beginning of the other: `user` and `users`. */
function isAlike(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length > 2 && long.startsWith(short) && long.length - short.length <= 3;
}

/** `DescribeUser` → `describeuser`, `describe`, `user` */
function wordsOf(text: string): readonly string[] {
  return text
    .split(/[^A-Za-z0-9]+/)
    .flatMap((word) => [word, ...(word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g) ?? [])])
    .filter((word) => word !== "")
    .map(lowerAscii);
}
