/** The tools of a configuration: each operation and route that it serves, and that its door for agents offers. */
import { createHash } from "node:crypto";
import type { Configuration } from "../../../shared/bundle/types.ts";
import { createChoice, listServed, type Served } from "../../../shared/reach/served.ts";

/** An operation or route as a tool: of its name, clients take letters, digits, `_` and `-`, at most 64. */
export interface Tool {
  /** `DescribeUser`, or of a route `GET_agents_agentId`. */
  readonly name: string;
  readonly served: Served;
}

const known = new WeakMap<Configuration, ReadonlyMap<string, Tool>>();

/** By name, the routes of the configuration first. */
export function toolsOf(config: Configuration): ReadonlyMap<string, Tool> {
  const tools = known.get(config) ?? listTools(config);
  known.set(config, tools);
  return tools;
}

function listTools(config: Configuration): ReadonlyMap<string, Tool> {
  const offers = offeredBy(config);
  const tools = listServed(config).map((served): Tool => ({ name: served.name, served }));
  const words = tools.map(({ served }) => (served.route ? wordsOf(served.name) : served.name));
  const named = tools.map(({ served }, at): Tool => {
    const name = words[at] ?? "";
    const isUsable = name.length <= maxNameLength && words.indexOf(name) === words.lastIndexOf(name);
    return { name: isUsable ? name : withDigest(name, served.name), served };
  });
  return new Map(named.filter(({ served }) => offers(served)).map((tool) => [tool.name, tool]));
}

function offeredBy({ doors }: Configuration): (served: Served) => boolean {
  const mcp = doors?.mcp;
  if (!mcp) return () => false;
  return mcp === true || !mcp.operations ? () => true : createChoice(mcp.operations);
}

const maxNameLength = 64;

/** `GET /agents/{agentId}` → `GET_agents_agentId` */
function wordsOf(route: string): string {
  return route.replaceAll(/[^A-Za-z0-9-]+/g, "_").replace(/_$/, "");
}

/** Depends on the route alone, so that a tool keeps its name whatever other routes there are. */
function withDigest(name: string, route: string): string {
  const digest = createHash("sha256").update(route).digest("hex").slice(0, 6);
  return `${name.slice(0, maxNameLength - digest.length - 1)}_${digest}`;
}
