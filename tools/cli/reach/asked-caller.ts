/** The caller of `what-can`, as the command line says it: a file, or an id and groups. */
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { type OpenCaller, principalNamed } from "../../../shared/reach/open-context.ts";
import { describeUnknownGroups } from "../../authoring/explain/unknown-groups.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { ofConfiguredIssuer, readPrincipal } from "../explain/explain-input.ts";
import { isFolder } from "../open-configuration.ts";

export interface GivenCaller {
  readonly file: string | undefined;
  readonly sub: string | undefined;
  readonly groups: readonly string[];
  readonly issuer: string | undefined;
}

export interface AskedCaller extends OpenCaller {
  /** `hr`, `hr and night`, `u-1`. */
  readonly name: string;
  /** `undefined`: no binding matches. */
  readonly layers: PolicyLayers | undefined;
  /** What its answers do not count, or what is strange. */
  readonly warnings: readonly string[];
}

export function isGiven({ file, sub, groups }: GivenCaller): boolean {
  return file !== undefined || sub !== undefined || groups.length > 0;
}

/** @throws UsageError for a caller that is not given, given twice, or unreadable */
export async function readCaller(
  given: GivenCaller,
  bundle: OpenedBundle,
  io: CommandIo,
): Promise<AskedCaller> {
  const named = await readNamed(given, io);
  const caller = { ...named, principal: ofConfiguredIssuer(named.principal, bundle.config) };
  const { groups } = caller.principal;
  return {
    ...caller,
    name: groups.length > 0 && given.sub === undefined ? groups.join(" and ") : caller.principal.id,
    layers: bundle.layersFor(caller.principal),
    warnings: [
      ...(given.file === undefined ? uncountedBindings(bundle, given) : []),
      ...describeUnknownGroups(groups, bundle.config),
    ],
  };
}

async function readNamed(
  { file, sub, groups, issuer = "" }: GivenCaller,
  io: CommandIo,
): Promise<OpenCaller> {
  const isNamed = sub !== undefined || groups.length > 0;
  if ((file === undefined) !== isNamed)
    throw new UsageError("give the caller as a file, or by `--sub` and `--group`");
  if (file !== undefined && issuer !== "")
    throw new UsageError("with a file, write the issuer into the file: `issuer`");
  if (file !== undefined && (await isFolder(file)))
    throw new UsageError(
      `\`${file}\` is a folder: describe the caller by a file, or by \`--group\`; \`--config\` names a configuration`,
    );
  if (file !== undefined) return { principal: await readPrincipal(file, io), isUnknown: () => false };
  return {
    principal: principalNamed({ id: sub ?? "", groups, issuer }),
    isUnknown: (key) => key !== "aws:userid" || sub === undefined,
  };
}

/** Bindings that match by something unknown are not counted. */
function uncountedBindings({ config }: Pick<Bundle, "config">, { sub }: GivenCaller): readonly string[] {
  const isUncounted = config.bindings.some(
    ({ match }) => match.claims !== undefined || (match.principals !== undefined && sub === undefined),
  );
  return isUncounted
    ? [
        "bindings that match by claims or by a principal that is not given are not counted; describe the caller in a file",
      ]
    : [];
}
