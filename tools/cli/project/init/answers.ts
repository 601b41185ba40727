/** What `init` needs to know: checks of each answer, in sentences, and what is assumed where nothing was said. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { instanceArnForm, parseInstanceArn } from "../../../../shared/bundle/rules/instance-arn.ts";
import { findInstanceProblem, instanceProblemTexts } from "../../../../shared/bundle/rules/instances.ts";
import { isIssuerUrl } from "../../../../shared/bundle/rules/issuers.ts";
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { UsageError } from "../../command-io.ts";
import { claimsOf, kindOf } from "./issuer-kinds.ts";

export const apis = ["rest", "http"] as const;
export const pipelines = ["github", "none"] as const;

export interface Answers {
  readonly instances: readonly string[];
  readonly issuer: string;
  readonly audience: string;
  readonly groupsClaim: string;
  readonly roles: readonly string[];
  readonly api: (typeof apis)[number];
  readonly ci: (typeof pipelines)[number];
}

/** Answers that were given, by a flag or at the terminal. */
export type GivenAnswers = Partial<Answers>;

export const exampleInstance =
  "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

export const defaultRoles = ["supervisors", "recorders", "hr"];

export const defaultAudience = "my-app";

/** Fills in what was not said. */
export function completeAnswers(given: GivenAnswers): Answers {
  const instances = given.instances ?? [exampleInstance];
  const issuer = given.issuer ?? exampleIssuer(instances[0]);
  return {
    instances,
    issuer,
    audience: given.audience ?? defaultAudience,
    groupsClaim: given.groupsClaim ?? claimsOf(issuer).groups,
    roles: given.roles ?? defaultRoles,
    api: given.api ?? "rest",
    ci: given.ci ?? "github",
  };
}

/** A user pool that is not there, where the instance is. */
export function exampleIssuer(instance = exampleInstance): string {
  const { partition, region } = parseInstanceArn(instance) ?? { partition: "aws", region: "us-east-1" };
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://cognito-idp.${region}.${suffix}/${region}_Example`;
}

/**
 * Checks all that was given.
 * @throws UsageError for the first that is wrong, by the flag that gives it
 */
export function assertAnswers({ instances = [], issuer, audience, groupsClaim, roles = [] }: GivenAnswers) {
  const refuse = (flag: string, value: string | undefined, problem: string | undefined) => {
    if (value !== undefined && problem !== undefined)
      throw new UsageError(`\`${flag} ${value}\`: ${problem}`);
  };
  for (const [index, arn] of instances.entries())
    refuse("--instance", arn, instanceProblem(arn, instances.slice(0, index)));
  refuse("--issuer", issuer, issuerProblem(issuer ?? ""));
  refuse("--audience", audience, audienceProblem(audience ?? ""));
  refuse("--groups-claim", groupsClaim, groupsClaimProblem(groupsClaim ?? ""));
  for (const [index, role] of roles.entries())
    refuse("--role", role, roleProblem(role, roles.slice(0, index)));
}

/** @param earlier the ARNs before this one, each without a problem */
export function instanceProblem(arn: string, earlier: readonly string[]): string | undefined {
  const parsed = parseInstanceArn(arn);
  if (!parsed)
    return `this is not the ARN of an Amazon Connect instance; write \`${instanceArnForm}\`, the id in lower case, like \`${exampleInstance}\``;
  const others = earlier.map(parseInstanceArn).filter((each): each is ConnectInstance => each !== undefined);
  const problem = findInstanceProblem(parsed, others);
  return problem && instanceProblemTexts[problem.code];
}

export function issuerProblem(issuer: string): string | undefined {
  const kind = kindOf(issuer);
  const like = `like \`${kind?.form ?? "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1Cd2Ef3"}\``;
  if (issuer.includes("/.well-known/"))
    return `this is the address of the issuer's metadata; write the issuer alone, without \`/.well-known/…\`, ${like}`;
  if (!isIssuerUrl(issuer))
    return `this is not an issuer; write its https URL without query or fragment, exactly as in the tokens' \`iss\`, ${like}`;
  if (!kind || kind.url?.test(issuer)) return undefined;
  const slash = issuer.endsWith("/") ? issuer.slice(0, -1) : `${issuer}/`;
  if (kind.url?.test(slash))
    return `the issuers of ${kind.name} end ${issuer.endsWith("/") ? "without" : "with"} a slash, and each character counts; write \`${slash}\``;
  return `the issuers of ${kind.name} are written \`${kind.form}\`; look it up there (${kind.where})`;
}

export function audienceProblem(audience: string): string | undefined {
  return isOneWord(audience)
    ? undefined
    : "an audience is one word, like `1example23456789` or `https://api.example.com`; name one and add others in `config/authorizer.yaml`";
}

export function groupsClaimProblem(claim: string): string | undefined {
  return isOneWord(claim)
    ? undefined
    : "a claim's name is one word, like `cognito:groups`, `groups`, `roles` or `https://example.com/groups`";
}

/** @param earlier the roles before this one */
export function roleProblem(role: string, earlier: readonly string[]): string | undefined {
  if (!roleForm.test(role) || role.length > maxRoleLength || /\.json$/i.test(role) || reserved.test(role))
    return `a role is a group of callers and the folder of its policies, so its name has 1 to ${maxRoleLength} letters, digits and \`_.+=@-\`, begins and ends with a letter or digit, and can be a folder's name everywhere, like \`quality-analysts\``;
  const twin = earlier.find((each) => lowerAscii(each) === lowerAscii(role));
  return twin === undefined
    ? undefined
    : `\`${twin}\` is named before, and folders do not differ by case alone; name each role once`;
}

const maxRoleLength = 64;
const roleForm = /^[A-Za-z0-9](?:[\w.+=@-]*[A-Za-z0-9])?$/;
/** Names that files cannot have on Windows. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

function isOneWord(text: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(text);
}
