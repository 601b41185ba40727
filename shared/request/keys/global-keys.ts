/**
 * Every global condition key of AWS, and its value in our decisions: the one table that evaluation, lint and
 * docs/reference/condition-keys.md share.
 *
 * Sources: IAM User Guide, "AWS global condition context keys" (the "Availability" of each key) and "Available keys for
 * OIDC federation". Our callers are people and programs with a bearer token, who call directly. A key that AWS sets for
 * them is never missing here: it has a value, or it is not known. The choices are in docs/decisions/0070.
 */
import { lowerAscii } from "../../ascii.ts";

/** `strings` has several values; `text` can be anything (a tag, a claim). */
export type GlobalKeyType =
  | "arn"
  | "bool"
  | "date"
  | "dateOrNumber"
  | "ip"
  | "number"
  | "string"
  | "strings"
  | "text";

/** Keys by the type of their values. A key that ends in `/` stands for all that begin with it. */
export type GlobalKeys = Readonly<Partial<Record<GlobalKeyType, readonly string[]>>>;

/** Keys that are the same in every decision. */
export const constantKeys = {
  // API Gateway serves TLS only.
  "aws:SecureTransport": "true",
  // "false when the principal makes the call directly"
  "aws:ViaAWSService": "false",
  "aws:ViaAWSMCPService": "false",
  // False for every caller that is not a service principal.
  "aws:PrincipalIsAWSService": "false",
} as const;

/** Keys of this product, not of AWS: they have a value in every decision. */
export const ownKeys = { bool: ["authorizer:ViaMcp"] } satisfies GlobalKeys;

/** Keys of the request, the caller's token, or the question's resource. */
export const valueKeys = {
  arn: [],
  date: ["aws:CurrentTime", "aws:TokenIssueTime"],
  dateOrNumber: ["aws:EpochTime"],
  ip: ["aws:SourceIp", "aws:VpcSourceIp"],
  string: [
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:UserAgent",
    "aws:referer",
    "aws:userid",
    "aws:username",
  ],
  strings: ["aws:TagKeys"],
  text: ["aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"],
} satisfies GlobalKeys;

/** Keys that AWS never sets for a direct call by a caller that is not an AWS service and has no AWS credentials. */
export const absentKeys = {
  arn: ["aws:ChatbotSourceArn", "aws:SignInSessionArn", "aws:SourceArn"],
  bool: ["aws:AssumedRoot", "aws:IsMcpServiceAction"],
  ip: ["aws:Ec2InstanceSourcePrivateIPv4"],
  string: [
    "aws:CalledViaAWSMCP",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:Ec2InstanceSourceVpc",
    "aws:PrincipalServiceName",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOwner",
  ],
  strings: ["aws:CalledVia", "aws:PrincipalServiceNamesList", "aws:SourceOrgPaths"],
} satisfies GlobalKeys;

/** Keys of credentials that other services issue: absent, as are all keys of other services. */
export const serviceKeys = {
  arn: [
    "codebuild:BuildArn",
    "codebuild:ProjectArn",
    "ec2:SourceInstanceArn",
    "lambda:SourceFunctionArn",
    "ssm:SourceInstanceArn",
  ],
  number: ["ec2:RoleDelivery"],
  string: ["glue:CredentialIssuingService", "glue:RoleAssumedBy"],
} satisfies GlobalKeys;

/** Keys of a VPC endpoint's owner: absent from a call through the public endpoint, unknown for any other. */
export const endpointKeys = {
  arn: ["aws:SourceVpcArn"],
  string: ["aws:VpceAccount", "aws:VpceOrgID"],
  strings: ["aws:VpceOrgPaths"],
} satisfies GlobalKeys;

/** Keys that AWS sets or may set, with values that are not known here. Calls that depend on one are refused. */
export const unknownKeys = {
  arn: ["aws:PrincipalArn"],
  bool: ["aws:MultiFactorAuthPresent"],
  number: ["aws:MultiFactorAuthAge"],
  string: [
    "aws:FederatedProvider",
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:PrincipalType",
    "aws:ResourceOrgID",
    "aws:SourceIdentity",
    "identitystore:UserId",
  ],
  strings: ["aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"],
} satisfies GlobalKeys;

/** In lower case, as decisions compare them. */
export function lowerNames(keys: GlobalKeys): readonly string[] {
  return Object.values(keys).flatMap((names) => names.map((name) => lowerAscii(name)));
}

const absent = new Set(lowerNames(absentKeys));
/** Keys of the caller's identity provider in a session: `accounts.google.com:sub`, `saml:sub`. */
const federated = /^(?:saml|identitystore|[^:]*\.[^:]*):/;

/**
 * Whether a key without a value here may have one at AWS: every AWS key that is not listed as absent. AWS adds keys,
 * and a new one must not count as missing.
 *
 * @param key in lower case
 */
export function isUntold(key: string): boolean {
  return (key.startsWith("aws:") && !absent.has(key)) || federated.test(key);
}
