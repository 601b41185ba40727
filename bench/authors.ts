/**
 * What the command line takes of large configurations: processor time and memory of each command, in a process of its own,
 * for configurations of several sizes.
 *
 * Processor time is that of the whole process, garbage collection included. Other work on the machine makes it longer, but
 * not by as much as what a clock says.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTool } from "../tools/build.mjs";
import { askedTeam, statementCount, writeAuthorConfiguration } from "./sets/author-configuration.ts";

export interface AuthorsPlan {
  /** Policies of each configuration, rising. */
  readonly sizes: readonly number[];
}

/** One run of a command. */
interface Usage {
  readonly cpuSeconds: number;
  /** The most that the process ever held. */
  readonly peakMegabytes: number;
}

/** What is promised of {@link promisedPolicies} policies on a machine without other work. */
type Promised = Partial<Usage>;

export const promisedPolicies = 10_000;

export interface AuthorsResults {
  readonly sizes: readonly { readonly policies: number; readonly statements: number }[];
  readonly commands: readonly CommandUsage[];
}

export interface CommandUsage {
  readonly name: string;
  readonly promised: Promised;
  /** In the order of the sizes. */
  readonly usages: readonly Usage[];
}

interface Files {
  readonly folder: string;
  readonly changed: string;
  readonly bundle: string;
  readonly changedBundle: string;
}

interface MeasuredCommand {
  readonly name: string;
  readonly promised?: Promised;
  /** Of the right result: 0 unless it is said. */
  readonly status?: number;
  argumentsFor(files: Files, asked: ReturnType<typeof askedTeam>): readonly string[];
}

const sixSeconds = { cpuSeconds: 6 };
const roleLimits = { cpuSeconds: 15, peakMegabytes: 800 };

/** The first two make the bundles that later ones read. */
const commands: readonly MeasuredCommand[] = [
  {
    name: "bundle",
    promised: sixSeconds,
    argumentsFor: ({ folder, bundle }) => ["bundle", folder, "--out", bundle],
  },
  {
    name: "bundle, after a change",
    promised: sixSeconds,
    argumentsFor: ({ changed, changedBundle }) => ["bundle", changed, "--out", changedBundle],
  },
  { name: "validate", promised: sixSeconds, argumentsFor: ({ folder }) => ["validate", folder] },
  ...questions("", ({ folder }) => folder, sixSeconds),
  ...questions(", of a bundle", ({ bundle }) => bundle),
  {
    name: "diff",
    promised: { cpuSeconds: 12 },
    status: 1,
    argumentsFor: ({ folder, changed }) => ["diff", folder, changed],
  },
  {
    name: "diff, of two bundles",
    status: 1,
    argumentsFor: ({ bundle, changedBundle }) => ["diff", bundle, changedBundle],
  },
  { name: "role-policy", promised: roleLimits, argumentsFor: ({ folder }) => ["role-policy", folder] },
  { name: "role-policy, of a bundle", argumentsFor: ({ bundle }) => ["role-policy", bundle] },
];

function questions(
  from: string,
  configurationOf: (files: Files) => string,
  promised: Promised = {},
): readonly MeasuredCommand[] {
  return [
    {
      name: `who-can${from}`,
      promised,
      argumentsFor: (files, { queue }) => ["who-can", "DescribeQueue", queue, configurationOf(files)],
    },
    {
      name: `what-can${from}`,
      promised,
      argumentsFor: (files, { group }) => ["what-can", "--group", group, "--config", configurationOf(files)],
    },
    {
      name: `explain${from}`,
      promised,
      argumentsFor: (files, { group }) => [
        ...["explain", "DescribeQueue", "--group", group],
        ...["--config", configurationOf(files)],
      ],
    },
  ];
}

/** Measures every command with every size, once: processor time varies little. */
export async function measureAuthors({ sizes }: AuthorsPlan): Promise<AuthorsResults> {
  const program = fileURLToPath(await buildTool("cli"));
  const folder = mkdtempSync(join(tmpdir(), "connect-authorizer-bench-"));
  try {
    const places = sizes.map((policies) => ({ policies, files: writeFiles(folder, policies) }));
    return {
      sizes: sizes.map((policies) => ({ policies, statements: statementCount({ policies }) })),
      commands: commands.map(({ name, promised = {}, status = 0, argumentsFor }) => ({
        name,
        promised,
        usages: places.map(({ policies, files }) =>
          runOnce(program, argumentsFor(files, askedTeam({ policies })), status),
        ),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFiles(parent: string, policies: number): Files {
  const folder = join(parent, `${policies}`);
  const changed = join(parent, `${policies}-changed`);
  writeAuthorConfiguration(folder, { policies });
  writeAuthorConfiguration(changed, { policies, isChanged: true });
  return { folder, changed, bundle: `${folder}.json`, changedBundle: `${changed}.json` };
}

/** Tells on a file of its own what the process has used, when it ends. */
const probe = `data:text/javascript,${encodeURIComponent(`
import { writeSync } from "node:fs";
process.on("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));
`)}`;

/** @throws Error when the command does not end as it should */
function runOnce(program: string, given: readonly string[], expected: number): Usage {
  const { status, output } = spawnSync(process.execPath, ["--import", probe, program, ...given], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    maxBuffer: 1024 * 1024 * 1024,
  });
  const [, , problems = "", usage] = output;
  if (status !== expected || !usage)
    throw new Error(`\`${given.join(" ")}\` ended with ${status}, not ${expected}: ${problems}`);
  const { userCPUTime, systemCPUTime, maxRSS }: NodeJS.ResourceUsage = JSON.parse(usage);
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1_000_000, peakMegabytes: maxRSS / 1024 };
}
