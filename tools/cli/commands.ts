/** All commands, in the order of the help. A command's file is loaded when it is called or listed. */
import type { Command } from "./command.ts";

const files = new Map<string, () => Promise<{ readonly command: Command }>>([
  ["start", () => import("./start/start.ts")],
  ["local-connect", () => import("./start/local-connect.ts")],
  ["init", () => import("./project/init/init.ts")],
  ["validate", () => import("./bundle/validate.ts")],
  ["build", () => import("./project/build/build.ts")],
  ["test", () => import("./test/test.ts")],
  ["bundle", () => import("./bundle/bundle.ts")],
  ["diff", () => import("./bundle/diff.ts")],
  ["publish", () => import("./bundle/publish.ts")],
  ["schema", () => import("./pages/schema.ts")],
  ["principal attach", () => import("./principal/attach.ts")],
  ["principal detach", () => import("./principal/detach.ts")],
  ["principal list", () => import("./principal/list.ts")],
  ["trust-policy", () => import("./role/trust-policy.ts")],
  ["role-policy", () => import("./role/role-policy.ts")],
  ["who-can", () => import("./reach/who-can.ts")],
  ["what-can", () => import("./reach/what-can.ts")],
  ["least-privilege", () => import("./role/least-privilege.ts")],
  ["audit", () => import("./audit/audit.ts")],
  ["token", () => import("./token/token.ts")],
  ["whoami", () => import("./token/whoami.ts")],
  ["explain", () => import("./explain/explain.ts")],
  ["simulate", () => import("./simulate/simulate.ts")],
  ["catalog", () => import("./catalog/catalog.ts")],
  ["completion", () => import("./completion/completion.ts")],
  ["reference", () => import("./reference.ts")],
]);

/** Loads the commands that begin with a word; all of them, if none does. */
export async function loadCommands(firstWord?: string): Promise<readonly Command[]> {
  const all = [...files];
  const called = all.filter(([name]) => name.split(" ")[0] === firstWord);
  const loaded = (called.length > 0 ? called : all).map(([, load]) => load());
  return (await Promise.all(loaded)).map(({ command }) => command);
}
