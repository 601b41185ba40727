/** All commands, in the order of the help. A command's file is loaded when it is called or listed. */
import type { Command } from "./command.ts";

type Row = readonly [name: string, load: () => Promise<{ readonly command: Command }>];

/** What a person wants → the commands for it. */
const sections: ReadonlyMap<string, readonly Row[]> = new Map([
  [
    "Begin",
    [
      ["init", () => import("./project/init/init.ts")],
      ["start", () => import("./start/start.ts")],
      ["local-connect", () => import("./start/local-connect.ts")],
      ["token", () => import("./token/token.ts")],
      ["whoami", () => import("./token/whoami.ts")],
    ],
  ],
  [
    "Write and test policies",
    [
      ["validate", () => import("./bundle/validate.ts")],
      ["test", () => import("./test/test.ts")],
      ["explain", () => import("./explain/explain.ts")],
      ["what-can", () => import("./reach/what-can.ts")],
      ["who-can", () => import("./reach/who-can.ts")],
      ["simulate", () => import("./simulate/simulate.ts")],
      ["catalog", () => import("./catalog/catalog.ts")],
      ["schema", () => import("./pages/schema.ts")],
    ],
  ],
  [
    "Review and deploy",
    [
      ["diff", () => import("./bundle/diff.ts")],
      ["report", () => import("./report/report.ts")],
      ["openapi", () => import("./openapi/openapi.ts")],
      ["build", () => import("./project/build/build.ts")],
      ["bundle", () => import("./bundle/bundle.ts")],
      ["publish", () => import("./bundle/publish.ts")],
      ["role-policy", () => import("./role/role-policy.ts")],
      ["usage-keys", () => import("./principal/usage-keys.ts")],
      ["trust-policy", () => import("./role/trust-policy.ts")],
    ],
  ],
  [
    "Single principals",
    [
      ["principal attach", () => import("./principal/attach.ts")],
      ["principal detach", () => import("./principal/detach.ts")],
      ["principal list", () => import("./principal/list.ts")],
    ],
  ],
  [
    "Logs of the functions",
    [
      ["least-privilege", () => import("./role/least-privilege.ts")],
      ["audit", () => import("./audit/audit.ts")],
    ],
  ],
  [
    "The command line itself",
    [
      ["completion", () => import("./completion/completion.ts")],
      ["reference", () => import("./reference.ts")],
    ],
  ],
] satisfies readonly (readonly [string, readonly Row[]])[]);

/** Loads the commands that begin with a word; all of them, if none does. */
export async function loadCommands(firstWord?: string): Promise<readonly Command[]> {
  const all = [...sections.values()].flat();
  const called = all.filter(([name]) => name.split(" ")[0] === firstWord);
  const loaded = (called.length > 0 ? called : all).map(([, load]) => load());
  return (await Promise.all(loaded)).map(({ command }) => command);
}

/** The heading below which help lists a command, or a group of them; that of the last section for help itself. */
export function sectionOf(name: string): string {
  const found = [...sections].find(([, rows]) =>
    rows.some(([each]) => each === name || each.startsWith(`${name} `)),
  );
  return found?.[0] ?? [...sections.keys()].at(-1) ?? "";
}
