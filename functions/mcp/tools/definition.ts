/** A tool as clients see it: what it does, the JSON Schema of its arguments, and hints. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { broadAreaOf } from "../../../shared/catalog/area.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import type { AccessWord } from "../../../shared/reach/operation-reach.ts";
import type { Served } from "../../../shared/reach/served.ts";
import { type ArgumentSchema, schemaOfOperation, schemaOfRoute } from "./argument-schema.ts";
import { type Effect, effectOf } from "./effect.ts";
import type { Tool } from "./tool.ts";

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: ArgumentSchema;
  readonly annotations: Effect & { readonly title: string };
}

const known = new WeakMap<Tool, ToolDefinition>();

/** @param word what this caller may do with it */
export function defineTool(tool: Tool, word: AccessWord): ToolDefinition {
  const definition = known.get(tool) ?? makeDefinition(tool);
  known.set(tool, definition);
  if (word === "always") return definition;
  return { ...definition, description: `${definition.description} ${limited}` };
}

const limited = "You may use it on some resources, or under some conditions, only.";

function makeDefinition({ name, served }: Tool): ToolDefinition {
  const { operation, route } = served;
  const effect = effectOf(operation);
  const title = titleOf(operation);
  return {
    name,
    description: describe(served, title, effect),
    inputSchema: route ? schemaOfRoute(route) : schemaOfOperation(served),
    annotations: { title: route ? served.name : title, ...effect },
  };
}

/** `DescribeUserHierarchyGroup` → `Describe user hierarchy group`; abbreviations keep their capitals. */
export function titleOf({ name }: Pick<OperationRow, "name">): string {
  const [verb = "", ...words] = name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*/g) ?? [];
  return [verb, ...words.map((word) => (/^[A-Z]{2,}$/.test(word) ? word : lowerAscii(word)))].join(" ");
}

function describe({ name, operation, route }: Served, title: string, effect: Effect): string {
  const area = `Amazon Connect, ${broadAreaOf(operation)}`;
  const what = route ? `\`${name}\` of this API: ${title} (${area}).` : `${title} (${area}).`;
  const does = effect.readOnlyHint
    ? "It only reads."
    : effect.destructiveHint
      ? "It changes or removes what is there."
      : "It adds to what is there.";
  return `${what} ${does} It needs the permission \`${operation.action}\`.`;
}
