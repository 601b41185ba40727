/** The source of each global key's value, or why it has none: for docs/reference/condition-keys.md and lint. Author side only. */
import type {
  absentKeys,
  constantKeys,
  endpointKeys,
  GlobalKeys,
  ownKeys,
  serviceKeys,
  unknownKeys,
  valueKeys,
} from "../../../../shared/request/keys/global-keys.ts";

type NamesOf<Keys extends GlobalKeys> = Extract<Keys[keyof Keys], readonly string[]>[number];

/** For keys with a value: where it comes from. */
export const sourcesOfValues = {
  "aws:CurrentTime": "the clock, when the proxy decides",
  "aws:EpochTime": "the clock, when the proxy decides",
  "aws:PrincipalTag/": "the token's claims that `claims.tags` of the issuer maps",
  "aws:RequestTag/": "the tags that the request sets",
  "aws:RequestedRegion": "the Region of the instance that the call goes to",
  "aws:ResourceAccount": "the account in the resource's ARN; not known for resources that AWS itself owns",
  "aws:ResourceTag/": "Amazon Connect: the resource's tags; not known for contacts",
  "aws:SourceIp": "the event; absent when the call came through a VPC endpoint",
  "aws:SourceVpc": "the event of a private API; absent elsewhere",
  "aws:SourceVpce": "the event of a private API; absent elsewhere",
  "aws:TagKeys": "the tags that the request sets or removes",
  "aws:TokenIssueTime": "the token's `iat`; not known without it",
  "aws:UserAgent": "the header; not known without it",
  "aws:VpcSourceIp": "the event of a private API; absent elsewhere",
  "aws:referer": "the header; absent without it",
  "aws:userid": "the token's claim that `claims.id` of the issuer maps",
  "aws:username": "the token's claim that `claims.name` of the issuer maps; else the id",
} satisfies Record<NamesOf<typeof valueKeys>, string>;

/** For keys of this product: what they say. */
export const sourcesOfOwn = {
  "authorizer:ViaMcp":
    "the function that decides: `true` for a call of an AI agent by MCP, `false` for every other call",
} satisfies Record<NamesOf<typeof ownKeys>, string>;

/** For constant keys: why they have that value. */
export const reasonsOfConstants = {
  "aws:SecureTransport": "API Gateway serves TLS only",
  "aws:ViaAWSService": "callers call directly",
  "aws:ViaAWSMCPService": "no MCP server of AWS is between; for ours, use `authorizer:ViaMcp`",
  "aws:PrincipalIsAWSService": "callers are not service principals",
} satisfies Record<keyof typeof constantKeys, string>;

/** For keys that AWS does not fill in either: their purpose. */
export const reasonsOfAbsence = {
  "aws:AssumedRoot": "sessions of AssumeRoot",
  "aws:CalledVia": "calls that an AWS service forwards",
  "aws:CalledViaAWSMCP": "calls that AWS's MCP server forwards",
  "aws:CalledViaFirst": "calls that an AWS service forwards",
  "aws:CalledViaLast": "calls that an AWS service forwards",
  "aws:ChatbotSourceArn": "sessions of Amazon Q Developer in chat applications",
  "aws:Ec2InstanceSourcePrivateIPv4": "credentials of an EC2 instance's role",
  "aws:Ec2InstanceSourceVpc": "credentials of an EC2 instance's role",
  "aws:IsMcpServiceAction": "actions of an MCP service",
  "aws:PrincipalServiceName": "calls of a service principal",
  "aws:PrincipalServiceNamesList": "calls of a service principal",
  "aws:SignInSessionArn": "sessions of AWS Sign-In",
  "aws:SourceAccount": "calls of a service principal",
  "aws:SourceArn": "calls of a service principal",
  "aws:SourceOrgID": "calls of a service principal",
  "aws:SourceOrgPaths": "calls of a service principal",
  "aws:SourceOwner": "calls of a service principal, formerly",
  "codebuild:BuildArn": "credentials of a CodeBuild project's role",
  "codebuild:ProjectArn": "credentials of a CodeBuild project's role",
  "ec2:RoleDelivery": "credentials of an EC2 instance's role",
  "ec2:SourceInstanceArn": "credentials of an EC2 instance's role",
  "glue:CredentialIssuingService": "credentials of an AWS Glue job's role",
  "glue:RoleAssumedBy": "calls of AWS Glue by a service role",
  "lambda:SourceFunctionArn": "credentials of a Lambda function's role",
  "ssm:SourceInstanceArn": "credentials of a managed instance's role",
} satisfies Record<NamesOf<typeof absentKeys> | NamesOf<typeof serviceKeys>, string>;

const caller = "use a key of the caller's token: `jwt:CLAIM` or `aws:PrincipalTag/KEY`";
const endpoint = "use `aws:SourceVpce` or `aws:SourceVpc`";

/** For keys whose values are not known here: what to use instead. */
export const insteadOfUnknown = {
  "aws:FederatedProvider": "use `jwt:iss`, the issuer of the caller's token",
  "aws:MultiFactorAuthAge": "use `jwt:auth_time`, where the issuer sends it",
  "aws:MultiFactorAuthPresent":
    "use `jwt:amr` (`ForAnyValue:StringEquals` with `mfa`), where the issuer sends it",
  "aws:PrincipalAccount": caller,
  "aws:PrincipalArn": caller,
  "aws:PrincipalOrgID": caller,
  "aws:PrincipalOrgPaths": caller,
  "aws:PrincipalType": caller,
  "aws:ResourceOrgID": "use `aws:ResourceAccount`",
  "aws:ResourceOrgPaths": "use `aws:ResourceAccount`",
  "aws:SourceIdentity": "use `aws:userid`",
  "identitystore:UserId": "use `aws:userid`",
  "aws:SourceVpcArn": endpoint,
  "aws:VpceAccount": endpoint,
  "aws:VpceOrgID": endpoint,
  "aws:VpceOrgPaths": endpoint,
} satisfies Record<NamesOf<typeof unknownKeys> | NamesOf<typeof endpointKeys>, string>;

/** Keys of Connect whose values no page of AWS's explains (docs/decisions/0004): not known for any call. */
export const undocumentedKeys: ReadonlySet<string> = new Set([
  "connect:ExpressionValue",
  "connect:PreferredUserArn",
]);

const insteads: ReadonlyMap<string, string> = new Map(Object.entries(insteadOfUnknown));

/** Says what to use instead of a key whose value is not known here, from the table or an identity provider. */
export function insteadOf(name: string): string {
  if (undocumentedKeys.has(name)) return "AWS does not document where its value comes from";
  const [, claim = ""] = name.split(":");
  return insteads.get(name) ?? `use \`jwt:${claim}\`, the claim of the caller's token`;
}
