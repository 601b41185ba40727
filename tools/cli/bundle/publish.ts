/** `publish`: checks the configuration, compares it with the live bundle, and writes it to the functions' store. */
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import {
  createBundle,
  formatBundle,
  openContent,
  readBundle,
  signatureOf,
} from "../../../shared/bundle/bundle.ts";
import { isSignedBy } from "../../../shared/bundle/signature.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import {
  configurationArgument,
  configurationOption,
  defineCommand,
  type Given,
  type ParameterTable,
} from "../command.ts";
import { attemptAt, type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";
import { terminalOf } from "../terminal/terminal.ts";
import { differenceOptions } from "./diff.ts";
import { formatDifference } from "./difference/format-difference.ts";
import { labelOf, readSignature, readSigningKeys, signingOptions } from "./sign-bundle.ts";
import { isMissing, openWriter, readStore, type StoredContent } from "./store.ts";

const options = {
  "--to <store>": { text: "s3://bucket/key, ssm:/name or file:/path", isRequired: true },
  "--yes": "do not ask",
  ...differenceOptions,
  ...signingOptions,
  "--audience <name>": "what it is signed for; default: the store",
} as const satisfies ParameterTable;

type PublishOptions = Given<typeof options>;

export const command = defineCommand({
  name: "publish",
  text: "check the configuration, show what changes in access, and put its bundle into a store",
  arguments: configurationArgument,
  options: { ...configurationOption, ...options },
  example: "publish config --to s3://my-bucket/policies.json",
  finding: "the configuration has errors, or the answer was no",
  whenRefused: 1,
  async run({ config, env, ...given }, io) {
    const { bundle } = await openConfiguration(config, { environment: env, warnTo: io.stderr });
    return publish(bundle, given, io);
  },
});

const overLive =
  "the live bundle there enforces, and the functions would refuse one in `mode: shadow`; publish a candidate to another place";

const unsignedOverSigned =
  "note: the live bundle there is signed, and this one is not: functions with a public key refuse it; sign it with --sign, or --signature and --public-key\n";

/** Staging and production can have the same name for different stores. Then the audience does not tell them apart. */
function placeOfMany(location: string): string {
  return `note: other accounts and Regions can have \`${location}\` too: if this key signs for several of them, give each an --audience, and its functions the same one in \`BundleAudience\`\n`;
}

interface Live {
  readonly revision: string | undefined;
  /** Absent if the store is empty, or its content is not a bundle. */
  readonly bundle?: Bundle;
  readonly signature?: unknown;
  readonly note?: string;
}

/** Shows what changes in access, asks (or takes `--yes`), writes, reads it back. */
async function publish(
  { config, policies }: Bundle,
  options: PublishOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const write = openWriter(options.to);
  const live = await readLive(options.to);
  const keys = await readSigningKeys(options);
  const isOurs = isSignedBy(keys, live.bundle?.version, live.signature);
  // Anyone who can write to the store could have written it, so that a gain of access does not show.
  if (live.bundle && keys.length > 0 && !isOurs)
    io.stderr.write(`note: the live bundle there is not signed by this key: check that it is yours\n`);
  if (live.signature !== undefined && keys.length === 0) io.stderr.write(unsignedOverSigned);
  if (keys.length > 0 && options.audience === undefined && options.to.startsWith("ssm:"))
    io.stderr.write(placeOfMany(options.to));
  const label = publishedLabel(options, keys.length > 0, isOurs ? live.bundle?.sequence : undefined);
  const bundle = createBundle(config, policies, label);
  const text = formatBundle(bundle, await readSignature(bundle.version, options));
  if (bundle.config.mode === "shadow" && live.bundle?.config.mode === "enforce")
    throw new UsageError(overLive);
  if (live.note !== undefined) io.stdout.write(`${live.note}\n`);
  const { compareBundles } = await import("./difference/compare-bundles.ts");
  const difference = compareBundles(live.bundle, bundle, {
    hasPrincipalsTable: options.principalsTable ?? false,
  });
  io.stdout.write(formatDifference(difference, terminalOf(io)));
  if (!options.yes && !(await confirm(`publish ${bundle.version} to ${options.to}? [y/N] `, io))) {
    io.stderr.write("nothing was published\n");
    return 1;
  }
  await attemptAt(`\`${options.to}\``, () => write(text, live.revision));
  const { bundle: published } = await readLive(options.to);
  if (published?.version !== bundle.version)
    throw new UsageError(`\`${options.to}\` does not have what was written; publish again`);
  io.stdout.write(`${bundle.version}\n`);
  return 0;
}

function placeOf(location: string): string {
  return location.startsWith("file:") ? `file:${resolve(location.slice("file:".length))}` : location;
}

/** The signed content names its store and its sequence. A signature made elsewhere already has a sequence. */
function publishedLabel(options: PublishOptions, isSigned: boolean, after: number | undefined) {
  if (!isSigned) return labelOf(options);
  if (options.signature !== undefined && options.sequence === undefined)
    throw new UsageError("--signature needs the --sequence that was signed");
  const label = labelOf({ ...options, audience: options.audience ?? placeOf(options.to) }, after);
  if (label && after !== undefined && label.sequence <= after)
    throw new UsageError(
      `--sequence must be greater than ${after}, which is live: functions would refuse it`,
    );
  return label;
}

async function readLive(location: string): Promise<Live> {
  const found = await attemptAt(`\`${location}\``, () => load(location));
  if (!found)
    return {
      revision: undefined,
      note: "nothing is published there yet; everything that the configuration grants is new:",
    };
  const { revision, content } = found;
  try {
    // A bundle that does not compile cannot be compared, but you can publish over it.
    openContent(content, [], { place: "candidate" });
    return { revision, bundle: readBundle(content), signature: signatureOf(content) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      revision,
      note: `the live content there cannot be compared: ${reason}; everything that the configuration grants counts as new:`,
    };
  }
}

async function load(location: string): Promise<StoredContent | undefined> {
  try {
    return await readStore(location);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function confirm(question: string, { stdin, stderr }: CommandIo): Promise<boolean> {
  const dialog = createInterface({ input: stdin, output: stderr });
  try {
    // The end of input means no.
    const closed = new Promise<string>((resolve) => dialog.once("close", () => resolve("")));
    const answer = await Promise.race([dialog.question(question), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    dialog.close();
  }
}
