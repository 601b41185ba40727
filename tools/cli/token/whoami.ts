/**
 * `whoami`: who a bearer token is under a configuration, or why it is refused. The token itself is never printed, nor
 * any part of it but the claims that make the caller.
 */
import { join } from "node:path";
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import { createBindingFinder } from "../../../shared/bundle/binding-layers.ts";
import type { Binding, Configuration } from "../../../shared/bundle/types.ts";
import { mintPrincipal } from "../../../shared/identity/principal/principal.ts";
import { inspectToken, maxTokenBytes } from "../../../shared/identity/token/inspect-token.ts";
import { TokenError, toCodedError } from "../../../shared/identity/token/token-error.ts";
import { checkClaims, checkTimes, readTimes } from "../../../shared/identity/token/token-requirements.ts";
import { TokenVerifier } from "../../../shared/identity/token/verify.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { displayPath, readSourceFile } from "../../authoring/configuration/read/source-file.ts";
import { parseYaml } from "../../authoring/document/parse-yaml.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { openConfiguration } from "../open-configuration.ts";

export const command = defineCommand({
  name: "whoami",
  text: "print who a token is here: issuer, id, groups, tags, bindings and policies; or why it is refused",
  arguments: configurationArgument,
  options: {
    "--token <jwt>": {
      text: "the token; `-` reads it from standard input, so that no list of processes and no history shows it",
      isRequired: true,
    },
    ...configurationOption,
    "--verify": "check the signature also where the issuer's keys must be fetched",
    "--json": "print the answer as one JSON object",
  },
  example: "whoami --token -",
  note: "The signature is checked where the configuration holds all keys of the issuer (`jwks` without `jwksUri`), and with --verify. Otherwise the answer says `not checked`: anyone can write such a token. A table of principals is not read.",
  finding: "the token is refused, or no binding matches its caller",
  async run({ token: given, config: path, env, verify = false, json }, io) {
    const { bundle } = await openConfiguration(path, { environment: env });
    const token = given === "-" ? await readToken(io.stdin) : given;
    const answer = await identify(token, { config: bundle.config, path, mayFetch: verify });
    io.stdout.write(json ? `${JSON.stringify(answer, undefined, 2)}\n` : format(answer));
    return answer.accepted && answer.bindings.some(({ match }) => match === "certain") ? 0 : 1;
  },
});

type Signature = "valid" | "not checked";

interface MatchedBinding {
  readonly place: string;
  /** `perhaps`: it depends on a claim that cannot be read. Its Denies and its boundary count, its Allows do not. */
  readonly match: "certain" | "perhaps";
  readonly policies: readonly string[];
  readonly boundary?: string;
}

type Answer =
  | { readonly accepted: false; readonly reason: string; readonly message: string }
  | {
      readonly accepted: true;
      readonly signature: Signature;
      readonly issuer: string;
      readonly id: string;
      readonly name: string;
      readonly groups: readonly string[];
      readonly tags: Readonly<Record<string, string>>;
      readonly expires: string;
      readonly bindings: readonly MatchedBinding[];
      readonly policies: readonly string[];
      readonly boundaries: readonly string[];
      readonly guardrails: readonly string[];
    };

interface Surroundings {
  readonly config: Configuration;
  readonly path: string;
  readonly mayFetch: boolean;
}

async function identify(token: string, { config, path, mayFetch }: Surroundings): Promise<Answer> {
  const read = await readCaller(token, config.issuers, mayFetch);
  if (read instanceof TokenError) return { accepted: false, reason: read.refusal, message: read.description };
  const { signature, principal } = read;
  const { issuer, id, name, groups, tags } = principal;
  const placeOf = await findPlaces(path, config.bindings);
  const bindings = createBindingFinder(config.bindings)(principal)
    .filter(({ fit }) => fit !== "none")
    .sort((a, b) => config.bindings.indexOf(a.binding) - config.bindings.indexOf(b.binding))
    .map(({ binding, fit }) => ({
      place: placeOf(binding),
      match: fit as MatchedBinding["match"],
      policies: binding.policies,
      ...(binding.boundary === undefined ? {} : { boundary: binding.boundary }),
    }));
  return {
    ...{ accepted: true, signature, issuer, id, name, groups, tags },
    expires: new Date(principal.expiresAtSeconds * 1000).toISOString(),
    bindings,
    policies: unique(bindings.flatMap(({ policies }) => policies)),
    boundaries: unique(bindings.flatMap(({ boundary }) => boundary ?? [])),
    guardrails: unique(config.guardrails),
  };
}

interface ReadCaller {
  readonly signature: Signature;
  readonly principal: VerifiedPrincipal;
}

/** @throws UsageError if the issuer's keys cannot be fetched */
async function readCaller(
  token: string,
  issuers: readonly IssuerConfiguration[],
  mayFetch: boolean,
): Promise<ReadCaller | TokenError> {
  try {
    const { issuer: name } = inspectToken(token);
    const issuer = issuers.find((each) => each.issuer === name);
    if (!issuer) throw new TokenError("issuer");
    const hasAllKeys = issuer.jwks !== undefined && issuer.jwksUri === undefined;
    if (hasAllKeys || mayFetch)
      return { signature: "valid", principal: await new TokenVerifier([issuer]).verify(token) };
    return { signature: "not checked", principal: await readUnverified(token, issuer) };
  } catch (cause) {
    const error = toCodedError(cause);
    if (error instanceof TokenError) return error;
    throw new UsageError(`the token's signature cannot be checked: ${error.message}`, { cause });
  }
}

/**
 * Checks all that the verifier checks, except the signature.
 *
 * INVARIANT: the principal is only printed by this command, with `not checked` beside it, and decides nothing.
 */
async function readUnverified(token: string, issuer: IssuerConfiguration): Promise<VerifiedPrincipal> {
  const { payload, payloadB64 } = decomposeUnverifiedJwt(token);
  const toleranceSeconds = issuer.clockToleranceSeconds ?? 0;
  await checkClaims(payload, inspectToken(token).type, issuer);
  checkTimes(readTimes(payload), Date.now() / 1000, toleranceSeconds);
  return mintPrincipal(payload, issuer.claims, {
    toleranceSeconds,
    payload: Buffer.from(payloadB64, "base64url").toString("utf8"),
  });
}

/** Reads one token, with or without one line break at its end; a longer text is refused as a token of its length is. */
async function readToken(stdin: CommandIo["stdin"]): Promise<string> {
  let text = "";
  for await (const chunk of stdin) {
    text += Buffer.from(chunk).toString("latin1");
    if (text.length > maxTokenBytes + 2) break;
  }
  return text.replace(/\r?\n$/, "");
}

/** Finds where the bindings are written: file, line and column; in a bundle, which has no lines, by number. */
async function findPlaces(path: string, bindings: readonly Binding[]): Promise<(binding: Binding) => string> {
  const yaml = join(path, "authorizer.yaml");
  const file = await readSourceFile(yaml);
  const { root } = file.ok ? parseYaml(file.text, displayPath(yaml)) : {};
  return (binding) => {
    const index = bindings.indexOf(binding);
    const at = root?.at(["bindings", index]).start;
    return at ? `${displayPath(yaml)}:${at.line}:${at.column}` : `${displayPath(path)}: bindings[${index}]`;
  };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

const signatures = {
  valid: "valid",
  "not checked": "not checked: anyone can write such a token; add --verify to fetch the issuer's keys",
} as const satisfies Record<Signature, string>;

function format(answer: Answer): string {
  if (!answer.accepted) return `refused     ${answer.reason}: ${answer.message}\n`;
  const { signature, bindings, ...caller } = answer;
  const list = (names: readonly string[]) => names.join(", ") || "none";
  const isMatched = bindings.some(({ match }) => match === "certain");
  const rows: readonly (readonly [string, string])[] = [
    ["issuer", caller.issuer],
    ["id", caller.id],
    ["name", caller.name],
    ["groups", list(caller.groups)],
    ["tags", list(Object.entries(caller.tags).map(([key, value]) => `${key}=${value}`))],
    ["expires", caller.expires],
    ["signature", signatures[signature]],
    ...bindings.map(
      ({ place, match }, index) =>
        [
          index === 0 ? "bindings" : "",
          match === "certain" ? place : `${place}: perhaps, it depends on a claim that cannot be read`,
        ] as const,
    ),
    ...(isMatched ? [] : [["access", "none: no binding matches"] as const]),
    ["policies", list(caller.policies)],
    ["boundaries", list(caller.boundaries)],
    ["guardrails", list(caller.guardrails)],
  ];
  return rows.map(([title, text]) => `${withoutControls(`${title.padEnd(12)}${text}`)}\n`).join("");
}
