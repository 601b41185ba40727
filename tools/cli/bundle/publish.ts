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
import { withoutControls } from "../../../shared/without-controls.ts";
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
import { type ExplainFlags, explainFlags } from "./difference/example-call.ts";
import { formatDifference } from "./difference/format-difference.ts";
import { labelOf, readSignature, readSigningKeys, signingOptions } from "./sign-bundle.ts";
import { isMissing, openWriter, readStore, type StoredContent } from "./stores/store.ts";
import type { DeployOptions } from "./stores/store-writer.ts";

const options = {
  "--to <store>": {
    text: "s3://bucket/key, ssm:/name, appconfig:application/environment/profile or file:/path",
    isRequired: true,
  },
  "--yes": "do not ask",
  ...differenceOptions,
  ...signingOptions,
  "--audience <name>": "what it is signed for; default: the store",
  "--strategy <name>": "of AppConfig: the deployment strategy, by name or id; default: AppConfig.AllAtOnce",
  "--wait": "of AppConfig: wait for the end of the deployment; exit status 1 if it is rolled back",
  "--timeout <minutes>": "with --wait: how long; default: as long as the strategy takes, and 10 minutes more",
} as const satisfies ParameterTable;

type PublishOptions = Given<typeof options> & { readonly flags: ExplainFlags };

export const command = defineCommand({
  name: "publish",
  text: "check the configuration, show what changes in access, and put its bundle into a store",
  arguments: configurationArgument,
  options: { ...configurationOption, ...options },
  example: "publish config --to s3://my-bucket/policies.json",
  finding: "the configuration has errors, the answer was no, or the deployment was rolled back",
  whenRefused: 1,
  async run({ config, env, ...given }, io) {
    const { bundle } = await openConfiguration(config, {
      environment: env,
      stdin: io.stdin,
      warnTo: io.stderr,
    });
    return publish(bundle, { ...given, flags: explainFlags(config, env) }, io);
  },
});

const overLive =
  "the live bundle there enforces, and the functions would refuse one in `mode: shadow`; publish a candidate to another place";

const unsignedOverSigned =
  "note: the live bundle there is signed, and this one is not: functions with a public key refuse it; sign it with --sign, or --signature and --public-key\n";

/** Staging and production can have the same name for different stores. Then the audience does not tell them apart. */
function placeNote(location: string): string {
  const many = `note: other accounts and Regions can have \`${location}\` too: if this key signs for several of them, give each an --audience, and its functions the same one in \`BundleAudience\`\n`;
  if (location.startsWith("ssm:")) return many;
  if (!location.startsWith("appconfig:")) return "";
  return `${many}note: it is signed for \`${location}\`: functions that name the application, environment or profile otherwise, by name or id, refuse it\n`;
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
  const writer = await openWriter(options.to, deployOptions(options, io));
  await attemptAt(`\`${options.to}\``, () => writer.prepare());
  const live = await readLive(options.to);
  const keys = await readSigningKeys(options, io);
  const isOurs = isSignedBy(keys, live.bundle?.version, live.signature);
  // Anyone who can write to the store could have written it, so that a gain of access does not show.
  if (live.bundle && keys.length > 0 && !isOurs)
    io.stderr.write(`note: the live bundle there is not signed by this key: check that it is yours\n`);
  if (live.signature !== undefined && keys.length === 0) io.stderr.write(unsignedOverSigned);
  if (keys.length > 0 && options.audience === undefined) io.stderr.write(placeNote(options.to));
  const label = publishedLabel(options, keys.length > 0, isOurs ? live.bundle?.sequence : undefined);
  const bundle = createBundle(config, policies, label);
  const text = formatBundle(bundle, await readSignature(bundle.version, options, io));
  if (bundle.config.mode === "shadow" && live.bundle?.config.mode === "enforce")
    throw new UsageError(overLive);
  await showDifference(live, bundle, { ...options, io });
  const note = writer.noteOn(text);
  if (note !== undefined) io.stderr.write(`note: ${note}\n`);
  if (!options.yes && !(await confirm(`publish ${bundle.version} to ${options.to}? [y/N] `, io))) {
    io.stderr.write("nothing was published\n");
    return 1;
  }
  const { version } = bundle;
  const written = await attemptAt(`\`${options.to}\``, () =>
    writer.write(text, { over: live.revision, version }),
  );
  if (written === "takenBack") return 1;
  if (written === "live") await assertWritten(version, options.to);
  io.stdout.write(`${version}\n`);
  return 0;
}

async function showDifference(
  { note, bundle: before }: Live,
  after: Bundle,
  { principalsTable = false, flags, io }: PublishOptions & { readonly io: CommandIo },
): Promise<void> {
  if (note !== undefined) io.stdout.write(`${note}\n`);
  const { compareBundles } = await import("./difference/compare-bundles.ts");
  const difference = compareBundles(before, after, { hasPrincipalsTable: principalsTable });
  io.stdout.write(formatDifference(difference, { ...terminalOf(io), flags }));
}

async function assertWritten(version: string, location: string): Promise<void> {
  const { bundle: published } = await readLive(location);
  if (published?.version !== version)
    throw new UsageError(`\`${location}\` does not have what was written; publish again`);
}

/** Between two looks at a deployment. */
const pauseMs = 5_000;

function deployOptions({ strategy, wait, timeout }: PublishOptions, { stderr }: CommandIo): DeployOptions {
  if (timeout !== undefined && !wait)
    throw new UsageError("`--timeout` says how long `--wait` waits: add `--wait`");
  const minutes = Number(timeout);
  if (timeout !== undefined && !(minutes > 0 && minutes <= 1_440))
    throw new UsageError(`\`--timeout ${timeout}\` must be a number of minutes, at most 1440`);
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(wait ? { waiting: { pauseMs, ...(timeout === undefined ? {} : { timeoutMinutes: minutes }) } } : {}),
    // An event of a deployment has a text of AWS or of an alarm's owner.
    tell: (text) => stderr.write(`${withoutControls(text)}\n`),
  };
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
