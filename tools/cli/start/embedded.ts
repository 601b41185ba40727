/** The options of the embedded Connect, in `start` and `local-connect`. */
import { randomInt } from "node:crypto";
import { FaultSyntaxError, parseOrderedFault } from "../../local/connect/faults/parse-fault.ts";
import type { LocalConnectOptions } from "../../local/connect/server.ts";
import type { ParameterTable } from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { inputName, isStandardInput, readInputText } from "../read-input.ts";

export const embeddedOptions = {
  "--fault <fault>": {
    text: "how the embedded Connect fails: `throttle`, `CreateUser=error:503`, `Search*=latency:300ms`, with `x2` for the first two or `@25%` for a quarter of the calls",
    isRepeated: true,
  },
  "--live": "moves a little contact center: contacts arrive, wait, are answered by agents, and end",
  "--live-seed <n>":
    "a whole number for `--live`: the same one tells the same story; default: another each time",
  "--live-pace <n>":
    "contacts a minute that arrive in each instance with `--live`; default: a quarter of the users",
  "--seed <file>": {
    text: "what the embedded Connect starts with, as YAML or JSON: resources in the words of Amazon Connect; default: a small contact center",
    dash: "input",
  },
  "--state <file>":
    "a file that the embedded Connect keeps its resources in, so that they outlive it; made if it is not there",
  "--unimplemented <answer>": {
    text: "the embedded Connect's answer to an operation that it does not have: error is 501, empty an answer without content",
    choices: ["error", "empty"],
    default: "error",
  },
} as const satisfies ParameterTable;

export interface EmbeddedGiven {
  readonly fault: readonly string[];
  readonly live?: boolean | undefined;
  readonly liveSeed?: string | undefined;
  readonly livePace?: string | undefined;
  readonly seed?: string | undefined;
  readonly state?: string | undefined;
  readonly unimplemented: "error" | "empty";
}

type EmbeddedSettings = Pick<LocalConnectOptions, "faults" | "live" | "seed" | "stateFile" | "unimplemented">;

/**
 * @throws UsageError for a fault, a number or a file that cannot be used
 * @throws DocumentError for a seed that cannot be used
 */
export async function readEmbedded(
  given: EmbeddedGiven,
  io: Pick<CommandIo, "stdin">,
): Promise<EmbeddedSettings> {
  const { fault, seed, state, unimplemented } = given;
  if (state === "-") throw new UsageError("`--state` needs a file: it is read, and then written to");
  const kept = state === undefined ? {} : { stateFile: state };
  const live = readLive(given);
  try {
    const faults = fault.map(parseOrderedFault);
    const seeded = seed === undefined ? {} : { seed: await loadSeed(seed, io) };
    return { faults, ...live, ...seeded, ...kept, unimplemented };
  } catch (cause) {
    if (cause instanceof FaultSyntaxError) throw new UsageError(`\`--fault\`: ${cause.message}`);
    throw cause;
  }
}

/** What needs the YAML reader is loaded when it is needed. */
async function loadSeed(path: string, io: Pick<CommandIo, "stdin">) {
  const { readSeed } = await import("../../local/connect/seeds/read-seed.ts");
  return isStandardInput(path) ? readSeed(inputName(path), await readInputText(path, io)) : readSeed(path);
}

function readLive({
  live,
  liveSeed: seed,
  livePace: pace,
}: Pick<EmbeddedGiven, "live" | "liveSeed" | "livePace">): Pick<LocalConnectOptions, "live"> {
  if (!live) {
    if (seed === undefined && pace === undefined) return {};
    throw new UsageError("`--live-seed` and `--live-pace` are of `--live`: add it");
  }
  if (seed !== undefined && !/^\d{1,9}$/.test(seed))
    throw new UsageError(`\`--live-seed\` must be a whole number of at most 9 digits, not \`${seed}\``);
  const perMinute = pace === undefined ? undefined : Number(pace);
  if (perMinute !== undefined && !(perMinute > 0 && perMinute <= 600))
    throw new UsageError(`\`--live-pace\` must be a number above 0 and at most 600, not \`${pace}\``);
  return {
    live: {
      seed: seed === undefined ? randomInt(2 ** 31) : Number(seed),
      ...(perMinute === undefined ? {} : { contactsPerMinute: perMinute }),
    },
  };
}
