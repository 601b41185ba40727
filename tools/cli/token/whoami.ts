/**
 * `whoami`: who a bearer token is under a configuration, or why it is refused. The token itself is never printed, nor
 * any part of it but the claims that make the caller.
 */
import type { Configuration } from "../../../shared/bundle/types.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { MatchedBinding, Signature } from "../../authoring/explain/report.ts";
import { configurationArgument, configurationOption, defineCommand } from "../command.ts";
import { openConfiguration } from "../open-configuration.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { findMatchedBindings } from "./matched-bindings.ts";
import { readToken, readTokenCaller } from "./token-caller.ts";

export const command = defineCommand({
  name: "whoami",
  text: "print who a token is here: issuer, id, groups, tags, bindings and policies; or why it is refused",
  arguments: configurationArgument,
  options: {
    "--token <jwt>": {
      text: "the token; on a command line, lists of processes and the history show it",
      dash: "input",
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
    const { bundle } = await openConfiguration(path, { environment: env, stdin: io.stdin });
    const token = given === "-" ? await readToken(io.stdin) : given;
    const answer = await identify(token, { config: bundle.config, path, mayFetch: verify });
    io.stdout.write(json ? `${formatJson(answer)}\n` : format(answer));
    return answer.accepted && answer.bindings.some(({ match }) => match === "certain") ? 0 : 1;
  },
});

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
  const read = await readTokenCaller(token, config.issuers, mayFetch);
  if (read instanceof TokenError) return { accepted: false, reason: read.refusal, message: read.description };
  const { signature, principal } = read;
  const { issuer, id, name, groups, tags } = principal;
  const bindings = await findMatchedBindings(principal, config, path);
  return {
    ...{ accepted: true, signature, issuer, id, name, groups, tags },
    expires: new Date(principal.expiresAtSeconds * 1000).toISOString(),
    bindings,
    policies: unique(bindings.flatMap(({ policies }) => policies)),
    boundaries: unique(bindings.flatMap(({ boundary }) => boundary ?? [])),
    guardrails: unique(config.guardrails),
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
