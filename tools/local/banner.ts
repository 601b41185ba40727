/** The banner of `npm start`, on stderr: addresses, groups, and commands to try. */
import type { Configuration } from "../../shared/bundle/types.ts";
import type { ConnectChoice } from "./open-connect.ts";
import { shellWord } from "./shell-word.ts";

export interface BannerFacts {
  readonly url: string;
  /** What people type before a command: `npx connect-authorizer`. */
  readonly program: string;
  readonly connect: ConnectChoice;
  /** The address of the embedded Connect, if there is one. */
  readonly connectUrl: string | undefined;
  /** A user of the embedded Connect. */
  readonly userId?: string | undefined;
  readonly configFolder: string;
  readonly configEnvironment?: string;
  readonly shadowFolder?: string;
  readonly version: string;
  readonly config: Configuration;
}

/** For a Connect that is not embedded: an id like any other. */
const someUser = "00dtcddd1-123e-111e-93e3-11111bfbfcc1";

/** Writes the banner; the commands in it work when pasted into a shell in the project's folder. */
export function renderBanner(facts: BannerFacts): string {
  const { config, url, configFolder, configEnvironment, shadowFolder, version } = facts;
  const environment = configEnvironment === undefined ? "" : `, environment ${configEnvironment}`;
  const groups = groupPolicies(config);
  const width = Math.max(...[...groups.keys()].map((name) => name.length), 0);
  return [
    "",
    "connect-authorizer on this machine",
    `  gateway  ${url}`,
    `  console  ${url}/_console/`,
    `  Connect  ${describeConnect(facts)}`,
    `  config   ${configFolder}${environment}, version ${version.slice(0, 12)}, reloaded when it changes`,
    ...(shadowFolder === undefined ? [] : [`  shadow   ${shadowFolder}, only compared, never enforced`]),
    "",
    "Groups and their policies:",
    ...[...groups].map(([name, policies]) => `  ${name.padEnd(width)}  ${[...policies].join(", ")}`),
    "",
    "Try, in another terminal:",
    ...commandsToTry(facts).map((command) => `  ${command}`),
    groupToTry(config) === "operators"
      ? "The first call is allowed, the second is denied."
      : "The policies decide both.",
    "",
  ].join("\n");
}

/** Writes a command for a token of a group, and two calls with it. */
export function commandsToTry({
  config,
  url,
  program,
  userId,
}: Pick<BannerFacts, "config" | "url" | "program" | "userId">): readonly string[] {
  const group = groupToTry(config);
  const user = `${url}/users/${config.instances[0]?.id ?? ""}/${userId ?? someUser}`;
  const header =
    config.tokenHeader === "authorization" ? "authorization: Bearer $TOKEN" : `${config.tokenHeader}: $TOKEN`;
  const { match } = config.bindings.find((binding) => binding.match.groups?.includes(group)) ?? {};
  const issuers = config.issuers.filter(({ issuer }) => match?.issuer?.includes(issuer) ?? true);
  const { issuer } = issuers.find(({ claims }) => claims.groups !== undefined) ?? issuers[0] ?? {};
  const whose = config.issuers.length > 1 && issuer ? ` --issuer ${shellWord(issuer)}` : "";
  const port = new URL(url).port === "3000" ? "" : ` --url ${url}`;
  return [
    `TOKEN=$(${program} token --sub alice --group ${shellWord(group)}${whose}${port})`,
    `curl -i -H "${header}" ${user}`,
    `curl -i -X DELETE -H "${header}" ${user}`,
  ];
}

/** The group `operators`, or the first group. */
function groupToTry(config: Configuration): string {
  const groups = [...groupPolicies(config).keys()];
  return groups.includes("operators") ? "operators" : (groups[0] ?? "operators");
}

function groupPolicies({ bindings }: Configuration): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { match, policies } of bindings) {
    for (const group of match.groups ?? []) {
      const names = groups.get(group) ?? new Set();
      for (const policy of policies) names.add(policy);
      groups.set(group, names);
    }
  }
  return groups;
}

function describeConnect({ connect, connectUrl }: BannerFacts): string {
  if (connect.kind === "aws") return "the real service, with this shell's AWS credentials";
  if (connect.kind === "url") return connect.url;
  return `${connectUrl} (embedded, ${connect.stateFile === undefined ? "in memory" : `kept in ${connect.stateFile}`})`;
}
