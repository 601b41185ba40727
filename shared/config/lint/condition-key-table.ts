/**
 * The condition keys there are: their types, and whether a decision of this product ever has them.
 *
 * Sources: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Condition keys for
 * Amazon Connect". Tests hold both lists against the reference's data.
 */

/** Type of a key's values; `text` is one whose values nobody promises (a tag, a claim): every operator may be right. */
export type KeyType = "string" | "arn" | "bool" | "date" | "dateOrNumber" | "ip" | "number" | "text";

/** A condition key. */
export interface ConditionKey {
  /** In the reference's spelling; what comes after `/` is open when it ends in `/`: `aws:RequestTag/`. */
  readonly name: string;
  readonly type: KeyType;
  readonly isMultivalued: boolean;
  /**
   * `always`: a property of the caller or of the call; `byAction`: the catalogue says which actions carry it; `never`:
   * a global key that this product does not have, so that it is absent from every decision.
   */
  readonly presence: "always" | "byAction" | "never";
}

const always = {
  string: ["aws:RequestedRegion", "aws:UserAgent", "aws:userid", "aws:username"],
  text: ["aws:PrincipalTag/"],
  bool: ["aws:SecureTransport"],
  date: ["aws:CurrentTime"],
  dateOrNumber: ["aws:EpochTime"],
  ip: ["aws:SourceIp"],
} satisfies KeyNames;

const byAction = {
  string: [
    "connect:AssignmentType",
    "connect:AttributeType",
    "connect:Channel",
    "connect:ContactAssociationId",
    "connect:ContactInitiationMethod",
    "connect:InstanceId",
    "connect:ListRealtimeContactAnalysisSegmentsByOutputType",
    "connect:StorageResourceType",
    "connect:Subtype",
  ],
  text: [
    "aws:RequestTag/",
    "aws:ResourceTag/",
    "connect:ExpressionValue",
    "connect:PrimaryAttribute/",
    "connect:SearchTag/",
  ],
  arn: ["connect:PreferredUserArn", "connect:UserArn"],
} satisfies KeyNames;

const multivaluedByAction = {
  string: [
    "aws:TagKeys",
    "connect:FlowType",
    "connect:ListRealtimeContactAnalysisSegmentsBySegmentType",
    "connect:MonitorCapabilities",
    "connect:SearchContactsByContactAnalysis",
  ],
} satisfies KeyNames;

/** Of keys that are never there the type does not matter: they are reported as absent. */
const never = [
  "aws:AssumedRoot",
  "aws:CalledVia",
  "aws:CalledViaAWSMCP",
  "aws:CalledViaFirst",
  "aws:CalledViaLast",
  "aws:ChatbotSourceArn",
  "aws:Ec2InstanceSourcePrivateIPv4",
  "aws:Ec2InstanceSourceVpc",
  "aws:FederatedProvider",
  "aws:IsMcpServiceAction",
  "aws:MultiFactorAuthAge",
  "aws:MultiFactorAuthPresent",
  "aws:PrincipalAccount",
  "aws:PrincipalArn",
  "aws:PrincipalIsAWSService",
  "aws:PrincipalOrgID",
  "aws:PrincipalOrgPaths",
  "aws:PrincipalServiceName",
  "aws:PrincipalServiceNamesList",
  "aws:PrincipalType",
  "aws:ResourceAccount",
  "aws:ResourceOrgID",
  "aws:ResourceOrgPaths",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SourceIdentity",
  "aws:SourceOrgID",
  "aws:SourceOrgPaths",
  "aws:SourceOwner",
  "aws:SourceVpc",
  "aws:SourceVpcArn",
  "aws:SourceVpce",
  "aws:TokenIssueTime",
  "aws:ViaAWSMCPService",
  "aws:ViaAWSService",
  "aws:VpcSourceIp",
  "aws:VpceAccount",
  "aws:VpceOrgID",
  "aws:VpceOrgPaths",
  "aws:referer",
];

type KeyNames = Partial<Record<KeyType, readonly string[]>>;

/** Every key of the tables. */
export const conditionKeys: readonly ConditionKey[] = [
  ...list(always, "always", false),
  ...list(byAction, "byAction", false),
  ...list(multivaluedByAction, "byAction", true),
  ...list({ text: never }, "never", false),
];

const byName = new Map(conditionKeys.map((key) => [key.name.toLowerCase(), key]));

/** Finds a key as a policy writes it, without case; `aws:RequestTag/` needs something behind it. */
export function findConditionKey(key: string): ConditionKey | undefined {
  const lower = key.toLowerCase();
  const slash = lower.indexOf("/");
  if (slash < 0) return byName.get(lower);
  return slash + 1 < lower.length ? byName.get(lower.slice(0, slash + 1)) : undefined;
}

function list(
  names: KeyNames,
  presence: ConditionKey["presence"],
  isMultivalued: boolean,
): readonly ConditionKey[] {
  return Object.entries(names).flatMap(([type, group]) =>
    // `as`: the entries of a literal whose keys `satisfies` has checked.
    group.map((name) => ({ name, type: type as KeyType, isMultivalued, presence })),
  );
}
